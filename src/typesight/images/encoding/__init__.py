"""From an Image and a profile to the bytes that are sent, and what of them can be told before."""
