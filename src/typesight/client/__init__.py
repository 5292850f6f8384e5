"""Clients: what a user makes and calls."""
