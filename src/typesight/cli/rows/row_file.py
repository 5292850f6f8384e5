"""RowFile: the file of -o, a view of the ledger beside it, written whole at the end of a run."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from typesight.cli.exit_codes import CommandError, OutputLost
from typesight.cli.inputs import InputDocument, check_not_input, resolve_path
from typesight.cli.rows.outcome_rows import keep_extras
from typesight.errors import LedgerError
from typesight.images.autodetect import has_picture_suffix
from typesight.many.ledger.ledger_file import is_ledger
from typesight.many.ledger.ledger_view import has_written, note_written, read_ledger_rows
from typesight.outputs.atomic_file import write_atomically
from typesight.outputs.output_formats import find_format, name_failed_rows, write_output
from typesight.outputs.output_row import OutputRow, RowsUnwritable

__all__ = ["RowFile", "is_stream", "make_row_file"]


@dataclass(frozen=True, slots=True)
class RowFile:
    """An output file, the ledger that it is a view of, and what its rows have on request."""

    path: Path
    ledger: Path
    extras: tuple[str, ...] = ()

    def write(self) -> None:
        """Write the rows, and those that failed into a file beside it, if there are any. Raises OutputLost."""
        if not any(True for _ in self._list_rows()):
            return
        try:
            self._write(self.path, self._list_rows)
            failed = name_failed_rows(self.path)
            if any(True for _ in self._list_failed()):
                self._write(failed, self._list_failed)
            elif self._is_ours(failed):
                failed.unlink()
        except (OSError, RowsUnwritable, LedgerError) as error:
            why = getattr(error, "strerror", None) or error
            raise OutputLost(
                f"cannot write {self.path}: {why}; every result is in the ledger {self.ledger}: run the same command "
                f"again, or typesight export {self.ledger} -o another file"
            ) from error

    def check(self) -> None:
        """Raise CommandError for a file that is there and not written from the ledger: it would be lost."""
        for path in (self.path, name_failed_rows(self.path)):
            if not _holds_something(path) or self._is_ours(path):
                continue
            if is_ledger(self.ledger):
                raise CommandError(
                    f"{path} is not as typesight has written it from {self.ledger}: move it away, or give another "
                    "name with -o"
                )
            raise CommandError(
                f"{path} exists, and there is no ledger {self.ledger} to continue it: move it away, or give another "
                "name with -o"
            )

    def _write(self, path: Path, rows: object) -> None:
        with write_atomically(path) as partial:
            write_output(rows, partial, format=find_format(path))  # type: ignore[arg-type]
            note_written(self.ledger, _name(path), _hash(partial))

    def _is_ours(self, path: Path) -> bool:
        """Whether a file is as it was written from the ledger."""
        return path.is_file() and is_ledger(self.ledger) and has_written(self.ledger, _name(path), _hash(path))

    def _list_rows(self) -> Iterator[OutputRow]:
        for row in read_ledger_rows(self.ledger, with_attempts="attempts" in self.extras):
            yield keep_extras(row, self.extras)

    def _list_failed(self) -> Iterator[OutputRow]:
        """The failed rows, with every attempt's errors."""
        return (row for row in read_ledger_rows(self.ledger) if row["status"] == "failed")


def make_row_file(output: str, ledger: str | None, inputs: Iterable[InputDocument], extras: tuple[str, ...]) -> RowFile:
    """The file of -o, checked: it can be written, is no input and no picture, and nothing in it would be lost.

    Raises CommandError, MissingExtra.
    """
    path = Path(output)
    file = RowFile(path, Path(ledger or f"{output}.db"), extras)
    try:
        find_format(path)
        with_folder = path.parent
        if not with_folder.is_dir():
            raise CommandError(f"cannot write {output}: there is no folder {with_folder}")
        if path.exists():
            check_not_input(output, path.stat(), inputs)
        if any(map(has_picture_suffix, (output, resolve_path(output)))):
            raise CommandError(f"-o {output} has a picture's suffix, and would be read as a picture: name it .jsonl")
        file.check()
    except RowsUnwritable as error:
        raise CommandError(f"-o {output}: {error}") from error
    except OSError as error:
        raise CommandError(f"cannot write {output}: {error.strerror}") from error
    return file


def is_stream(output: str) -> bool:
    """Whether an output is a pipe or a device, which takes rows one by one."""
    try:
        return not stat.S_ISREG(os.stat(output).st_mode) and not os.path.isdir(output)  # noqa: PTH112, PTH116
    except OSError:
        return False


def _holds_something(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False


def _name(path: Path) -> str:
    """A file's name in the ledger beside it, which may be moved together with it."""
    return path.name


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
