"""The digest of the local reader's code, so that an evaluation reads anew with a reader that has changed."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

__all__ = ["READING_ROOMS", "hash_reader"]

_PACKAGE = Path(__file__).parents[2]
READING_ROOMS = ("evidence", "images", "ocr", "reader", "schema", "text", "wires")
"""What decides what the local reader reads."""


@cache
def hash_reader() -> str:
    """SHA-256, in hexadecimal, of the code that reads pictures on this machine."""
    digest = sha256()
    for room in READING_ROOMS:
        for file in sorted((_PACKAGE / room).rglob("*.py")):
            digest.update(file.relative_to(_PACKAGE).as_posix().encode() + b"\n" + file.read_bytes())
    return digest.hexdigest()
