"""Scripted replies of the sandbox: the values a test can give, and the order they are sent in."""

from __future__ import annotations

import inspect
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pydantic_core import PydanticSerializationError, to_json

from typesight.testing.faults.fault import Fault
from typesight.testing.received import SandboxRequest
from typesight.testing.rejections import NO_RETRY_HEADERS

__all__ = [
    "BrokenOffError",
    "JoinedReply",
    "Reply",
    "Responder",
    "Script",
    "ScriptedAnswer",
    "ScriptedRecord",
    "ask_responder",
    "build_answer",
    "drop_pieces",
    "dump_arguments",
    "dump_record",
    "join_pieces",
    "take_pieces",
]

_PIECE_LENGTH = 12


Pieces: TypeAlias = "Iterable[str | Fault]"


@dataclass(frozen=True)
class Reply:
    """One reply of a model, whole or in pieces; a field left out gets what the provider usually sends."""

    text: str | Pieces | None = None
    """The text, or its pieces: in a streamed reply each is taken when it is sent. A piece that is a `Fault` is sent as
    an error in the stream; an iterator that raises closes the connection.
    """
    calls: Sequence[tuple[str, str | Mapping[str, Any] | Pieces]] = ()
    """Tool calls: (tool name, arguments), the arguments as JSON text, as its pieces, or as an object."""
    refusal: str | None = None
    stop: str | None = None
    """The provider's own value: a `finish_reason`, a `stop_reason`, why a response is incomplete, or its status."""
    thinking: str | None = None
    """Anthropic: a thinking block before the rest; Responses: a reasoning item without its text. Chat Completions has
    no field for it.
    """
    commentary: str | None = None
    """Responses: a message with phase "commentary" before the answer; the other wires have none."""
    usage: Mapping[str, Any] = field(default_factory=dict)
    """Entries of the provider's `usage` object; they replace the counted ones."""


@dataclass(frozen=True)
class JoinedReply:
    """A reply with its pieces joined, ready for a wire to encode. The fields are those of `Reply`."""

    text: str | None = None
    calls: tuple[tuple[str, str | Mapping[str, Any]], ...] = ()
    refusal: str | None = None
    stop: str | None = None
    thinking: str | None = None
    commentary: str | None = None
    usage: Mapping[str, Any] = field(default_factory=dict)


def join_pieces(reply: Reply) -> JoinedReply:
    """Join the pieces of a reply; takes all of them at once."""
    calls = tuple((name, given if isinstance(given, Mapping) else _join(given) or "") for name, given in reply.calls)
    rest = (reply.refusal, reply.stop, reply.thinking, reply.commentary, reply.usage)
    return JoinedReply(_join(reply.text), calls, *rest)


def drop_pieces(reply: Reply) -> JoinedReply:
    """The reply with empty text and empty arguments; no piece is taken."""
    calls = tuple((name, "{}") for name, _ in reply.calls)
    rest = (reply.refusal, reply.stop, reply.thinking, reply.commentary, reply.usage)
    return JoinedReply(None if reply.text is None else "", calls, *rest)


def _join(given: str | Pieces | None) -> str | None:
    return given if given is None or isinstance(given, str) else "".join(map(str, given))


def take_pieces(given: str | Mapping[str, Any] | Pieces, taken: list[str]) -> Iterator[str]:
    """Yield the pieces of a text or of arguments, each appended to `taken`; a whole text is cut every few characters.

    Raises:
        BrokenOffError: at a piece that is a `Fault`.

    """
    said = dump_arguments(given) if isinstance(given, Mapping) else given
    cut = (
        (said[at : at + _PIECE_LENGTH] for at in range(0, len(said), _PIECE_LENGTH)) if isinstance(said, str) else said
    )
    try:
        for piece in cut:
            if isinstance(piece, Fault):
                raise BrokenOffError(piece)
            taken.append(piece)
            yield piece
    finally:
        getattr(cut, "close", lambda: None)()  # a script's generator ends when the client has left


class BrokenOffError(Exception):
    """The script ends a stream with an error; the `Fault` is the argument."""


@dataclass(frozen=True)
class ScriptedRecord:
    """JSON text, valid or not, that is sent in the form the request asked for."""

    text: str


ScriptedAnswer: TypeAlias = Reply | Fault | ScriptedRecord | BaseException
"""An exception closes the connection without a reply."""

Responder: TypeAlias = Callable[[SandboxRequest], object]


def build_answer(value: object, request: SandboxRequest) -> ScriptedAnswer:
    """Turn a scripted value into an answer: call a callable, keep a text as it is, dump a record as JSON.

    Raises TypeError for what is no reply, such as bytes, a class, or the coroutine of an `async def`.
    """
    if isinstance(value, (Reply, Fault, ScriptedRecord, BaseException)):
        return value
    if isinstance(value, type) and issubclass(value, BaseException):
        return value()
    if callable(value) and not isinstance(value, type):
        return build_answer(value(request), request)
    return ScriptedRecord(dump_record(value))


def dump_record(value: object) -> str:
    """A record as JSON text; a str is taken as it is. Raises TypeError for what is no record."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, type)) or inspect.iscoroutine(value):
        raise TypeError(_explain_kind(value))
    try:
        return to_json(value, by_alias=True).decode()
    except PydanticSerializationError as error:
        raise TypeError(f"{_explain_kind(value)} ({error})") from None


def _explain_kind(value: object) -> str:
    if inspect.iscoroutine(value):
        value.close()  # or Python warns that it was never awaited
        return f"{value.__name__} is an async function: a function that gives replies is called, not awaited; use def"
    found = f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
    return f"a reply is a dict, a Pydantic model, a str, a Reply, a Fault, an exception or a function, not {found}"


def dump_arguments(arguments: str | Mapping[str, Any]) -> str:
    """A tool call's arguments as JSON text; a str is taken as it is."""
    return arguments if isinstance(arguments, str) else json.dumps(dict(arguments), ensure_ascii=False)


class Script:
    """A list of replies, each sent once, in order. It has state because it counts the requests."""

    def __init__(self, replies: Sequence[object], at_end: Callable[[SandboxRequest, int, int], object] | None = None):
        self._replies = tuple(replies)
        self._at_end = at_end or _end_script
        self._position = 0
        self._lock = threading.Lock()

    def __call__(self, request: SandboxRequest) -> object:
        """The next reply; if none is left, what `at_end` says of the request, its number and the number of replies."""
        with self._lock:
            place, self._position = self._position, self._position + 1
        if place < len(self._replies):
            return self._replies[place]
        return self._at_end(request, place + 1, len(self._replies))


def _end_script(_request: SandboxRequest, number: int, count: int) -> Fault:
    """An error that no SDK retries."""
    given = f"{count} {'reply' if count == 1 else 'replies'}"
    return Fault(500, message=f"the sandbox has {given}, and this is request {number}", headers=NO_RETRY_HEADERS)


def ask_responder(responder: Responder, request: SandboxRequest) -> ScriptedAnswer:
    """Ask the responder; if it raises, the answer is an error that names the exception and that no SDK retries."""
    try:
        return build_answer(responder(request), request)
    except Exception as error:
        words = f"the sandbox's answer raised {type(error).__name__}: {error}"
        return Fault(500, message=words, headers=NO_RETRY_HEADERS)
