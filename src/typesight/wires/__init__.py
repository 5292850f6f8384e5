"""The wires: a request as an SDK's arguments, and its reply as a Completion. One vendor, one room."""
