"""Finds the name that was probably meant by one that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["find_nearest"]

# How alike two names must be, by difflib's ratio. Tried on 2026-11-30 with the names of all options: "retries" and
# max_retries 0.78, "model_name" and model 0.67; at 0.6 are "hooks" and tools, "second" and seed, "api-key" and api.
_LIKENESS = 0.61


def find_nearest(name: str, names: Iterable[str]) -> str:
    """Find the name most like another; "" if none is. The same letters in another order are nearer than any."""
    known = sorted(names)
    same = (each for each in known if sorted(each) == sorted(name))
    return next(same, "") or next(iter(get_close_matches(name, known, 1, _LIKENESS)), "")
