"""One API as the sandbox imitates it: the rules for requests, and how replies and errors are encoded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, TypeAlias

from typesight.testing.received import ReceivedPicture
from typesight.testing.received_pictures import SentPicture
from typesight.testing.rejections import Rejection
from typesight.testing.scripted_replies import JoinedReply, Reply

__all__ = [
    "ParsedRequest",
    "ReplyEncoder",
    "RequestRule",
    "SandboxWire",
    "build_tool_calls",
    "choose_tool",
    "enumerate_objects",
    "find_rejection",
    "parse_body",
]


@dataclass(frozen=True)
class ParsedRequest:
    """A parsed request, as the rules check it."""

    headers: Mapping[str, str]
    """All headers, names in lower case."""
    body: dict[str, Any]
    pictures: tuple[SentPicture, ...]

    @property
    def model(self) -> str:
        """The requested model; empty if the body names none."""
        model = self.body.get("model")
        return model if isinstance(model, str) else ""

    @property
    def received_pictures(self) -> tuple[ReceivedPicture, ...]:
        """The pictures that decoded, and those sent by URL or file id."""
        return tuple(p.outcome for p in self.pictures if isinstance(p.outcome, ReceivedPicture))


ReplyEncoder: TypeAlias = "Callable[[JoinedReply, ParsedRequest, int], dict[str, Any]]"
RequestRule: TypeAlias = Callable[[ParsedRequest], Iterable[Rejection]]
"""Rules run in the order of their table; the first rejection is the reply. A rule may rely on those before it."""


@dataclass(frozen=True)
class SandboxWire:
    """One API of a provider (such as Chat Completions), as data and stateless functions."""

    name: str
    path: str
    max_request_bytes: int
    """Size limit of a request body in bytes."""
    request_id_header: str
    key_rules: tuple[RequestRule, ...]
    """Run on the headers, before the body is parsed."""
    rules: tuple[RequestRule, ...]
    invalid_json: Rejection
    too_large: Rejection
    find_pictures: Callable[[dict[str, Any]], Iterator[SentPicture]]
    """Finds the pictures of a body; lenient, because it runs on any JSON object, before the rules."""
    find_reply_schema: Callable[[dict[str, Any]], Mapping[str, Any] | None]
    """Finds the JSON Schema that the reply should follow, or None."""
    build_reply: Callable[[dict[str, Any], str], Reply]
    """Puts a record's JSON text into the form that the body asks for: a tool call or text."""
    encode_reply: ReplyEncoder
    """Encodes a reply as a response body; the number goes into its ids."""
    stream_events: Callable[[Reply, ParsedRequest, int], Iterator[Mapping[str, Any]]]
    """Encodes a reply as stream events; raises BrokenOffError where the script ends the stream with an error."""
    encode_event: Callable[[Mapping[str, Any]], bytes]
    """Encodes one stream event as bytes."""
    stream_end: bytes
    """The bytes that end a stream."""
    encode_error: Callable[[Rejection, str], object]
    """Encodes an error as a JSON body; the str is the request id."""
    encode_stream_error: Callable[[Rejection, str, int], bytes]
    """Encodes an error as an event; the str is the request id, the int the number of events before it."""
    answer_unscripted: Callable[[dict[str, Any]], str] | None = None
    """Makes a reply's JSON text where no script does; None: the local reader does."""
    stream_type: str = "text/event-stream"
    """The media type of a stream."""


def find_rejection(rules: tuple[RequestRule, ...], asked: ParsedRequest) -> Rejection | None:
    """The first rejection from the rules, or None if the request is valid."""
    return next((refusal for rule in rules for refusal in rule(asked)), None)


MAX_DEPTH = 128
"""Containers in containers in a body: more than any schema of ours has, and few enough for every walk over it."""


def parse_body(raw: bytes) -> dict[str, Any] | None:
    """The body as a JSON object; None if it is not one, or nests deeper than `MAX_DEPTH`.

    Of a key that stands twice, the last value counts. NaN, Infinity and numbers that overflow to it are not JSON.
    """
    try:
        value = json.loads(raw, parse_constant=_reject_constant, parse_float=_parse_finite)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and not _is_too_deep(value) else None


def _reject_constant(name: str) -> float:
    raise ValueError(name)


def _parse_finite(digits: str) -> float:
    number = float(digits)
    return number if isfinite(number) else _reject_constant(digits)


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        inner = ((each.values() if isinstance(each, dict) else each) for each in level if isinstance(each, dict | list))
        level = [item for items in inner for item in items]
    return bool(level)


def enumerate_objects(value: object) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects in a list, each with its index; nothing if the value is not a list."""
    if isinstance(value, list):
        yield from ((place, item) for place, item in enumerate(value) if isinstance(item, dict))


def choose_tool(names: list[str], forced: object) -> str | None:
    """The name of the tool that the reply calls: the forced one, else the first."""
    return forced if isinstance(forced, str) else next(iter(names), None)


def build_tool_calls(
    text: str, schemas: Mapping[str, Mapping[str, Any]], forced: object
) -> tuple[tuple[str, str], ...]:
    """Turn a record's JSON text into tool calls, as pairs of name and arguments.

    The call goes to the forced tool, else to the tool whose schema fits. A list becomes one call per item, but only
    where several tools are offered and none is forced.
    """
    value = _parse_json(text) if len(schemas) > 1 and not isinstance(forced, str) else None
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return tuple((_find_fitting_tool(item, schemas), json.dumps(item, ensure_ascii=False)) for item in value)
    if isinstance(value, dict):
        return ((_find_fitting_tool(value, schemas), text),)
    return ((choose_tool(list(schemas), forced) or "", text),)


def _parse_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _find_fitting_tool(item: Mapping[str, Any], schemas: Mapping[str, Mapping[str, Any]]) -> str:
    """The first tool whose schema fits: the item has all required properties and no unknown ones."""
    for name, schema in schemas.items():
        if set(schema.get("required", ())) <= item.keys() <= set(schema.get("properties", ())):
            return name
    return next(iter(schemas))
