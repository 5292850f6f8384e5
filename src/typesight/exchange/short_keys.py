"""Respelled: replies that were asked for with short keys, whole or as they stream, in the schema's own names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from typesight.exchange.completion import Answer, Completion
from typesight.exchange.request import Request
from typesight.exchange.streamed_reply import Gathering
from typesight.models.modes import Mode
from typesight.schema.restored_keys import Respelling
from typesight.schema.target import Target

__all__ = ["respelled", "respelled_stream"]

# Where the schema is the request's; elsewhere it stands in the prompt, in its own names.
_SENT = frozenset({Mode.TOOLS, Mode.JSON_SCHEMA})


def respelled(completion: Completion, target: Target[Any], mode: Mode | None) -> Completion:
    """A reply with its answers in the names that the target's schema has."""
    if mode not in _SENT:
        return completion
    by_tool: Mapping[str | None, Target[Any]] = {each.name: each for each in target.tools}
    answers = tuple(_answer(each, by_tool.get(each.tool, target)) for each in completion.answers)
    return completion if answers == completion.answers else replace(completion, answers=answers)


def _answer(answer: Answer, target: Target[Any]) -> Answer:
    return replace(answer, text=target.respelling().whole(answer.text)) if target.keys.sent else answer


def respelled_stream(gathering: Gathering, request: Request) -> Gathering:
    """What gathers a stream, with what it shows on the way in the names that the target's schema has."""
    if request.target is None or request.mode not in _SENT or not request.target.keys.sent:
        return gathering
    return _Respelled(gathering, request.target.respelling())


@dataclass
class _Respelled:
    """Has state because the one that it wraps does."""

    gathering: Gathering
    respelling: Respelling

    def take(self, event: Any) -> str:
        """The next piece of the answer's JSON."""
        return self.respelling.feed(self.gathering.take(event))

    def completion(self) -> Completion:
        """The reply as it was said."""
        return self.gathering.completion()
