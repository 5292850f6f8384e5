"""The key of a document in a ledger: a digest of its pictures and of all that is asked about them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from hashlib import sha256
from typing import Any

from typesight.images.image import Image
from typesight.images.opening.check_file import hash_file
from typesight.images.opening.sources import FileSource, UrlSource

__all__ = ["describe_question", "make_document_key", "hash_question", "make_unopened_key"]


def make_document_key(images: Iterable[Image], question: str) -> str:
    """SHA-256, in hexadecimal, of a document's pictures, in order, and of the question about them.

    A file counts by its bytes, pixels by themselves, a URL by its text: it is not fetched for this. Raises ImageError.
    """
    return _hash([question, [(_hash_picture(image), image.detail, image.max_side, image.box) for image in images]])


def describe_question(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked of each document, the schema, the model, the prompt and the settings, as JSON data.

    An object that is no data counts by the name of its class.
    """
    return {name: _describe(each) for name, each in asked.items()}


def hash_question(asked: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, of what is asked of each document, as JSON data."""
    return _hash(asked)


def make_unopened_key(source: str, question: str) -> str:
    """The key of a document that cannot be opened, by its name."""
    return _hash(["not opened", source, question])


def _hash(data: Any) -> str:
    return sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _hash_picture(image: Image) -> str:
    source = image.source
    if isinstance(source, UrlSource):
        return f"url {source.url}"
    return hash_file(source.path) if isinstance(source, FileSource) else source.digest


def _describe(value: Any) -> Any:
    """A value as JSON data that is the same in every process."""
    if value is None or isinstance(value, str | int | float | bool):
        return str(value) if isinstance(value, Enum) else value
    if isinstance(value, Mapping):
        return {str(name): _describe(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_describe(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _describe(getattr(value, each.name)) for each in fields(value)}
    return f"{type(value).__module__}.{type(value).__qualname__}"
