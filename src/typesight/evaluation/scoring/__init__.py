"""Scoring: an answer held against its label, value by value and row by row."""
