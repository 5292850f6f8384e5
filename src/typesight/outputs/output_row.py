"""One row of an output: what a document gave, as JSON data."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

__all__ = [
    "DOCUMENT_COLUMNS",
    "MAX_DEPTH",
    "OutputRow",
    "OutputRows",
    "OutputWarning",
    "Place",
    "RowsUnwritable",
    "escape_illegal",
    "name_columns",
]

OutputRow = dict[str, Any]
"""`source`, `status` ("ok" or "failed"), `record` (JSON data of any type), and more: docs/outputs.md has the table."""
OutputRows = Iterable[OutputRow] | Callable[[], Iterable[OutputRow]]
"""Rows that can be gone through twice: a list, an object that iterates anew, or a function that gives an iterator."""
Place = tuple[str | int, ...]
"""Where in a record a value is: the keys and list positions that lead to it."""

DOCUMENT_COLUMNS = {
    "source": "string",
    "status": "string",
    "model": "string",
    "digest": "string",
    "cost": "number",
    "error": "string",
    "message": "string",
}
"""The columns beside the record's, in every format with columns, and their kinds."""

MAX_DEPTH = 32
"""How deep in a record columns are made; what lies deeper is JSON text, so that Python's limit on recursion is far."""

# What a terminal takes as a command, XML does not allow, or UTF-8 does not have; tabs and newlines stay.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class RowsUnwritable(ValueError):
    """The rows cannot be written to this file or in this format; the message says what to do."""


class OutputWarning(UserWarning):
    """Something of the rows is not in the file."""


def escape_illegal(text: str) -> str:
    r"""Text in which control characters other than tab and newline, and lone surrogates, are escaped: `\u001b`."""
    return _ILLEGAL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def name_columns(
    places: Iterable[Place], taken: Collection[str], prefix: str = "record", fold: Callable[[str], str] = str
) -> dict[Place, str]:
    """A name for each place: its path, `items.0.price`. A name that is taken gets the prefix: `record.source`.

    Names that `fold` makes equal count as one. The whole record is called `record`.
    """
    seen = {fold(name) for name in taken}
    names: dict[Place, str] = {}
    for place in places:
        name = escape_illegal(".".join(map(str, place))) if place else "record"
        while not name or (place and fold(name) in seen):
            name = f"{prefix}.{name}"
        seen.add(fold(name))
        names[place] = name
    return names
