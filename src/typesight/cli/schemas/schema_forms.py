"""The three forms of `--schema`, and which of them a text has."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path

__all__ = ["SCALAR_NAMES", "SchemaForm", "find_schema_form", "move_schema_file"]

# Rows: how a type is called in fields -> its other names there.
_SCALARS = {
    "str": ("text", "string"), "int": ("integer",), "decimal": (), "float": ("number",), "bool": ("boolean",),
    "date": (), "datetime": (), "time": (), "email": (),
}  # fmt: skip
SCALAR_NAMES = {other: name for name, others in _SCALARS.items() for other in (name, *others)}
"""All names of types in fields, in lower case, and the type that each means."""

# `FILE.py:Model`, whatever the file's name; and a text that is one word with a colon.
_FILE = re.compile(r"(.*\.pyw?)(?::([^\s,:]*))?", re.DOTALL)
_WORD_AND_NAME = re.compile(r"([^\s,\"'\[\]{}|?]+):([^\s,:\"'\[\]{}|?]*)")


class SchemaForm(Enum):
    """A form of `--schema`, as it is written in messages."""

    FILE = "FILE.py:Model"
    MODULE = "package.module:Model"
    FIELDS = "fields"


def find_schema_form(text: str) -> SchemaForm:
    """Find out which form a text has.

    With `.py` before its last colon it is a file, whatever else is in it. One word, a colon and a name are a module's
    class, unless the name is a type's (`total:decimal`). Everything else is fields.
    """
    if _FILE.fullmatch(text):
        return SchemaForm.FILE
    named = _WORD_AND_NAME.fullmatch(text)
    if not named or named[2].lower() in SCALAR_NAMES:
        return SchemaForm.FIELDS
    is_module = all(part.isidentifier() for part in named[1].split("."))
    return SchemaForm.MODULE if is_module else SchemaForm.FILE


def move_schema_file(text: str, folder: Path) -> str:
    """The text with its file's path relative to a folder; a text of another form unchanged."""
    return str(folder / text) if find_schema_form(text) is SchemaForm.FILE else text
