"""Answers from the local reader: it reads the pictures with OCR and fills the requested schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from typesight.testing.received import SandboxRequest
from typesight.testing.scripted_replies import ScriptedRecord

if TYPE_CHECKING:
    from typesight.reader import Line

__all__ = ["find_prose_schema", "read_and_fill"]


def read_and_fill(request: SandboxRequest, schema: Mapping[str, Any] | None) -> ScriptedRecord:
    """Read the pictures and fill the schema; if the request has none, answer with the text of the pictures."""
    # Imported here because it needs an optional extra: a sandbox with a script works without OCR.
    from typesight.reader import fill

    lines = tuple(_read_lines(request))
    wanted = schema if schema is not None else find_prose_schema(request.body)
    if wanted is None:
        return ScriptedRecord("\n".join(line.text for line in lines) or "There is nothing to read.")
    return ScriptedRecord(json.dumps(fill(lines, wanted), ensure_ascii=False))


def _read_lines(request: SandboxRequest) -> Iterator[Line]:
    """Every line of every picture that was sent as data; `image` is the picture's index from 0."""
    from typesight.reader import read

    for number, picture in enumerate(request.pictures):
        if picture.data:
            yield from (replace(line, image=number) for line in read(picture.data, turn=False))


def find_prose_schema(value: object) -> dict[str, Any] | None:
    """The first JSON Schema of an object in any text of the body, where prompted modes put it."""
    return next((schema for text in _walk_texts(value) for schema in _find_schemas(text)), None)


def _walk_texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _walk_texts(item)


def _find_schemas(text: str) -> Iterator[dict[str, Any]]:
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
