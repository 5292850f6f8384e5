"""Turn the short keys in a reply, whole or streamed, back into the schema's own names."""

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

# The modes that send the schema as such, and so with short keys; the others put it into the prompt, in its own names.
_SENT = frozenset({Mode.TOOLS, Mode.JSON_SCHEMA})


def respelled(completion: Completion, target: Target[Any], mode: Mode | None) -> Completion:
    """The reply with the names of the target's schema in its answers."""
    if mode not in _SENT:
        return completion
    by_tool: Mapping[str | None, Target[Any]] = {each.name: each for each in target.tools}
    answers = tuple(_answer(each, by_tool.get(each.tool, target)) for each in completion.answers)
    return completion if answers == completion.answers else replace(completion, answers=answers)


def _answer(answer: Answer, target: Target[Any]) -> Answer:
    return replace(answer, text=target.respelling().whole(answer.text)) if target.keys.sent else answer


def respelled_stream(gathering: Gathering, request: Request) -> Gathering:
    """The collector of a stream, with the names of the target's schema in the pieces that it passes on."""
    if request.target is None or request.mode not in _SENT or not request.target.keys.sent:
        return gathering
    return _Respelled(gathering, request.target.respelling())


@dataclass
class _Respelled:
    """Wraps another collector; has state because that one does."""

    gathering: Gathering
    respelling: Respelling

    def take(self, event: Any) -> str:
        """The next piece of the answer's JSON, with the schema's own names."""
        return self.respelling.feed(self.gathering.take(event))

    def completion(self) -> Completion:
        """The reply as the model wrote it, still with short keys."""
        return self.gathering.completion()
