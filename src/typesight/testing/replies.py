"""What the sandbox answers: scripted values, and the order in which they are given."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pydantic_core import to_json

from typesight.testing.received import SandboxRequest
from typesight.testing.refusals import FINAL

__all__ = ["Answer", "Fault", "Record", "Reply", "Responder", "Script", "answered", "resolved"]


@dataclass(frozen=True)
class Reply:
    """One reply of a model, said piece by piece; what is left out is what the provider usually sends."""

    text: str | None = None
    calls: Sequence[tuple[str, str | Mapping[str, Any]]] = ()
    """Tool calls: (tool name, arguments), the arguments as JSON text or as an object."""
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
