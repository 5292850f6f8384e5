"""Encode an Image within the limits of a profile, or predict its size and tokens from its header."""
