"""Pictures: where the pixels are, what an endpoint takes of them, and the bytes that are sent."""
