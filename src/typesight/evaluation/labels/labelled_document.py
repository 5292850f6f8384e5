"""LabelledDocument: a document and its right values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["LabelledDocument"]


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """A document and its right values.

    `source` names it, as a path within its folder does. `label` is JSON data; a key that is not there is not labelled
    and not judged, null says that the document does not have the value. `document` is what `extract` takes, None where
    only answers from files are scored. `schema` is its own JSON Schema, if the documents differ in it: it says of what
    kind the values of the label are, and nothing about what models are asked for.
    """

    source: str
    label: Any
    document: Any = None
    schema: Mapping[str, Any] | None = None
