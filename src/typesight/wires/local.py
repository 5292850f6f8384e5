"""The local reader behind the same protocol as the providers: pictures and a schema in, JSON out.

A value that it did not find is missing from its answer; the conversation treats that like any model's omission.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from typesight.deadline import Deadline
from typesight.errors import ImageError, Interrupted
from typesight.exchange.completion import Answer, Completion, Stop
from typesight.exchange.request import Request
from typesight.exchange.turns import Reask, Turn
from typesight.exchange.wire import Row, as_patient, no_limit
from typesight.images.encoding.content_parts import Picture
from typesight.images.encoding.encode import EncodedImage
from typesight.images.image import Image
from typesight.models.modes import Capability, Mode
from typesight.ocr.engine import OcrEngine
from typesight.ocr.lines import Line
from typesight.ocr.reading import lines_of, needed_turns, placed, scaled, shown_size
from typesight.ocr.rows import rows
from typesight.reader.filler import Refused, fill
from typesight.schema.field_paths import value_at
from typesight.schema.set_values import steps_of
from typesight.schema.target import Target
from typesight.usage import Usage

__all__ = [
    "METHOD",
    "MODES",
    "NAME",
    "PICTURES_IN_RESULTS",
    "TOOLS_BESIDE_REASONING",
    "LocalReader",
    "LocalReply",
    "decode",
    "encode",
    "limit",
    "patient",
]

NAME = "the local reader"
METHOD = ("documents",)
limit = no_limit
patient = as_patient
TOOLS_BESIDE_REASONING = True
PICTURES_IN_RESULTS = True


@dataclass(frozen=True)
class LocalReply:
    """The local reader's reply: the lines of text it read, and the record it filled from them.

    `record` is JSON text, one object; None if the request has no schema.
    """

    lines: tuple[Line, ...] = field(repr=False)
    record: str | None

    @property
    def text(self) -> str:
        """The lines as text, top to bottom, one row of the page on a line."""
        return "\n".join(row.text for row in rows(self.lines))


@dataclass(frozen=True)
class LocalReader:
    """Reads pictures on this machine with an OCR engine, RapidOCR by default; safe to share between threads."""

    engine: OcrEngine | None = None

    def create(
        self,
        *,
        pictures: tuple[Picture, ...],
        schema: Mapping[str, Any] | None,
        refused: Refused | None = None,
        deadline: Deadline | None = None,
    ) -> LocalReply:
        """Read the pictures, as pages of one document, and fill the schema from their text.

        `refused` are values by path that may not be given again. No page is started after the deadline. Raises Late.
        """
        pages = [self._read(picture, deadline) for picture in pictures]
        lines = tuple(replace(line, image=number) for number, page in enumerate(pages) for line in page)
        record = None if schema is None else json.dumps(fill(lines, schema, refused), ensure_ascii=False)
        return LocalReply(lines, record)

    def _read(self, picture: Picture, deadline: Deadline | None) -> tuple[Line, ...]:
        """The lines of a picture; their boxes are in pixels of the whole original."""
        if deadline:
            deadline.check()
        assert isinstance(picture.sent, EncodedImage)
        sent = Image.from_bytes(picture.sent.data)
        turns = needed_turns(sent, self.engine)
        lines = lines_of(sent, turns=turns, engine=self.engine)
        return placed(scaled(lines, picture.sent.size, _shown(picture), turns), picture.image, turns)


def _shown(picture: Picture) -> tuple[int, int]:
    """The size in pixels of the part of the original that is sent; the encoded size if the original cannot be read."""
    assert isinstance(picture.sent, EncodedImage)
    if not picture.sent.steps:
        return picture.sent.size
    try:
        return shown_size(picture.image)
    except ImageError:
        return picture.sent.size


def encode(request: Request) -> dict[str, Any]:
    """The keyword arguments of `LocalReader.create`. Raises ImageError if there is no picture to read."""
    turns = [turn for turn in request.turns if isinstance(turn, Turn)]
    shown = (picture for turn in turns for picture in turn.pictures)
    pictures = tuple(picture for picture in shown if isinstance(picture.sent, EncodedImage))
    if not pictures:
        raise ImageError("there is no picture to read: put an Image into the messages")
    asked = MODES[request.mode].ask(request.target, request.can) if request.target and request.mode else {}
    return {"pictures": pictures, "schema": None, "refused": _refused(request), **asked}


def _refused(request: Request) -> dict[str, list[Any]]:
    """The values that failed validation in earlier answers, by path."""
    refused: dict[str, list[Any]] = {}
    for turn in request.turns:
        if isinstance(turn, Reask):
            for answer in turn.completion.answers:
                data = json.loads(answer.text)
                for path in turn.failing:
                    value = value_at(data, steps_of(path, data) or ("",))
                    refused.setdefault(path, []).extend([] if value is None else [value])
    return refused


def decode(reply: Any, request: Request, body: bytes | None = None) -> Completion:
    """Convert the reader's reply into a Completion; it uses no tokens and has no raw body."""
    del body
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
