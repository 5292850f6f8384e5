"""The wire of Anthropic Messages."""
