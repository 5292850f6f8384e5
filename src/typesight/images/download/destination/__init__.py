"""Where a download may go: a URL read strictly, its host, its addresses, and what is allowed beyond the public ones."""
