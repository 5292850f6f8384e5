"""OpenAI's two wires, Chat Completions and Responses, for OpenAI and for compatible endpoints."""
