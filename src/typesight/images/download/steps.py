"""A step: what the machine asks a line to do, and is sent the answer of."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

__all__ = ["CHUNK", "Step", "Steps", "advance"]

CHUNK = 64 * 1024  # bytes that one read asks for at most


@dataclass(frozen=True)
class Step:
    """One thing to do on a line: the name of its method and the arguments."""

    verb: Literal["aside", "connect", "send", "read", "rest"]
    args: tuple[Any, ...] = ()


_T = TypeVar("_T")
Steps: TypeAlias = Generator[Step, Any, _T]


def advance(journey: Steps[bytes], answer: Any) -> Step | bytes:
    """The journey's next step after the answer to the last (None at first), or the bytes at its end."""
    try:
        return journey.send(answer)
    except StopIteration as end:
        data: bytes = end.value
        return data
