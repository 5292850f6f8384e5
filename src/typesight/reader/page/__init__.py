"""A page as rows with their labels, and what stands beside and below a label."""
