"""Endpoints: an SDK's client, where it talks to, the wires it speaks, and what it has refused."""
