"""The rows of the output: what a document gave, a record or an error."""

from __future__ import annotations

import hashlib
import os

from typesight.cli.inputs import InputDocument
from typesight.conversation.extraction import sum_cost, sum_usage
from typesight.failures import ExtractionFailed
from typesight.outputs.output_row import OutputRow

__all__ = ["build_failed_row", "build_ok_row", "hash_document"]


def build_ok_row(begun: OutputRow, told: OutputRow) -> OutputRow:
    """The row of a record."""
    return begun | {"status": "ok"} | {name: told[name] for name in ("record", "usage", "cost")}


def build_failed_row(begun: OutputRow, error: BaseException, message: str = "") -> OutputRow:
    """The row of a document without a record: its error, and the usage and cost of the attempts."""
    row = begun | {"status": "failed", "error": type(error).__name__, "message": message or str(error)}
    if isinstance(error, ExtractionFailed):
        told = {"partial": error.partial, "errors": error.errors}
        return {**row, **told, "usage": error.usage.to_dict(), "cost": error.cost}
    attempts = getattr(error, "attempts", ())
    return {**row, "usage": sum_usage(attempts).to_dict(), "cost": sum_cost(attempts)} if attempts else row


def hash_document(found: InputDocument, question: str) -> str | None:
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
