"""From a response_model to JSON Schema, and from a reply's JSON to a value of that type."""
