"""Types and JSON: a response_model as JSON Schema, and a reply's JSON as that type."""
