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
from typesight.exchange.completion import Answer, Completion, StopReason
from typesight.exchange.request import Request
from typesight.exchange.turns import Reask, Turn
from typesight.exchange.wire import ModeRow, find_no_limit
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.encoding.encode import EncodedImage
from typesight.images.image import Image
from typesight.models.modes import Capability, Mode
from typesight.ocr.engine import OcrEngine
from typesight.ocr.lines import Line
from typesight.ocr.reading import find_rotation, measure_shown_size, read_lines, scale_lines, shift_lines
from typesight.ocr.rows import group_rows
from typesight.reader.filler import Refused, fill
from typesight.schema.field_paths import find_steps, get_at
from typesight.schema.target import Target
from typesight.usage import Usage

__all__ = [
    "CLIENT_PATH",
    "IS_LOCAL",
    "MODES",
    "NAME",
    "PICTURES_IN_RESULTS",
    "TOOLS_WITH_REASONING",
    "TRANSLATED",
    "LocalReader",
    "LocalReply",
    "decode",
    "encode",
    "extend_timeout",
    "find_limit",
]

NAME = "the local reader"
CLIENT_PATH = ("documents",)
find_limit = find_no_limit
extend_timeout = None
TOOLS_WITH_REASONING = True
IS_LOCAL = True
PICTURES_IN_RESULTS = True
TRANSLATED = frozenset[str]()


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
        return "\n".join(row.text for row in group_rows(self.lines))


@dataclass(frozen=True)
class LocalReader:
    """Reads pictures on this machine with an OCR engine, RapidOCR by default; safe to share between threads."""

    engine: OcrEngine | None = None

    def create(
        self,
        *,
        pictures: tuple[PreparedPicture, ...],
        schema: Mapping[str, Any] | None,
        refused: Refused | None = None,
        deadline: Deadline | None = None,
    ) -> LocalReply:
        """Read the pictures, as pages of one document, and fill the schema from their text.

        `refused` are values by path that may not be given again. No page is started after the deadline. Raises
        DeadlinePassed.
        """
        pages = [self._read_picture(picture, deadline) for picture in pictures]
        lines = tuple(replace(line, image=number) for number, page in enumerate(pages) for line in page)
        record = None if schema is None else json.dumps(fill(lines, schema, refused), ensure_ascii=False)
        return LocalReply(lines, record)

    def _read_picture(self, picture: PreparedPicture, deadline: Deadline | None) -> tuple[Line, ...]:
        """The lines of a picture; their boxes are in pixels of the whole original."""
        if deadline:
            deadline.check()
        assert isinstance(picture.payload, EncodedImage)
        sent = Image.from_bytes(picture.payload.data)
        turns = find_rotation(sent, self.engine)
        lines = read_lines(sent, turns=turns, engine=self.engine)
        return shift_lines(
            scale_lines(lines, picture.payload.size, _find_shown_size(picture), turns), picture.image, turns
        )


def _find_shown_size(picture: PreparedPicture) -> tuple[int, int]:
    """The size in pixels of the part of the original that is sent; the encoded size if the original cannot be read."""
    assert isinstance(picture.payload, EncodedImage)
    if not picture.payload.steps:
        return picture.payload.size
    try:
        return measure_shown_size(picture.image)
    except ImageError:
        return picture.payload.size


def encode(request: Request) -> dict[str, Any]:
    """The keyword arguments of `LocalReader.create`. Raises ImageError if there is no picture to read."""
    turns = [turn for turn in request.turns if isinstance(turn, Turn)]
    shown = (picture for turn in turns for picture in turn.pictures)
    pictures = tuple(picture for picture in shown if isinstance(picture.payload, EncodedImage))
    if not pictures:
        raise ImageError("there is no picture to read: put an Image into the messages")
    asked = MODES[request.mode].ask(request.target, request.capability) if request.target and request.mode else {}
    return {"pictures": pictures, "schema": None, "refused": _find_refused_values(request), **asked}


def _find_refused_values(request: Request) -> dict[str, list[Any]]:
    """The values that failed validation in earlier answers, by path."""
    refused: dict[str, list[Any]] = {}
    for turn in request.turns:
        if isinstance(turn, Reask):
            for answer in turn.completion.answers:
                data = json.loads(answer.text)
                for path in turn.failing_paths:
                    value = get_at(data, find_steps(path, data) or ("",))
                    refused.setdefault(path, []).extend([] if value is None else [value])
    return refused


def decode(reply: Any, request: Request, body: bytes | None = None) -> Completion:
    """Convert the reader's reply into a Completion; it uses no tokens and has no raw body."""
    del body
    if not isinstance(reply, LocalReply):
        raise Interrupted(f"the local reader answered with {type(reply).__name__}")
    return Completion(
        answers=MODES[request.mode].read(reply) if request.mode else (),
        stop=StopReason.DONE,
        usage=Usage(),
        echo={"role": "assistant", "content": reply.record or reply.text},
        model=request.model,
        raw=reply,
    )


def _ask_schema(target: Target[Any], can: Capability) -> dict[str, Any]:
    del can
    return {"schema": target.schema}


def _read_record(reply: LocalReply) -> tuple[Answer, ...]:
    return (Answer(reply.record),) if reply.record is not None else ()


MODES: Mapping[Mode, ModeRow] = {Mode.JSON_SCHEMA: ModeRow(_ask_schema, _read_record)}
