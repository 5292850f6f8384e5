"""The conversation: a machine without I/O, clock or await, that turns replies into a record or the next request."""
