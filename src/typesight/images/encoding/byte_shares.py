"""Budget: how the bytes of a request are shared out among its pictures."""

from __future__ import annotations

from collections.abc import Iterable

from typesight.models.profiles import VisionProfile

__all__ = ["base64_length", "for_pictures", "level"]

# Of a request's bytes, what its text, its schema and its envelope may take.
_FOR_TEXT = 0.05


def for_pictures(profile: VisionProfile) -> int:
    """What all pictures of a request may take together, in bytes of base64."""
    return int(profile.max_request_bytes * (1 - _FOR_TEXT))


def level(weights: Iterable[int], budget: int) -> int | None:
    """The most that any one may weigh so that all keep within a budget; None if they do as they are.

    As water finds its level: what the light leave of an even share goes to the heavy.
    """
    ordered = sorted(weights)
    for place, weight in enumerate(ordered):
        even = budget // (len(ordered) - place)
        if weight > even:
            return even
        budget -= weight
    return None


def base64_length(count: int) -> int:
    """How long so many bytes are in base64."""
    return (count + 2) // 3 * 4
