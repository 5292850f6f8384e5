"""OpenAI's two wires, Chat Completions and Responses, as OpenAI and the endpoints that copy it speak them."""
