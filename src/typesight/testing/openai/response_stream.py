"""Stream a Responses reply as events (`openai.types.responses.ResponseStreamEvent` of openai 3.52)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from typesight.testing.sandbox_wire import Asked, Spell
from typesight.testing.scripted_replies import Reply, Said, begun, pieces_of

__all__ = ["events"]

_ENDS = {"failed": "response.failed", "incomplete": "response.incomplete"}


def events(reply: Reply, asked: Asked, number: int, spell: Spell) -> Iterator[Mapping[str, Any]]:
    """The numbered events of a reply; the last one holds the complete response."""
    numbers = count()
    taken = _Taken()
    bare = spell(Said(), asked, number)
    for kind in ("response.created", "response.in_progress"):
        yield {"type": kind, "sequence_number": next(numbers), "response": {**bare, "status": "in_progress"}}
    for event in _said(reply, asked, number, spell, taken):
        yield {**event, "sequence_number": next(numbers)}
    response = spell(taken.put(reply), asked, number)
    kind = _ENDS.get(response["status"], "response.completed")
    yield {"type": kind, "sequence_number": next(numbers), "response": response}


class _Taken:
    """The pieces sent so far; it has state because each piece can be taken only once."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.calls: list[list[str]] = []

    def put(self, reply: Reply) -> Said:
        """The reply, with the pieces sent so far joined."""
        calls = tuple((name, "".join(said)) for (name, _), said in zip(reply.calls, self.calls, strict=True))
        return replace(begun(reply), text=None if reply.text is None else "".join(self.text), calls=calls)


def _said(reply: Reply, asked: Asked, number: int, spell: Spell, taken: _Taken) -> Iterator[dict[str, Any]]:
    """The events of each output item in turn. The items come from the reply without its pieces."""
    answers = 0
    for index, item in enumerate(spell(begun(reply), asked, number)["output"]):
        added = {**item, **({"content": []} if item["type"] == "message" else {})}
        yield {"type": "response.output_item.added", "output_index": index, "item": added}
        where = {"item_id": item["id"], "output_index": index}
        if item["type"] == "function_call":
            taken.calls.append([])
            for piece in pieces_of(reply.calls[answers][1], taken.calls[-1]):
                yield {"type": "response.function_call_arguments.delta", **where, "delta": piece}
            arguments = "".join(taken.calls[-1])
            answers += 1
            yield {
                "type": "response.function_call_arguments.done",
                **where,
                "arguments": arguments,
                "name": item["name"],
            }
        elif item["type"] == "message":
            yield from _message(item, where, reply, taken)
        yield {"type": "response.output_item.done", "output_index": index, "item": item}


def _message(item: dict[str, Any], where: dict[str, Any], reply: Reply, taken: _Taken) -> Iterator[dict[str, Any]]:
    for place, part in enumerate(item["content"]):
        at = {**where, "content_index": place}
        yield {"type": "response.content_part.added", **at, "part": part}
        if part["type"] == "refusal":
            yield {"type": "response.refusal.delta", **at, "delta": part["refusal"]}
            yield {"type": "response.refusal.done", **at, "refusal": part["refusal"]}
            continue
        said: list[str] = []
        commentary = item.get("phase") == "commentary"
        for piece in pieces_of((reply.commentary if commentary else reply.text) or "", said):
            yield {"type": "response.output_text.delta", **at, "delta": piece, "logprobs": []}
        taken.text += [] if commentary else said
        yield {"type": "response.output_text.done", **at, "text": "".join(said), "logprobs": []}
        yield {"type": "response.content_part.done", **at, "part": {**part, "text": "".join(said)}}
