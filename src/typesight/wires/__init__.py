"""The wires: each turns a Request into an SDK's arguments and its reply into a Completion. One package a vendor."""
