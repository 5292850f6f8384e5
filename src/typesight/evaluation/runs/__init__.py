"""Runs: the settings that are compared, and how their answers are obtained or read from files."""
