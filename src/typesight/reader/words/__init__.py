"""The words that documents use: one idea, many phrases."""
