"""Reasking: how a reply that is no record is asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

__all__ = ["Ask", "Reasking", "reasking_of"]

Ask = Literal["auto", "fields", "whole"]


@dataclass(frozen=True, slots=True)
class Reasking:
    """How a reply that does not validate is asked again.

    `ask`: "whole" asks for the whole record and takes it; "fields" takes nothing but the failing fields of the new
    answer, so that what was right cannot change; "auto" takes the fields, or the whole where that costs less.
    `zoom` shows the place of a failing field again, cut from the original pixels.
    `escalate`: models that take the conversation over after the first reask that failed, one after another; each is a
    model's name at the same client, or a pair of a typesight client and a name. Raises ValueError or TypeError.
    """

    ask: Ask = "auto"
    zoom: bool = False
    escalate: Sequence[str | tuple[Any, str]] = ()

    def __post_init__(self) -> None:
        if self.ask not in get_args(Ask):
            raise ValueError(f"ask={self.ask!r} is none of {', '.join(map(repr, get_args(Ask)))}")
        if isinstance(self.escalate, str) or not all(map(_is_model, self.escalate)):
            raise TypeError("escalate is a list of models' names, and of pairs of a typesight client and a name")
        object.__setattr__(self, "escalate", tuple(self.escalate))

    def successor(self, failed: int) -> str | tuple[Any, str] | None:
        """Who takes over after so many replies that failed; None where nobody does."""
        place = failed - 2  # the first reask is the same model's
        return self.escalate[place] if 0 <= place < len(self.escalate) else None


def _is_model(given: Any) -> bool:
    if isinstance(given, tuple) and len(given) == 2:
        return hasattr(given[0], "create_with_completion") and isinstance(given[1], str)
    return isinstance(given, str)


def reasking_of(given: Any) -> Reasking:
    """What a caller gave as `reask`: a Reasking, or one of its ways to ask. Raises ValueError or TypeError."""
    if isinstance(given, Reasking):
        return given
    if given is None or isinstance(given, str):
        return Reasking() if given is None else Reasking(given)  # type: ignore[arg-type]  # judged by Reasking itself
    raise TypeError(f"reask is 'auto', 'fields', 'whole' or a Reasking, not {type(given).__name__}")
