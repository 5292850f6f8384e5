"""How to send a picture: level of detail, prompt cache mark, longest side and the part to send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import index
from typing import Any, TypedDict, get_args

from typesight.models.profiles import Detail

__all__ = ["CropBox", "HintArguments", "Hints", "check_box", "check_positive", "check_side", "make_hints"]

CropBox = tuple[int, int, int, int]
"""(left, top, right, bottom) in pixels of the upright original."""

_CACHE_MARK = {"type": "ephemeral"}


class HintArguments(TypedDict, total=False):
    """The keyword arguments that every constructor of Image takes."""

    detail: Detail | None
    cache_control: bool | Mapping[str, Any] | None
    max_side: int | None


@dataclass(frozen=True, slots=True)
class Hints:
    """A level of detail, a prompt cache mark as sorted pairs, a longest side and a box in pixels; each may be None."""

    detail: Detail | None = None
    cache_mark: tuple[tuple[str, Any], ...] | None = field(default=None, hash=False)
    max_side: int | None = None
    box: CropBox | None = None

    def merge_defaults(self, other: Hints) -> Hints:
        """These hints, with the other's values where these are None."""
        pairs = zip(self._list_values(), other._list_values(), strict=True)
        return Hints(*(theirs if own is None else own for own, theirs in pairs))

    def _list_values(self) -> tuple[Any, ...]:
        return self.detail, self.cache_mark, self.max_side, self.box


def make_hints(
    detail: Detail | None = None,
    cache_control: bool | Mapping[str, Any] | None = None,
    max_side: int | None = None,
    box: CropBox | None = None,
) -> Hints:
    """Check a caller's hints. Raises ValueError or TypeError for an invalid one."""
    if detail is not None and detail not in get_args(Detail):
        raise ValueError(f"detail={detail!r} is not one of {', '.join(get_args(Detail))}")
    if cache_control is not None and not isinstance(cache_control, bool | Mapping):
        raise TypeError(f"cache_control must be True, False or a mark as a dict, not {type(cache_control).__name__}")
    mark = _CACHE_MARK if cache_control is True else cache_control or None
    return Hints(
        detail,
        tuple(sorted(mark.items())) if mark else None,
        check_side(max_side),
        None if box is None else check_box(box),
    )


def check_side(given: int | None) -> int | None:
    """Check a longest side, in pixels. Raises ValueError or TypeError."""
    return None if given is None else check_positive(given, "max_side", "the longest side to send, in pixels")


def check_positive(given: Any, name: str, meaning: str) -> int:
    """Check a number of pixels, at least 1. Raises ValueError or TypeError that name the option."""
    number = _check_whole_number(given, name)
    if number < 1:
        raise ValueError(f"{name}={number} is below 1: give {meaning}")
    return number


def check_box(box: Sequence[int], within: CropBox | None = None) -> CropBox:
    """Check a box; if it counts from the corner of another box, `within`, return it in pixels of the original.

    Raises ValueError for a box that holds no pixel, TypeError for one that is not four whole numbers.
    """
    if isinstance(box, str | bytes) or len(box) != 4:
        raise TypeError("a box must be (left, top, right, bottom) in pixels")
    left, top, right, bottom = (_check_whole_number(edge, "an edge of a box") for edge in box)
    if left < 0 or top < 0 or left >= right or top >= bottom:
        raise ValueError(
            f"the box {(left, top, right, bottom)} is invalid: give 0 <= left < right and 0 <= top < bottom"
        )
    if within is None:
        return left, top, right, bottom
    across, down, edge, foot = within
    if across + left >= edge or down + top >= foot:
        raise ValueError(
            f"the box {(left, top, right, bottom)} lies outside the part it is cut from, "
            f"which is {edge - across} x {foot - down} pixels"
        )
    return across + left, down + top, min(edge, across + right), min(foot, down + bottom)


def _check_whole_number(given: Any, what: str) -> int:
    try:
        if isinstance(given, bool):
            raise TypeError
        return index(given)
    except TypeError:
        raise TypeError(f"{what} must be a whole number of pixels, not {type(given).__name__}") from None
