"""Pacing: how a run of many documents keeps within a provider's rate limits."""
