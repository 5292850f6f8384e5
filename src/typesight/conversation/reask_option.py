"""The `reask` option: how to ask again after a reply that does not validate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

__all__ = ["Ask", "Reasking", "parse_reasking"]

Ask = Literal["auto", "fields", "whole"]


@dataclass(frozen=True, slots=True)
class Reasking:
    """How to ask again after a reply that does not validate.

    `ask`: "whole" asks for the whole record and takes it; "fields" takes only the failing fields of the new answer, so
    that valid values cannot change; "auto" takes the fields, or the whole record if that costs less.
    `zoom` shows the place of a failing field again, cut from the original pixels.
    `escalate`: fallback models that take over one after another, once the first reask has failed; each is the name of a
    model at the same client, or a pair of a typesight client and a name. Raises ValueError or TypeError.
    """

    ask: Ask = "auto"
    zoom: bool = False
    escalate: Sequence[str | tuple[Any, str]] = ()

    def __post_init__(self) -> None:
        if self.ask not in get_args(Ask):
            raise ValueError(f"ask={self.ask!r} is not one of {', '.join(map(repr, get_args(Ask)))}")
        if isinstance(self.escalate, str) or not all(map(_is_model, self.escalate)):
            raise TypeError("escalate must be a list of model names and of (typesight client, model name) pairs")
        object.__setattr__(self, "escalate", tuple(self.escalate))


def _is_model(given: Any) -> bool:
    if isinstance(given, tuple) and len(given) == 2:
        return hasattr(given[0], "create_with_completion") and isinstance(given[1], str)
    return isinstance(given, str)


def parse_reasking(given: Any) -> Reasking:
    """The Reasking for what a caller gave as `reask`: itself, an `ask` or None. Raises ValueError or TypeError."""
    if isinstance(given, Reasking):
        return given
    if given is None or isinstance(given, str):
        return Reasking() if given is None else Reasking(given)  # type: ignore[arg-type]  # checked by Reasking itself
    raise TypeError(f"reask must be 'auto', 'fields', 'whole' or a Reasking, not {type(given).__name__}")
