"""Delivery: the bytes of a response sent slowly, late, or not to their end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import TypeAlias

__all__ = ["Delivery", "DeliveryEndedError", "Pause", "deliver_pieces"]

Pause: TypeAlias = "Callable[[float | None, Event | None], bool]"
"""Waits so many seconds (None: without end) or until the event is set; False if the connection ended meanwhile."""


@dataclass(frozen=True)
class Delivery:
    """How a response is sent; all byte counts are bytes of its body, and at 0 not even the head is sent."""

    stall_after: int | None = None
    """Where it stalls, before the body's end in any case; None: nowhere."""
    stall_seconds: float | None = None
    stall_until: Event | None = field(default=None, repr=False)
    drip_bytes: int | None = None
    """The longest piece; None: as they come."""
    drip_seconds: float = 0.0
    """The pause after each piece."""
    stop_after: int | None = None
    """Where the connection is closed, before the body's end in any case; None: it is not."""
    reset: bool = False
    """Whether it is closed with a TCP reset."""

    @property
    def is_endless(self) -> bool:
        """Whether it stalls until one side closes."""
        return self.stall_after is not None and self.stall_seconds is None and self.stall_until is None

    def stall(self, pause: Pause) -> None:
        """Wait as long as a stall lasts.

        Raises:
            DeliveryEndedError: the connection ended meanwhile.

        """
        if not pause(self.stall_seconds, self.stall_until):
            raise DeliveryEndedError


class DeliveryEndedError(Exception):
    """Nothing more is sent: the delivery says so, or the other side is gone."""


def deliver_pieces(pieces: Iterable[bytes], how: Delivery, pause: Pause) -> Iterator[bytes]:
    """The bytes of a body in the pieces that are sent, with the pauses between them.

    Raises:
        DeliveryEndedError: where the delivery stops, at the latest after the last piece; or the connection ended.

    """
    sent = 0
    for whole in pieces:
        rest = whole
        while rest:
            size = _measure_piece(len(rest), sent, how)
            yield rest[:size]
            sent, rest = sent + size, rest[size:]
            if sent == how.stall_after:
                how.stall(pause)
            if sent == how.stop_after:
                raise DeliveryEndedError
            if how.drip_bytes and not pause(how.drip_seconds, None):
                raise DeliveryEndedError
    if how.stall_after is not None and sent < how.stall_after:
        how.stall(pause)
    if how.stop_after is not None:
        raise DeliveryEndedError


def _measure_piece(left: int, sent: int, how: Delivery) -> int:
    marks = [mark - sent for mark in (how.stall_after, how.stop_after) if mark is not None and mark > sent]
    return min(left, how.drip_bytes or left, *marks)
