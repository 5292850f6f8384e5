"""A stretch of text as a value."""
