"""How the bytes of a request are shared out among its pictures."""

from __future__ import annotations

from collections.abc import Iterable

from typesight.models.profiles import VisionProfile

__all__ = ["compute_base64_length", "compute_picture_budget", "find_fair_share"]

# The share of a request's bytes that is kept free for its text, its schema and its envelope.
_TEXT_SHARE = 0.05


def compute_picture_budget(profile: VisionProfile) -> int:
    """How many bytes of base64 all pictures of a request may take together."""
    return int(profile.max_request_bytes * (1 - _TEXT_SHARE))


def find_fair_share(weights: Iterable[int], budget: int) -> int | None:
    """The largest weight to allow so that all together stay within a budget; None if they already do.

    The share is max-min fair: what light ones leave of an even share goes to the heavy ones.
    """
    ordered = sorted(weights)
    for place, weight in enumerate(ordered):
        even = budget // (len(ordered) - place)
        if weight > even:
            return even
        budget -= weight
    return None


def compute_base64_length(count: int) -> int:
    """The length in base64 of `count` bytes."""
    return (count + 2) // 3 * 4
