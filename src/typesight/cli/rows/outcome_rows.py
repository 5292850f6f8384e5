"""The row of a document as soon as it has ended, for an output that is no file."""

from __future__ import annotations

from typing import Any

from typesight.conversation.extraction import Extraction
from typesight.many.failure import Failure
from typesight.outputs.output_row import OutputRow

__all__ = ["EXTRAS", "build_outcome_row", "keep_extras"]

EXTRAS = ("evidence", "repairs", "attempts")
"""What is in a row on request alone, by the name of its flag."""


def build_outcome_row(outcome: Extraction[Any] | Failure, model: str, extras: tuple[str, ...]) -> OutputRow:
    """The row of a document, with the extras that were asked for."""
    told = outcome.to_dict()
    row: OutputRow = {"source": outcome.source, "status": "ok", "record": told.get("record"), "model": model}
    if isinstance(outcome, Failure):
        row["status"] = "failed"
        row |= {name: told[name] for name in ("error", "message", "partial", "errors")}
    row |= {"usage": told["usage"], "cost": told["cost"]}
    return keep_extras(row | {name: told[name] for name in EXTRAS if told.get(name) is not None}, extras)


def keep_extras(row: OutputRow, extras: tuple[str, ...]) -> OutputRow:
    """A row without the extras that were not asked for."""
    return {name: value for name, value in row.items() if name not in EXTRAS or name in extras}
