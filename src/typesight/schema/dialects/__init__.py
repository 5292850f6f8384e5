"""Adapts a JSON Schema to what a provider accepts: its strict subset, its size limits, its property names."""
