"""The Sandbox's rate limits."""
