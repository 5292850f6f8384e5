"""A request that the sandbox received, and its pictures, for tests to inspect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["ReceivedPicture", "SandboxRequest", "read_texts"]


@dataclass(frozen=True)
class ReceivedPicture:
    """One picture of a request, as the provider would receive it.

    A picture sent by URL or file id is not downloaded: `media_type` is None, `size` is (0, 0), `data` is empty, and
    `reference` is the URL or id.
    """

    media_type: str | None
    """The format of the bytes: image/jpeg, image/png, image/gif or image/webp."""
    size: tuple[int, int]
    """(width, height) in pixels."""
    sha256: str
    """Hex digest of `data`."""
    data: bytes = field(repr=False)
    reference: str | None = None

    @classmethod
    def from_reference(cls, reference: str) -> ReceivedPicture:
        """A picture that was sent by URL or file id, not as data."""
        return cls(media_type=None, size=(0, 0), sha256="", data=b"", reference=reference)


@dataclass(frozen=True)
class SandboxRequest:
    """One request, answered or rejected."""

    path: str
    headers: Mapping[str, str]
    """Names in lower case; headers with credentials are left out."""
    body: dict[str, Any] = field(repr=False)
    """The parsed JSON object; empty if the body was not one."""
    raw: bytes = field(repr=False)
    pictures: tuple[ReceivedPicture, ...]
    """Every picture that could be decoded, in the order of the messages."""
    status: int
    """The HTTP status of the reply; 200 while the reply is still being made, 0 if the connection was closed instead."""
    wire: str
    """`openai_chat`, `openai_responses`, `openai_decisions` or `anthropic_messages`; empty for an unknown path."""
    method: str = "POST"
    """The HTTP method."""

    @property
    def text(self) -> str:
        """All that the model reads, in order: instructions, then the turns' text, tool calls and results."""
        return "\n\n".join(read_texts(self.body))


# Keys of a body that hold what a model reads, and those of turns and parts that hold text.
_TURNS = ("system", "instructions", "messages", "input", "questions")
_TEXTS = ("content", "text", "instructions", "output", "tool_calls", "function", "arguments")


def read_texts(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The texts of a request in order, one for each part; no data of pictures and no schema."""
    return tuple(text for key in _TURNS for text in _find_texts(body.get(key)) if text)


def _find_texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _find_texts(item)
    elif isinstance(value, dict):
        for key in _TEXTS:
            yield from _find_texts(value.get(key))
