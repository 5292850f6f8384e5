"""Labels: documents and their right values, as files."""
