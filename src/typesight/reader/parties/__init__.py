"""Who issued a document and to whom."""
