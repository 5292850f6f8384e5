"""DocumentAnswer: what one setting answered about one document, and what that took."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from typesight.usage import Usage

__all__ = ["Box", "DocumentAnswer", "tell_failure"]

Box = tuple[int, float, float, float, float]
"""The page from 0, then left, top, right and bottom in pixels of the upright original."""


@dataclass(frozen=True, slots=True)
class DocumentAnswer:
    """What one setting answered about one document.

    `record` is JSON data. `error` says why there is no record; None where there is one. `cost` is in US dollars, None
    where it is unknown; `seconds` is the time of its requests. Usage, cost and seconds are of the requests as they were
    first made, also where they are replayed. `confidence` by path, 0 to 1. `boxes` by path, where they are known.
    """

    source: str
    record: Any = None
    error: str | None = None
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None
    seconds: float | None = None
    attempts: int = 0
    confidence: Mapping[str, float | None] = field(default_factory=dict)
    boxes: Mapping[str, Box] = field(default_factory=dict)


def tell_failure(row: Mapping[str, Any]) -> str | None:
    """Why a row has no record: its error, and what is wrong in each field or else its message; None without those."""
    error, message, errors = (row.get(name) for name in ("error", "message", "errors"))
    fields = errors.items() if isinstance(errors, Mapping) and (error or message) else ()
    told = "; ".join(f"{path}: {why}" if path else str(why) for path, why in fields)
    return ": ".join(str(each) for each in (error, told or message) if each) or None
