"""Done: which documents an output holds records of, so that they are not paid for twice."""

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

# How every row begins that this command has ever written; one that breaks off begins as this or in it.
_BEGINNING = b'{"source": "'


@dataclass(frozen=True, slots=True)
class Done:
    """The rows with a record, by their document's real path: (model, digest), None for what a row does not say."""

    rows: dict[str, list[tuple[Any, Any]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: dict[str, Any]) -> None:
        """Count a row in, if it holds a record."""
        if row["status"] == "ok":
            with suppress(ValueError):  # a source that no path of ours gives
                self.rows[real_path(path_of(row["source"]))].append((row.get("model"), row.get("digest")))

    def holds(self, found: Found, model: str, digest: str | None) -> bool:
        """Whether there is a record of this document as it is now, by this model, to this question."""
        return any(
            by in (model, None) and of in (digest, None)  # rows of the first version have no digest
            for by, of in self.rows.get(real_path(found.path), ())
        )


@dataclass(frozen=True, slots=True)
class Held:
    """What a file of rows holds: its done documents, and how it ends.

    `whole` is the length of its whole rows in bytes; `torn` is a row after them that broke off; `closed` says that the
    last whole row has the end of its line.
    """

    done: Done
    whole: int
    torn: bytes = b""
    closed: bool = True


def read_rows(file: Iterable[bytes], name: str) -> Held:
    """Read the lines of an output that exists. Raises CannotBegin for a file that is not ours to write to."""
    done, whole, line = Done(), 0, b"\n"
    for number, line in enumerate(file, 1):
        row = _row(line)
        if row is not None:
            done.add(row)
        elif _is_torn(line):
            return Held(done, whole, line)
        elif line.strip():
            raise CannotBegin(
                f"{name} is there already and its line {number} is no row of typesight: give a file of its rows to "
                "continue it, or a new name"
            )
        whole += len(line)
    return Held(done, whole, closed=line.endswith(b"\n"))


def _row(line: bytes) -> dict[str, Any] | None:
    """A line as the row that it is, or None."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    ours = isinstance(row, dict) and isinstance(row.get("source"), str) and row.get("status") in ("ok", "failed")
    return row if ours else None


def _is_torn(line: bytes) -> bool:
    """Whether a line is a row of ours that was not written to its end, by a kill, a full disk or a power cut.

    After a power cut some file systems show zeros where the data never arrived.
    """
    begun = line.rstrip(b"\x00")
    return not line.endswith(b"\n") and (begun.startswith(_BEGINNING) or _BEGINNING.startswith(begun))
