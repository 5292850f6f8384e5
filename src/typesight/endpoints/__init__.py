"""Endpoints: an SDK's client, the wires that its endpoint speaks, and what the endpoint has refused."""
