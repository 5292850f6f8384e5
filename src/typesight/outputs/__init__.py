"""Rows of documents, written to a file in several formats: whole, or not at all."""
