"""`Repair`: one thing that was repaired to read a reply."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Repair", "shortened"]

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that was repaired to read a reply.

    `path` is the field's (`items.0.price`), `""` for the text as a whole; `what` says in words what was done; `before`
    and `after` are the value before and after, JSON data for a field and short texts for the whole.
    """

    path: str
    what: str
    before: Any
    after: Any

    def to_dict(self) -> dict[str, Any]:
        """The repair as JSON data."""
        return asdict(self)


def shortened(text: str) -> str:
    """A text for a repair, cut to 120 characters."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
