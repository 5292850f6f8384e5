"""Read the rows of an earlier run, so that no document is paid for twice."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from typesight.cli.exit_codes import CommandError
from typesight.cli.inputs import InputDocument, decode_source, resolve_path

__all__ = ["ExistingOutput", "FinishedDocuments", "read_existing_rows"]

# How every row begins that any version of this command has written; an incomplete row may end within it.
_ROW_START = b'{"source": "'


@dataclass(frozen=True, slots=True)
class FinishedDocuments:
    """The rows that hold a record, by their document's real path: (model, digest), None where a row lacks one."""

    rows: dict[str, list[tuple[Any, Any]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: dict[str, Any]) -> None:
        """Add a row, if it holds a record."""
        if row["status"] == "ok":
            with suppress(ValueError):  # a source that is no path
                self.rows[resolve_path(decode_source(row["source"]))].append((row.get("model"), row.get("digest")))

    def has_record(self, found: InputDocument, model: str, digest: str | None) -> bool:
        """Whether there is a record of this document with its present bytes, by this model, for the same question."""
        return any(
            by in (model, None) and of in (digest, None)  # rows of the first version have no digest
            for by, of in self.rows.get(resolve_path(found.path), ())
        )


@dataclass(frozen=True, slots=True)
class ExistingOutput:
    """What a file of rows holds: its finished documents, and how it ends.

    `complete_bytes` is the length of its complete rows in bytes; `incomplete_row` is an incomplete row after them;
    `has_final_newline` says that the last complete row ends with a newline.
    """

    finished: FinishedDocuments
    complete_bytes: int
    incomplete_row: bytes = b""
    has_final_newline: bool = True


def read_existing_rows(file: Iterable[bytes], name: str) -> ExistingOutput:
    """Read the lines of an existing output. Raises CommandError for a file with other content than our rows."""
    done, whole, line = FinishedDocuments(), 0, b"\n"
    for number, line in enumerate(file, 1):
        row = _parse_row(line)
        if row is not None:
            done.add(row)
        elif _is_incomplete(line):
            return ExistingOutput(done, whole, line)
        elif line.strip():
            raise CommandError(
                f"line {number} of {name} is not a row that typesight wrote: give a file of such rows to continue, "
                "or the name of a new file"
            )
        whole += len(line)
    return ExistingOutput(done, whole, has_final_newline=line.endswith(b"\n"))


def _parse_row(line: bytes) -> dict[str, Any] | None:
    """The row that a line holds, or None."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    ours = isinstance(row, dict) and isinstance(row.get("source"), str) and row.get("status") in ("ok", "failed")
    return row if ours else None


def _is_incomplete(line: bytes) -> bool:
    """Whether a line is an incomplete row of ours, left by a kill, a full disk or a power cut.

    After a power cut some file systems show zeros where the data never arrived.
    """
    begun = line.rstrip(b"\x00")
    return not line.endswith(b"\n") and (begun.startswith(_ROW_START) or _ROW_START.startswith(begun))
