"""The options of clients and calls: their rows, how they are read, and what is refused."""
