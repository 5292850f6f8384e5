"""The clients that users create and call."""
