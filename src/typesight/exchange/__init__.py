"""Requests, conversations and replies in one form for all providers; each wire converts to and from it."""
