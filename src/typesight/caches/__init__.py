"""Caches of replies: accepted replies that are given again, and recorded ones that are replayed."""
