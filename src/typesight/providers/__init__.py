"""Providers: what is asked, in no provider's words; each provider's wire, in a module of its own."""
