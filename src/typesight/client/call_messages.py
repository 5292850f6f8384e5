"""The messages of a call: read from the caller's `messages` or `input`, or written for a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from typesight.endpoints.mode_selection import WireMode
from typesight.errors import ImageError
from typesight.exchange import sentences
from typesight.exchange.read_messages import read_turns
from typesight.exchange.turns import ToolResult, Turn
from typesight.exchange.wire import Wire
from typesight.images.autodetect import Autodetect
from typesight.images.image import Image

__all__ = ["check_result_images", "read_call_turns", "write_messages"]


def read_call_turns(
    wire_mode: WireMode, messages: Any, options: dict[str, Any], autodetect: Autodetect | None
) -> tuple[Turn, ...]:
    """Read the conversation from `messages`, or from `input` and `instructions` of OpenAI's Responses."""
    responses = wire_mode.endpoint.wires.get("responses")
    given, other = messages, options.pop("input", None)
    if given is not None and other is not None:
        raise TypeError("messages= and input= are two names for the conversation: give one of them")
    if given is None:
        given = other
        given = [{"role": "user", "content": given}] if isinstance(given, str) else given
    if given is None:
        raise TypeError("create needs messages: a list of {'role': ..., 'content': ...}")
    turns = read_turns(given, autodetect)
    instructions = options.pop("instructions", None) if responses and wire_mode.wire is not responses else None
    return (Turn("system", instructions), *turns) if instructions else turns


def write_messages(images: Sequence[Image], prompt: str | None, system: str | None, *, text_first: bool) -> list[Any]:
    """Write the messages of `extract`: the pictures, labelled if there are several, and the prompt."""
    parts: list[Any] = []
    for number, image in enumerate(images, start=1):
        parts += [sentences.label_image(number), image] if len(images) > 1 else [image]
    text = prompt or sentences.PROMPT
    system_turns = [{"role": "system", "content": system}] if system else []
    return [*system_turns, {"role": "user", "content": [text, *parts] if text_first else [*parts, text]}]


def check_result_images(turns: Iterable[Turn], wire: Wire) -> None:
    """Raise ImageError for a picture in a tool result if the wire takes only text there."""
    for number, turn in enumerate(turns):
        if not wire.PICTURES_IN_RESULTS and any(isinstance(part, ToolResult) and part.images for part in turn.parts):
            raise ImageError(
                f"messages[{number}] holds an image in a tool's result, where {wire.NAME} takes only text: put it "
                "into a user turn after the result, or use api='responses'"
            )
