"""Read the rows of an earlier run, so that no document is paid for twice."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from typesight.cli.ends import CannotBegin
from typesight.cli.inputs import Found, path_of, real_path

__all__ = ["Done", "Held", "read_rows"]

# How every row begins that any version of this command has written; an incomplete row may end within it.
_BEGINNING = b'{"source": "'


@dataclass(frozen=True, slots=True)
class Done:
    """The rows that hold a record, by their document's real path: (model, digest), None where a row lacks one."""

    rows: dict[str, list[tuple[Any, Any]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: dict[str, Any]) -> None:
        """Add a row, if it holds a record."""
        if row["status"] == "ok":
            with suppress(ValueError):  # a source that is no path
                self.rows[real_path(path_of(row["source"]))].append((row.get("model"), row.get("digest")))

    def holds(self, found: Found, model: str, digest: str | None) -> bool:
        """Whether there is a record of this document with its present bytes, by this model, for the same question."""
        return any(
            by in (model, None) and of in (digest, None)  # rows of the first version have no digest
            for by, of in self.rows.get(real_path(found.path), ())
        )


@dataclass(frozen=True, slots=True)
class Held:
    """What a file of rows holds: its finished documents, and how it ends.

    `whole` is the length of its complete rows in bytes; `torn` is an incomplete row after them; `closed` says that the
    last complete row ends with a newline.
    """

    done: Done
    whole: int
    torn: bytes = b""
    closed: bool = True


def read_rows(file: Iterable[bytes], name: str) -> Held:
    """Read the lines of an existing output. Raises CannotBegin for a file with other content than our rows."""
    done, whole, line = Done(), 0, b"\n"
    for number, line in enumerate(file, 1):
        row = _row(line)
        if row is not None:
            done.add(row)
        elif _is_torn(line):
            return Held(done, whole, line)
        elif line.strip():
            raise CannotBegin(
                f"{name} exists, and its line {number} is not a row of typesight: give a file of rows to continue it, "
                "or a new name"
            )
        whole += len(line)
    return Held(done, whole, closed=line.endswith(b"\n"))


def _row(line: bytes) -> dict[str, Any] | None:
    """The row that a line holds, or None."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    ours = isinstance(row, dict) and isinstance(row.get("source"), str) and row.get("status") in ("ok", "failed")
    return row if ours else None


def _is_torn(line: bytes) -> bool:
    """Whether a line is an incomplete row of ours, left by a kill, a full disk or a power cut.

    After a power cut some file systems show zeros where the data never arrived.
    """
    begun = line.rstrip(b"\x00")
    return not line.endswith(b"\n") and (begun.startswith(_BEGINNING) or _BEGINNING.startswith(begun))
