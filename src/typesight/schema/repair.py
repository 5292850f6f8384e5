"""Repair: one step that a reply took to be read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Repair", "shortened"]

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Repair:
    """One step of the tolerant pass.

    `path` is the field's (`items.0.price`), `""` for the text as a whole; `what` was done, in words; `before` and
    `after` are what stood there, JSON data for a field and short texts for the whole.
    """

    path: str
    what: str
    before: Any
    after: Any

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON data."""
        return asdict(self)


def shortened(text: str) -> str:
    """A text for a ledger: its beginning, where it is long."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
