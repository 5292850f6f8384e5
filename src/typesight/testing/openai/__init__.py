"""OpenAI as the Sandbox imitates it: what its two APIs reject, and how they encode replies and errors."""
