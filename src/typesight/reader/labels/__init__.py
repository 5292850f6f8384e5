"""Labels in print, and which field each names."""
