"""The steps that a download's generator yields, and whose results it is sent."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

__all__ = ["CHUNK_BYTES", "Step", "Steps", "advance"]

CHUNK_BYTES = 64 * 1024  # bytes, at most, per read


@dataclass(frozen=True)
class Step:
    """One step to carry out: the method that does it and its arguments."""

    verb: Literal["run_in_thread", "connect", "send", "read", "yield_to_loop"]
    args: tuple[Any, ...] = ()


_T = TypeVar("_T")
Steps: TypeAlias = Generator[Step, Any, _T]


def advance(journey: Steps[bytes], answer: Any) -> Step | bytes:
    """Send a download its last step's result (None at first); returns its next step, or the bytes at its end."""
    try:
        return journey.send(answer)
    except StopIteration as end:
        data: bytes = end.value
        return data
