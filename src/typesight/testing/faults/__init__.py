"""Faults: what the Sandbox does wrong on purpose, and when."""
