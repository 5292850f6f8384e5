"""Rows of tables and bills as the objects of a list."""
