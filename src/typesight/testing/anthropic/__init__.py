"""Anthropic as the Sandbox imitates it: what the Messages API rejects, and how it encodes replies and errors."""
