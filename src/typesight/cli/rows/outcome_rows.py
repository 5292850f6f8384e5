"""The row of a document as soon as it has ended, for an output that is no file."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from typesight.conversation.extraction import Extraction
from typesight.errors import ImageError
from typesight.many.failure import Failure
from typesight.outputs.output_row import OutputRow

__all__ = ["EXTRAS", "build_outcome_row", "find_evidence", "keep_extras"]

EXTRAS = ("evidence", "repairs", "attempts")
"""What is in a row on request alone, by the name of its flag."""


def build_outcome_row(outcome: Extraction[Any] | Failure, model: str, extras: tuple[str, ...]) -> OutputRow:
    """The row of a document, with the extras that were asked for."""
    if "evidence" in extras and isinstance(outcome, Extraction):
        find_evidence(outcome)  # one of an earlier run may have none
    told = outcome.to_dict()
    row: OutputRow = {"source": outcome.source, "status": "ok", "record": told.get("record"), "model": model}
    if isinstance(outcome, Failure):
        row["status"] = "failed"
        row |= {name: told[name] for name in ("error", "message", "partial", "errors")}
    row |= {"usage": told["usage"], "cost": told["cost"]}
    return keep_extras(row | {name: told[name] for name in EXTRAS if told.get(name) is not None}, extras)


def find_evidence(extraction: Extraction[Any]) -> None:
    """Find the evidence, which the extraction then keeps; a picture that is gone has none."""
    with suppress(ImageError):
        _ = extraction.evidence


def keep_extras(row: OutputRow, extras: tuple[str, ...]) -> OutputRow:
    """A row without the extras that were not asked for."""
    return {name: value for name, value in row.items() if name not in EXTRAS or name in extras}
