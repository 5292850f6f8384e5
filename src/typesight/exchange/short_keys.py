"""Turn the short keys in a reply, whole or streamed, back into the schema's own names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from typesight.exchange.completion import Answer, Completion
from typesight.exchange.request import Request
from typesight.exchange.streamed_reply import StreamCollector
from typesight.models.modes import Mode
from typesight.schema.dialects.restored_keys import KeyRestorer
from typesight.schema.target import Target

__all__ = ["restore_reply_keys", "restore_stream_keys"]

# The modes that send the schema as such, and so with short keys; the others put it into the prompt, in its own names.
_SCHEMA_MODES = frozenset({Mode.TOOLS, Mode.JSON_SCHEMA})


def restore_reply_keys(completion: Completion, target: Target[Any], mode: Mode | None) -> Completion:
    """The reply with the names of the target's schema in its answers."""
    if mode not in _SCHEMA_MODES or not any(each.property_keys.key_by_name for each in (target, *target.tools)):
        return completion
    by_tool: Mapping[str | None, Target[Any]] = {each.name: each for each in target.tools}
    answers = tuple(_restore_answer(each, by_tool.get(each.tool, target)) for each in completion.answers)
    return completion if answers == completion.answers else replace(completion, answers=answers)


def _restore_answer(answer: Answer, target: Target[Any]) -> Answer:
    return (
        replace(answer, text=target.make_key_restorer().restore(answer.text))
        if target.property_keys.key_by_name
        else answer
    )


def restore_stream_keys(gathering: StreamCollector, request: Request) -> StreamCollector:
    """The collector of a stream, with the names of the target's schema in the pieces that it passes on."""
    if request.target is None or request.mode not in _SCHEMA_MODES or not request.target.property_keys.key_by_name:
        return gathering
    return _KeyRestorer(gathering, request.target.make_key_restorer())


@dataclass
class _KeyRestorer:
    """Wraps another collector; has state because that one does."""

    collector: StreamCollector
    respelling: KeyRestorer

    def add_event(self, event: Any) -> str:
        """The next piece of the answer's JSON, with the schema's own names."""
        return self.respelling.feed(self.collector.add_event(event))

    def build_completion(self) -> Completion:
        """The reply as the model wrote it, still with short keys."""
        return self.collector.build_completion()
