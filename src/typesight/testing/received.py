"""What reached the sandbox: one request, as a value that tests read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["ReceivedPicture", "SandboxRequest"]


@dataclass(frozen=True)
class ReceivedPicture:
    """One picture of a request, as the provider's servers would have had it.

    A picture sent by URL or file id is not fetched: its `media_type` is None, its `size` (0, 0), its `data` empty,
    and `reference` is the URL or id.
    """

    media_type: str | None
    """What the bytes are: image/jpeg, image/png, image/gif or image/webp."""
    size: tuple[int, int]
    """(width, height) in pixels."""
    sha256: str
    """Hex digest of `data`."""
    data: bytes = field(repr=False)
    reference: str | None = None

    @classmethod
    def unfetched(cls, reference: str) -> ReceivedPicture:
        """A picture that was named, not sent."""
        return cls(media_type=None, size=(0, 0), sha256="", data=b"", reference=reference)


@dataclass(frozen=True)
class SandboxRequest:
    """One request, answered or refused."""

    path: str
    headers: Mapping[str, str]
    """Lower-case names; the ones that carry credentials are left out."""
    body: dict[str, Any] = field(repr=False)
    """The parsed JSON object; empty when the body was none."""
    raw: bytes = field(repr=False)
    pictures: tuple[ReceivedPicture, ...]
    """Every picture that could be decoded, in the order of the messages."""
    status: int
    """The HTTP status of the reply; 200 while the reply is still being made, 0 when the connection was cut."""
    wire: str
    """`openai_chat`, `openai_responses` or `anthropic_messages`; empty for a path that is none of theirs."""
