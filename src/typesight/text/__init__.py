"""Printed text read as values: letters made comparable, amounts, dates."""
