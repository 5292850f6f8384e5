"""A wire: what one provider refuses, and how it spells what it says."""

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
    """A request on its way through the rules."""

    headers: Mapping[str, str]
    """All of them, names in lower case."""
    body: dict[str, Any]
    pictures: tuple[SentPicture, ...]

    @property
    def model(self) -> str:
        """The model asked for, empty when it is not said."""
        model = self.body.get("model")
        return model if isinstance(model, str) else ""

    @property
    def received(self) -> tuple[ReceivedPicture, ...]:
        """The pictures that could be taken."""
        return tuple(p.outcome for p in self.pictures if isinstance(p.outcome, ReceivedPicture))


Spell: TypeAlias = "Callable[[Said, Asked, int], dict[str, Any]]"
Rule: TypeAlias = Callable[[Asked], Iterable[Refusal]]
"""Rules stand in a table and run in its order; the first refusal is the reply. A rule may rely on those before it."""


@dataclass(frozen=True)
class Wire:
    """One provider's way of speaking, as data and functions without state."""

    name: str
    path: str
    max_request: int
    """Bytes of a body."""
    request_id_header: str
    key_rules: tuple[Rule, ...]
    """Run on the headers, before the body is parsed."""
    rules: tuple[Rule, ...]
    unparsable: Refusal
    too_large: Refusal
    pictures: Callable[[dict[str, Any]], Iterator[SentPicture]]
    """Lenient: runs before the rules, on any JSON object."""
    schema: Callable[[dict[str, Any]], Mapping[str, Any] | None]
    """The JSON Schema a reply should follow, or None."""
    form: Callable[[dict[str, Any], str], Reply]
    """A record's text in the form the body asks for: a tool call or text."""
    spell: Spell
    """A reply as the body of the numbered response."""
    stream: Callable[[Reply, Asked, int], Iterator[Mapping[str, Any]]]
    """A reply as the events of a stream; raises BrokenOffError where the script ends it with an error."""
    frame: Callable[[Mapping[str, Any]], bytes]
    """An event as it goes over the wire."""
    done: bytes
    """What ends a stream."""
    spell_refusal: Callable[[Refusal, str], object]
    """An error as the JSON body of the response with that request id."""
    stream_type: str = "text/event-stream"
    """The media type of a stream."""


def refused(rules: tuple[Rule, ...], asked: Asked) -> Refusal | None:
    """The first refusal of the table, or None when everything is as it should be."""
    return next((refusal for rule in rules for refusal in rule(asked)), None)


def loaded(raw: bytes) -> dict[str, Any] | None:
    """The body as a JSON object; None when it is none (NaN and Infinity are not JSON)."""
    try:
        value = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def objects(value: object) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a list with their places; nothing for anything else."""
    if isinstance(value, list):
        yield from ((place, item) for place, item in enumerate(value) if isinstance(item, dict))


def chosen_tool(names: list[str], forced: object) -> str | None:
    """The tool a reply calls: the forced one, else the first."""
    return forced if isinstance(forced, str) else next(iter(names), None)


def called_as(text: str, schemas: Mapping[str, Mapping[str, Any]], forced: object) -> tuple[tuple[str, str], ...]:
    """A record's text as tool calls: one of the forced tool or of the one that it fits; of a list a call for each.

    A list is several records only where several tools are offered and none is forced.
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
    """The first tool that takes an item: all that it requires is there, and nothing that it does not know."""
    for name, schema in schemas.items():
        if set(schema.get("required", ())) <= item.keys() <= set(schema.get("properties", ())):
            return name
    return next(iter(schemas))
