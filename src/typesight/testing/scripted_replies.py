"""What the sandbox answers: scripted values, and the order in which they are given."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pydantic_core import to_json

from typesight.testing.received import SandboxRequest
from typesight.testing.rejections import FINAL

__all__ = [
    "Answer",
    "BrokenOffError",
    "Fault",
    "Record",
    "Reply",
    "Responder",
    "Said",
    "Script",
    "answered",
    "begun",
    "pieces_of",
    "resolved",
    "whole",
]

_LETTERS = 12


Pieces: TypeAlias = "Iterable[str | Fault]"


@dataclass(frozen=True)
class Reply:
    """One reply of a model, said piece by piece; what is left out is what the provider usually sends."""

    text: str | Pieces | None = None
    """A text; or its pieces, each taken when it is sent, where the request streams. A piece that is a `Fault` is sent
    as an error in the stream, one that raises cuts the connection.
    """
    calls: Sequence[tuple[str, str | Mapping[str, Any] | Pieces]] = ()
    """Tool calls: (tool name, arguments), the arguments as JSON text, as its pieces, or as an object."""
    refusal: str | None = None
    stop: str | None = None
    """The provider's own word: a `finish_reason`, a `stop_reason`, why a response is incomplete, or its status."""
    thinking: str | None = None
    """Anthropic: a thinking block before the rest; Responses: a reasoning item, whose words are not shown. Chat
    Completions has no place for it.
    """
    commentary: str | None = None
    """Responses: a message in the phase "commentary" before the answer; the other wires have none."""
    usage: Mapping[str, Any] = field(default_factory=dict)
    """Entries of the provider's `usage` object that replace the counted ones."""


@dataclass(frozen=True)
class Fault:
    """An HTTP error in the provider's shape, or (with `body`) exactly these bytes under this status."""

    status: int
    code: str | None = None
    message: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | bytes | None = None


@dataclass(frozen=True)
class Said:
    """A reply whose pieces were put together: what the wires spell. Fields as those of Reply."""

    text: str | None = None
    calls: tuple[tuple[str, str | Mapping[str, Any]], ...] = ()
    refusal: str | None = None
    stop: str | None = None
    thinking: str | None = None
    commentary: str | None = None
    usage: Mapping[str, Any] = field(default_factory=dict)


def whole(reply: Reply) -> Said:
    """The reply with its pieces put together, all of them taken at once."""
    calls = tuple((name, given if isinstance(given, Mapping) else _joined(given) or "") for name, given in reply.calls)
    rest = (reply.refusal, reply.stop, reply.thinking, reply.commentary, reply.usage)
    return Said(_joined(reply.text), calls, *rest)


def begun(reply: Reply) -> Said:
    """The reply before any of its pieces was taken."""
    calls = tuple((name, "{}") for name, _ in reply.calls)
    rest = (reply.refusal, reply.stop, reply.thinking, reply.commentary, reply.usage)
    return Said(None if reply.text is None else "", calls, *rest)


def _joined(given: str | Pieces | None) -> str | None:
    return given if given is None or isinstance(given, str) else "".join(map(str, given))


def pieces_of(given: str | Mapping[str, Any] | Pieces, taken: list[str]) -> Iterator[str]:
    """The pieces in which something is said, noted in `taken` as they go; text is said in pieces of a few letters.

    Raises BrokenOff for a piece that is a fault.
    """
    said = json.dumps(dict(given), ensure_ascii=False) if isinstance(given, Mapping) else given
    cut = (said[at : at + _LETTERS] for at in range(0, len(said), _LETTERS)) if isinstance(said, str) else said
    try:
        for piece in cut:
            if isinstance(piece, Fault):
                raise BrokenOffError(piece)
            taken.append(piece)
            yield piece
    finally:
        getattr(cut, "close", lambda: None)()  # a script that is a generator is told when nobody listens any more


class BrokenOffError(Exception):
    """A stream that ends with an error; the fault is its argument."""


@dataclass(frozen=True)
class Record:
    """JSON text (or what is meant to be) that goes out in the form the request asked for."""

    text: str


Answer: TypeAlias = Reply | Fault | Record | BaseException
"""An exception cuts the connection without a reply."""

Responder: TypeAlias = Callable[[SandboxRequest], object]


def answered(value: object, request: SandboxRequest) -> Answer:
    """A scripted value as an answer: values as they are, callables asked, text kept, anything else as JSON."""
    if isinstance(value, (Reply, Fault, Record, BaseException)):
        return value
    if isinstance(value, type) and issubclass(value, BaseException):
        return value()
    if callable(value):
        return answered(value(request), request)
    return Record(value if isinstance(value, str) else to_json(value, by_alias=True).decode())


class Script:
    """A list of replies, each given once. It has state because the order of the requests is its meaning."""

    def __init__(self, replies: Sequence[object]) -> None:
        self._replies = tuple(replies)
        self._given = 0
        self._lock = threading.Lock()

    def __call__(self, _request: SandboxRequest) -> object:
        """The next reply; when there is none left, an error that no SDK retries."""
        with self._lock:
            place, self._given = self._given, self._given + 1
        if place < len(self._replies):
            return self._replies[place]
        return Fault(500, message=f"the sandbox's script is over after {len(self._replies)} requests", headers=FINAL)


def resolved(responder: Responder, request: SandboxRequest) -> Answer:
    """What the responder says; an exception it raises becomes an error that no SDK retries, and names it."""
    try:
        return answered(responder(request), request)
    except Exception as error:
        words = f"the sandbox's answer raised {type(error).__name__}: {error}"
        return Fault(500, message=words, headers=FINAL)
