"""Reads JSON from a reply's text: exactly, past small slips, as it streams in, or from among prose."""
