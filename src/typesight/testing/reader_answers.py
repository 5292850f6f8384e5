"""Answers from the local reader: it reads the pictures with OCR and fills the requested schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from typesight.testing.received import SandboxRequest
from typesight.testing.scripted_replies import Record

if TYPE_CHECKING:
    from typesight.reader import Line

__all__ = ["read_and_fill", "schema_in_prose"]


def read_and_fill(request: SandboxRequest, schema: Mapping[str, Any] | None) -> Record:
    """Read the pictures and fill the schema; if the request has none, answer with the text of the pictures."""
    # Imported here because it needs an optional extra: a sandbox with a script works without OCR.
    from typesight.reader import fill

    lines = tuple(_lines(request))
    wanted = schema if schema is not None else schema_in_prose(request.body)
    if wanted is None:
        return Record("\n".join(line.text for line in lines) or "There is nothing to read.")
    return Record(json.dumps(fill(lines, wanted), ensure_ascii=False))


def _lines(request: SandboxRequest) -> Iterator[Line]:
    """Every line of every picture that was sent as data; `image` is the picture's index from 0."""
    from typesight.reader import read

    for number, picture in enumerate(request.pictures):
        if picture.data:
            yield from (replace(line, image=number) for line in read(picture.data, turn=False))


def schema_in_prose(value: object) -> dict[str, Any] | None:
    """The first JSON Schema of an object in any text of the body, where prompted modes put it."""
    return next((schema for text in _texts(value) for schema in _schemas(text)), None)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _schemas(text: str) -> Iterator[dict[str, Any]]:
    decoder, start = json.JSONDecoder(), text.find("{")
    while start >= 0 and '"properties"' in text:
        try:
            found, end = decoder.raw_decode(text, start)
        except ValueError:
            end = start + 1
        else:
            if isinstance(found, dict) and isinstance(found.get("properties"), dict):
                yield found
        start = text.find("{", end)
