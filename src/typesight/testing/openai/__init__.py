"""OpenAI as the Sandbox imitates it: what its two wires refuse, and how they spell what they say."""
