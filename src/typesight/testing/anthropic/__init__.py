"""Anthropic as the Sandbox imitates it: what Messages refuse, and how they spell what they say."""
