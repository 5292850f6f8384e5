"""The shapes of JSON objects and of JSON Schemas, for the rules that the sandbox checks requests by."""
