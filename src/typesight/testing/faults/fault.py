"""A fault: one thing that goes wrong with a reply, as a value with a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Literal, TypeAlias, TypeVar

from typesight.testing.loopback.delivery import Delivery

__all__ = ["Fault", "FaultKind"]

Number = TypeVar("Number", int, float)

FaultKind: TypeAlias = Literal[
    "status", "late", "broken", "truncated", "stream_error", "bad_arguments", "wrong_tool", "no_choices", "empty_text",
    "refusal", "content_filter", "length",
]  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """An HTTP error in the provider's format or, with `body`, exactly these bytes with this status.

    The other faults are made by name: `Fault.stall()`, `Fault.reset()`, `Fault.truncate()`, ... Each has a form on
    every wire, streamed or not. A fault stands in the place of a reply; only `drip`, and a `stall` that ends, let one
    through: the next of the script. Where a fault cuts a reply, `reply` is that reply: a record, its JSON text, or a
    `Reply`; without it the Sandbox makes one up.

    Raises:
        ValueError: a status outside 200 to 599, a share outside 0 to 1, a negative number of bytes or seconds.

    """

    status: int
    code: str | None = None
    message: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | bytes | None = None
    retry_after: float | timedelta | datetime | None = None
    """Sent as `retry-after` in seconds (a number) or as an HTTP date (a datetime), or as `retry-after-ms` (a
    timedelta).
    """
    kind: FaultKind = "status"
    reply: object = None
    keep: float = 0.5
    """The share of the reply that is sent, from 0 to 1, where the fault cuts it."""
    delivery: Delivery | None = None
    """How the response is sent, if not as usual."""

    def __post_init__(self) -> None:
        if not 200 <= self.status <= 599:
            raise ValueError(f"status={self.status} is not an HTTP status from 200 to 599")
        if not 0 <= self.keep <= 1:
            raise ValueError(f"keep={self.keep} is not a share from 0 to 1")

    @classmethod
    def stall(
        cls, seconds: float | None = None, *, until: Event | None = None, after_bytes: int = 0, reply: object = None
    ) -> Fault:
        """Nothing comes for so many seconds, or until the event is set; with neither, until one side closes.

        It stalls before the response or, with `after_bytes`, in the middle of its body. A stall that ends goes on with
        the reply.
        """
        kind: FaultKind = "broken" if seconds is None and until is None else "late"
        delivery = Delivery(
            stall_after=_check_amount("after_bytes", after_bytes),
            stall_seconds=None if seconds is None else _check_amount("seconds", seconds),
            stall_until=until,
        )
        return cls(200, kind=kind, reply=reply, delivery=delivery)

    @classmethod
    def drip(cls, piece_bytes: int = 16, seconds: float = 0.01, *, reply: object = None) -> Fault:
        """The body comes in pieces of so many bytes, with a pause of so many seconds after each."""
        delivery = Delivery(
            drip_bytes=max(1, _check_amount("piece_bytes", piece_bytes)), drip_seconds=_check_amount("seconds", seconds)
        )
        return cls(200, kind="late", reply=reply, delivery=delivery)

    @classmethod
    def reset(cls, after_bytes: int = 0, *, reply: object = None) -> Fault:
        """A TCP reset before the response or, with `after_bytes`, after so many bytes of its body."""
        delivery = Delivery(stop_after=_check_amount("after_bytes", after_bytes), reset=True)
        return cls(200, kind="broken", reply=reply, delivery=delivery)

    @classmethod
    def hang_up(cls, after_bytes: int = 0, *, reply: object = None) -> Fault:
        """The connection is closed in order, but too early: before the response, or with fewer bytes than promised."""
        delivery = Delivery(stop_after=_check_amount("after_bytes", after_bytes))
        return cls(200, kind="broken", reply=reply, delivery=delivery)

    @classmethod
    def truncate(cls, keep: float = 0.5, *, reply: object = None) -> Fault:
        """The body ends in the middle of its JSON, its length being right; a stream ends without its last events."""
        return cls(200, kind="truncated", keep=keep, reply=reply)

    @classmethod
    def stream_error(
        cls, status: int = 500, *, code: str | None = None, message: str | None = None, reply: object = None
    ) -> Fault:
        """In the middle of a stream comes an error event; a request that does not stream gets the HTTP error."""
        return cls(status, code, message, kind="stream_error", reply=reply)

    @classmethod
    def bad_arguments(cls, keep: float = 0.5, *, reply: object = None) -> Fault:
        """The arguments of the tool call, or the text where no tool is called, are JSON that breaks off.

        A whole reply of Anthropic's has parsed arguments: there the cut JSON comes as text.
        """
        return cls(200, kind="bad_arguments", keep=keep, reply=reply)

    @classmethod
    def wrong_tool(cls, name: str = "no_such_tool", *, reply: object = None) -> Fault:
        """The model calls a tool that was not offered."""
        return cls(200, message=name, kind="wrong_tool", reply=reply)

    @classmethod
    def no_choices(cls) -> Fault:
        """A reply without anything in it: empty `choices`, `output` or `content`."""
        return cls(200, kind="no_choices")

    @classmethod
    def empty_text(cls) -> Fault:
        """A reply whose text is empty."""
        return cls(200, kind="empty_text")

    @classmethod
    def refusal(cls, message: str = "I cannot help with that.") -> Fault:
        """The model refuses."""
        return cls(200, message=message, kind="refusal")

    @classmethod
    def content_filter(cls, keep: float = 0.5, *, reply: object = None) -> Fault:
        """A filter stops the reply in its middle; on Anthropic's wire that is a refusal."""
        return cls(200, kind="content_filter", keep=keep, reply=reply)

    @classmethod
    def length(cls, keep: float = 0.5, *, reply: object = None) -> Fault:
        """The reply stops in its middle, at the token limit."""
        return cls(200, kind="length", keep=keep, reply=reply)


def _check_amount(name: str, amount: Number) -> Number:
    if amount < 0:
        raise ValueError(f"{name}={amount} is negative")
    return amount
