"""Other endpoints that the sandbox can imitate in place of OpenAI and Anthropic."""
