"""The loop of one call: what it needs next, decided without I/O, clock, await or retry policy."""
