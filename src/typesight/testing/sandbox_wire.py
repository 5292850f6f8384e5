"""One API as the sandbox imitates it: the rules for requests, and how replies and errors are encoded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from typesight.testing.received import ReceivedPicture
from typesight.testing.received_pictures import SentPicture
from typesight.testing.rejections import Refusal
from typesight.testing.scripted_replies import Reply, Said

__all__ = ["Asked", "Rule", "Spell", "Wire", "called_as", "chosen_tool", "loaded", "objects", "refused"]


@dataclass(frozen=True)
class Asked:
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
    def received(self) -> tuple[ReceivedPicture, ...]:
        """The pictures that decoded, and those sent by URL or file id."""
        return tuple(p.outcome for p in self.pictures if isinstance(p.outcome, ReceivedPicture))


Spell: TypeAlias = "Callable[[Said, Asked, int], dict[str, Any]]"
Rule: TypeAlias = Callable[[Asked], Iterable[Refusal]]
"""Rules run in the order of their table; the first rejection is the reply. A rule may rely on those before it."""


@dataclass(frozen=True)
class Wire:
    """One API of a provider (such as Chat Completions), as data and stateless functions."""

    name: str
    path: str
    max_request: int
    """Size limit of a request body in bytes."""
    request_id_header: str
    key_rules: tuple[Rule, ...]
    """Run on the headers, before the body is parsed."""
    rules: tuple[Rule, ...]
    unparsable: Refusal
    too_large: Refusal
    pictures: Callable[[dict[str, Any]], Iterator[SentPicture]]
    """Finds the pictures of a body; lenient, because it runs on any JSON object, before the rules."""
    schema: Callable[[dict[str, Any]], Mapping[str, Any] | None]
    """Finds the JSON Schema that the reply should follow, or None."""
    form: Callable[[dict[str, Any], str], Reply]
    """Puts a record's JSON text into the form that the body asks for: a tool call or text."""
    spell: Spell
    """Encodes a reply as a response body; the number goes into its ids."""
    stream: Callable[[Reply, Asked, int], Iterator[Mapping[str, Any]]]
    """Encodes a reply as stream events; raises BrokenOffError where the script ends the stream with an error."""
    frame: Callable[[Mapping[str, Any]], bytes]
    """Encodes one stream event as bytes."""
    done: bytes
    """The bytes that end a stream."""
    spell_refusal: Callable[[Refusal, str], object]
    """Encodes an error as a JSON body; the str is the request id."""
    stream_type: str = "text/event-stream"
    """The media type of a stream."""


def refused(rules: tuple[Rule, ...], asked: Asked) -> Refusal | None:
    """The first rejection from the rules, or None if the request is valid."""
    return next((refusal for rule in rules for refusal in rule(asked)), None)


def loaded(raw: bytes) -> dict[str, Any] | None:
    """The body as a JSON object; None if it is not one (NaN and Infinity are not JSON)."""
    try:
        value = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def objects(value: object) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects in a list, each with its index; nothing if the value is not a list."""
    if isinstance(value, list):
        yield from ((place, item) for place, item in enumerate(value) if isinstance(item, dict))


def chosen_tool(names: list[str], forced: object) -> str | None:
    """The name of the tool that the reply calls: the forced one, else the first."""
    return forced if isinstance(forced, str) else next(iter(names), None)


def called_as(text: str, schemas: Mapping[str, Mapping[str, Any]], forced: object) -> tuple[tuple[str, str], ...]:
    """Turn a record's JSON text into tool calls, as pairs of name and arguments.

    The call goes to the forced tool, else to the tool whose schema fits. A list becomes one call per item, but only
    where several tools are offered and none is forced.
    """
    value = _json(text) if len(schemas) > 1 and not isinstance(forced, str) else None
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return tuple((_fitting(item, schemas), json.dumps(item, ensure_ascii=False)) for item in value)
    if isinstance(value, dict):
        return ((_fitting(value, schemas), text),)
    return ((chosen_tool(list(schemas), forced) or "", text),)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _fitting(item: Mapping[str, Any], schemas: Mapping[str, Mapping[str, Any]]) -> str:
    """The first tool whose schema fits: the item has all required properties and no unknown ones."""
    for name, schema in schemas.items():
        if set(schema.get("required", ())) <= item.keys() <= set(schema.get("properties", ())):
            return name
    return next(iter(schemas))
