"""Collect a streamed reply of Chat Completions. Shapes: `openai.types.chat.ChatCompletionChunk` of openai 3.52."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from typesight.errors import Interrupted
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.exchange.streamed_reply import Streaming
from typesight.models.modes import Mode
from typesight.wires.openai import chat

__all__ = ["STREAMING"]


@dataclass
class _Call:
    id: str | None = None
    name: str = ""
    arguments: list[str] = field(default_factory=list)


class _Gathering:
    """Collects chunks into a ChatCompletion."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._text: list[str] = []
        self._refusal: list[str] = []
        self._thought: dict[str, list[str]] = {}
        self._calls: dict[int, _Call] = {}
        self._finish: str | None = None
        self._head: dict[str, Any] = {}
        self._usage: Any = None

    def take(self, chunk: Any) -> str:
        """Add a chunk and return its piece of the text, or of the first call's arguments."""
        self._head |= {name: value for name in ("id", "created", "model") if (value := getattr(chunk, name, None))}
        self._usage = getattr(chunk, "usage", None) or self._usage
        return "".join(self._choice(choice) for choice in chunk.choices or () if not choice.index)

    def _choice(self, choice: Any) -> str:
        self._finish = choice.finish_reason or self._finish
        delta = choice.delta
        text = (delta.content or "") if delta else ""
        self._text.append(text)
        self._refusal.append(getattr(delta, "refusal", None) or "")
        for name in chat.REASONING:
            self._thought.setdefault(name, []).append(getattr(delta, name, None) or "")
        arguments = [self._called(call) for call in (delta.tool_calls if delta else None) or ()]
        return "".join(arguments) if self._request.mode is Mode.TOOLS else text

    def _called(self, piece: Any) -> str:
        call = self._calls.setdefault(piece.index or 0, _Call())
        call.id = piece.id or call.id
        function = piece.function
        call.name += (function.name or "") if function else ""
        said = (function.arguments or "") if function else ""
        call.arguments.append(said)
        return said if (piece.index or 0) == min(self._calls) else ""

    def completion(self) -> Completion:
        """The reply, as if it had not been streamed."""
        from openai.types.chat import ChatCompletion

        if self._finish is None:
            raise Interrupted("the stream ended before the model was done; send the request again")
        calls = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": "".join(call.arguments)}}
            for call in self._calls.values()
        ]
        message = {
            "role": "assistant",
            "content": "".join(self._text) or None,
            "refusal": "".join(self._refusal) or None,
            **{name: said for name, pieces in self._thought.items() if (said := "".join(pieces))},
            **({"tool_calls": calls} if calls else {}),
        }
        reply = ChatCompletion.construct(
            object="chat.completion",
            choices=[{"index": 0, "message": message, "finish_reason": self._finish, "logprobs": None}],
            usage=self._usage and self._usage.model_dump(warnings=False),
            **self._head,
        )
        return chat.decode(reply, self._request)


STREAMING = Streaming({"stream": True, "stream_options": {"include_usage": True}}, _Gathering)
