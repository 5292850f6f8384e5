"""One extraction as a state machine without I/O, clock or await: replies in, a record or the next request out."""
