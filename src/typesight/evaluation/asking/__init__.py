"""Asking: settings are asked one after another, and their answers scored."""
