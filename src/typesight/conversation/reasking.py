"""Reasking: how a reply that is no record is asked again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

__all__ = ["Ask", "Reasking", "reasking_of"]

Ask = Literal["auto", "fields", "whole"]


@dataclass(frozen=True, slots=True)
class Reasking:
    """How a reply that does not validate is asked again.

    `ask`: "whole" asks for the whole record and takes it; "fields" takes nothing but the failing fields of the new
    answer, so that what was right cannot change; "auto" takes the fields, or the whole where that costs less.
    Raises ValueError.
    """

    ask: Ask = "auto"

    def __post_init__(self) -> None:
        if self.ask not in get_args(Ask):
            raise ValueError(f"ask={self.ask!r} is none of {', '.join(map(repr, get_args(Ask)))}")


def reasking_of(given: Any) -> Reasking:
    """What a caller gave as `reask`: a Reasking, or one of its ways to ask. Raises ValueError or TypeError."""
    if isinstance(given, Reasking):
        return given
    if given is None or isinstance(given, str):
        return Reasking() if given is None else Reasking(given)  # type: ignore[arg-type]  # judged by Reasking itself
    raise TypeError(f"reask is 'auto', 'fields', 'whole' or a Reasking, not {type(given).__name__}")
