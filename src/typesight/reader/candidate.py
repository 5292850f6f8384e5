"""A `Candidate`: a value that a field may have, with what speaks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from typesight.ocr.lines import Line

__all__ = ["Candidate", "ranked"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A JSON value for a field, the lines it was read from, a score from 0 to 1, and the reason in words."""

    value: Any
    score: float
    lines: tuple[Line, ...] = ()
    why: str = ""


def ranked(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Best first, each value once; a value that was found again gains a little by it."""
    merged: dict[str, Candidate] = {}
    for candidate in candidates:
        key = repr(candidate.value)
        known = merged.get(key)
        if known is None:
            merged[key] = candidate
        else:
            best = max(known, candidate, key=lambda one: one.score)
            gain = 0.03 if min(known.score, candidate.score) > 0.3 else 0.0
            merged[key] = replace(best, score=min(0.99, best.score + gain))
    return tuple(sorted(merged.values(), key=lambda one: -one.score))
