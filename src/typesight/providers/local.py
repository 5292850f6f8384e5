"""This machine's own reader, spoken to as the other providers are: pictures and a schema in, JSON out.

What it did not find is missing from its answer; the conversation treats that like any other model's omission.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from typesight.errors import ImageError, Interrupted
from typesight.images.encode import EncodedImage
from typesight.providers.completion import Answer, Completion, Stop
from typesight.providers.modes import Capability, Mode
from typesight.providers.request import Request
from typesight.providers.turns import Reask, Turn
from typesight.providers.wire import Row
from typesight.reader import Line, fill, read
from typesight.reader.filler import Refused
from typesight.schema.fields import value_at
from typesight.schema.merging import steps_of
from typesight.schema.target import Target
from typesight.usage import Usage

__all__ = [
    "LIMIT",
    "METHOD",
    "MODES",
    "NAME",
    "PICTURES_IN_RESULTS",
    "TOOLS_BESIDE_REASONING",
    "LocalReader",
    "LocalReply",
    "decode",
    "encode",
]

NAME = "the local reader"
METHOD = ("documents",)
LIMIT = None
TOOLS_BESIDE_REASONING = True
PICTURES_IN_RESULTS = True

_KEPT = 64


@dataclass(frozen=True)
class LocalReply:
    """What the reader made of its pictures: the lines of text it read, and the record it filled from them.

    `record` is JSON text of one object, None when no schema was asked for.
    """

    lines: tuple[Line, ...] = field(repr=False)
    record: str | None

    @property
    def text(self) -> str:
        """The lines as text, top to bottom."""
        return "\n".join(line.text for line in self.lines)


class LocalReader:
    """Reads pictures on this machine. Holds the lines of the pictures it read last, so that a second question
    about the same picture does not read it again; safe to share between threads.
    """

    def __init__(self) -> None:
        self._lines: OrderedDict[str, tuple[Line, ...]] = OrderedDict()
        self._lock = Lock()

    def create(
        self, *, pictures: tuple[EncodedImage, ...], schema: Mapping[str, Any] | None, refused: Refused | None = None
    ) -> LocalReply:
        """Read the pictures, as pages of one document, and fill the schema from their text, not as was `refused`."""
        pages = [self._read(picture) for picture in pictures]
        lines = tuple(replace(line, image=number) for number, page in enumerate(pages) for line in page)
        record = None if schema is None else json.dumps(fill(lines, schema, refused), ensure_ascii=False)
        return LocalReply(lines, record)

    def _read(self, picture: EncodedImage) -> tuple[Line, ...]:
        with self._lock:
            if picture.sha256 in self._lines:
                self._lines.move_to_end(picture.sha256)
                return self._lines[picture.sha256]
        lines = read(picture.data)
        with self._lock:
            self._lines[picture.sha256] = lines
            while len(self._lines) > _KEPT:
                self._lines.popitem(last=False)
        return lines


def encode(request: Request) -> dict[str, Any]:
    """The keyword arguments of `LocalReader.create`. Raises ImageError when there is no picture to read."""
    turns = [turn for turn in request.turns if isinstance(turn, Turn)]
    shown = (picture.sent for turn in turns for picture in turn.pictures)
    pictures = tuple(sent for sent in shown if isinstance(sent, EncodedImage))
    if not pictures:
        raise ImageError("there is no picture to read: put an Image into the messages")
    asked = MODES[request.mode].ask(request.target, request.can) if request.target and request.mode else {}
    return {"pictures": pictures, "schema": None, "refused": _refused(request), **asked}


def _refused(request: Request) -> dict[str, list[Any]]:
    """The values that its answers gave so far and that were complained of, by their paths."""
    refused: dict[str, list[Any]] = {}
    for turn in request.turns:
        if isinstance(turn, Reask):
            for answer in turn.completion.answers:
                data = json.loads(answer.text)
                for path in turn.failing:
                    value = value_at(data, steps_of(path, data) or ("",))
                    refused.setdefault(path, []).extend([] if value is None else [value])
    return refused


def decode(reply: Any, request: Request) -> Completion:
    """The reader's reply in our shape; it uses no tokens."""
    if not isinstance(reply, LocalReply):
        raise Interrupted(f"the local reader answered with {type(reply).__name__}")
    return Completion(
        answers=MODES[request.mode].read(reply) if request.mode else (),
        stop=Stop.DONE,
        usage=Usage(),
        echo={"role": "assistant", "content": reply.record or reply.text},
        model=request.model,
        raw=reply,
    )


def _ask(target: Target[Any], can: Capability) -> dict[str, Any]:
    del can
    return {"schema": target.schema}


def _read(reply: LocalReply) -> tuple[Answer, ...]:
    return (Answer(reply.record),) if reply.record is not None else ()


MODES: Mapping[Mode, Row] = {Mode.JSON_SCHEMA: Row(_ask, _read)}
