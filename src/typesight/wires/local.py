"""This machine's own reader, spoken to as the other providers are: pictures and a schema in, JSON out.

What it did not find is missing from its answer; the conversation treats that like any other model's omission.
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
    """What the reader made of its pictures: the lines of text it read, and the record it filled from them.

    `record` is JSON text of one object, None when no schema was asked for.
    """

    lines: tuple[Line, ...] = field(repr=False)
    record: str | None

    @property
    def text(self) -> str:
        """The lines as text, those of a row side by side, top to bottom."""
        return "\n".join(row.text for row in rows(self.lines))


@dataclass(frozen=True)
class LocalReader:
    """Reads pictures on this machine with an engine, RapidOCR if none is given; safe to share between threads."""

    engine: OcrEngine | None = None

    def create(
        self,
        *,
        pictures: tuple[Picture, ...],
        schema: Mapping[str, Any] | None,
        refused: Refused | None = None,
        deadline: Deadline | None = None,
    ) -> LocalReply:
        """Read the pictures, as pages of one document, and fill the schema from their text, not as was `refused`.

        No page is begun after the deadline. Raises Late.
        """
        pages = [self._read(picture, deadline) for picture in pictures]
        lines = tuple(replace(line, image=number) for number, page in enumerate(pages) for line in page)
        record = None if schema is None else json.dumps(fill(lines, schema, refused), ensure_ascii=False)
        return LocalReply(lines, record)

    def _read(self, picture: Picture, deadline: Deadline | None) -> tuple[Line, ...]:
        """The lines of a picture, in pixels of the whole original."""
        if deadline:
            deadline.check()
        assert isinstance(picture.sent, EncodedImage)
        sent = Image.from_bytes(picture.sent.data)
        turns = needed_turns(sent, self.engine)
        lines = lines_of(sent, turns=turns, engine=self.engine)
        return placed(scaled(lines, picture.sent.size, _shown(picture), turns), picture.image, turns)


def _shown(picture: Picture) -> tuple[int, int]:
    """How large the part of the original is that a picture shows; as large as it was sent, where that is gone."""
    assert isinstance(picture.sent, EncodedImage)
    if not picture.sent.steps:
        return picture.sent.size
    try:
        return shown_size(picture.image)
    except ImageError:
        return picture.sent.size


def encode(request: Request) -> dict[str, Any]:
    """The keyword arguments of `LocalReader.create`. Raises ImageError when there is no picture to read."""
    turns = [turn for turn in request.turns if isinstance(turn, Turn)]
    shown = (picture for turn in turns for picture in turn.pictures)
    pictures = tuple(picture for picture in shown if isinstance(picture.sent, EncodedImage))
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


def decode(reply: Any, request: Request, body: bytes | None = None) -> Completion:
    """The reader's reply in our shape; it uses no tokens, and no body carried it."""
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
