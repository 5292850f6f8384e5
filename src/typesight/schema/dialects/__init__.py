"""A JSON Schema in the form that a provider takes: its strict subset, its size, its names for properties."""
