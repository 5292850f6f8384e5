"""Evaluation: what a model and its settings are worth on documents whose right values are known."""
