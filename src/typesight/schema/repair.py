"""Repair: one step that a reply took to be read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Repair"]


@dataclass(frozen=True, slots=True)
class Repair:
    """One step of the tolerant pass: where, what was done, and what stood there before and after."""

    path: str
    what: str
    before: Any
    after: Any

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON data."""
        return asdict(self)
