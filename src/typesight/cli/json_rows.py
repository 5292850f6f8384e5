"""The rows of the output: one line of JSON per document, without control characters."""

from __future__ import annotations

import hashlib
import json
import math
import os
from typing import Any

from typesight.cli.inputs import Found
from typesight.conversation.extraction import total_cost, total_usage
from typesight.failures import ExtractionFailed

__all__ = ["digest_of", "failed_row", "line_of", "ok_row"]

Row = dict[str, Any]


def ok_row(begun: Row, told: Row) -> Row:
    """The row of a record."""
    return begun | {"status": "ok"} | {name: told[name] for name in ("record", "usage", "cost")}


def failed_row(begun: Row, error: BaseException, message: str = "") -> Row:
    """The row of a document without a record: its error, and the usage and cost of the attempts."""
    row = begun | {"status": "failed", "error": type(error).__name__, "message": message or str(error)}
    if isinstance(error, ExtractionFailed):
        told = {"partial": error.partial, "errors": error.errors}
        return {**row, **told, "usage": error.usage.to_dict(), "cost": error.cost}
    attempts = getattr(error, "attempts", ())
    return {**row, "usage": total_usage(attempts).to_dict(), "cost": total_cost(attempts)} if attempts else row


def digest_of(found: Found, question: str) -> str | None:
    """A digest, 16 hex digits, of all that a record depends on: the file's bytes and the question; None for no file."""
    try:
        if not os.path.isfile(found.path):  # noqa: PTH113 - opening a pipe would wait for its writer
            return None
        with found.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    except OSError:
        return None
    digest.update(question.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def line_of(row: Row, *, ascii_only: bool = False) -> str:
    """A row as one line of JSON. Characters that do not print, and lone surrogates, are escaped.

    So a name cannot control a terminal, every reader of lines finds exactly one, and the line is always valid UTF-8.
    """
    try:
        text = json.dumps(row, ensure_ascii=ascii_only, allow_nan=False, default=str)
    except ValueError:
        text = json.dumps(_spelled(row), ensure_ascii=ascii_only, default=str)
    return text if text.isprintable() else "".join(map(_escaped, text))


def _escaped(letter: str) -> str:
    return letter if letter.isprintable() else json.dumps(letter)[1:-1]


def _spelled(data: Any) -> Any:
    """Data whose non-finite floats are replaced by the texts that pydantic reads: "NaN", "Infinity", "-Infinity"."""
    if isinstance(data, dict):
        return {name: _spelled(each) for name, each in data.items()}
    if isinstance(data, list | tuple):
        return [_spelled(each) for each in data]
    if isinstance(data, float) and not math.isfinite(data):
        return "NaN" if math.isnan(data) else "Infinity" if data > 0 else "-Infinity"
    return data
