"""RowFile: the file of -o, a view of the ledger beside it, written whole at the end of a run."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from typesight.cli.exit_codes import CommandError, OutputLost
from typesight.cli.inputs import InputDocument, check_not_input, resolve_path
from typesight.cli.rows.outcome_rows import keep_extras
from typesight.errors import LedgerError, MissingExtra
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
        try:
            self._write_files()
        except (OSError, RowsUnwritable, MissingExtra, LedgerError) as error:
            why = f"cannot write {self.path}: {getattr(error, 'strerror', None) or error}"
            raise OutputLost(f"{why}; {self._explain_export()}" if is_ledger(self.ledger) else why) from error

    def check(self) -> None:
        """Raise CommandError for a file that is there and not written from the ledger: it would be lost."""
        for path in self._paths:
            if problem := self._find_change(path):
                raise CommandError(f"{problem}: move it away, or give another name with -o")

    @property
    def _paths(self) -> tuple[Path, Path]:
        return self.path, name_failed_rows(self.path)

    def _write_files(self) -> None:
        for path, rows in zip(self._paths, (self._list_rows, self._list_failed), strict=True):
            if problem := self._find_change(path):  # while the documents were read
                raise RowsUnwritable(problem)
            if any(True for _ in rows()):
                self._write(path, rows)
            elif path.is_file() and _holds_something(path):  # failures that are none any more
                path.unlink()

    def _find_change(self, path: Path) -> str | None:
        """What is wrong with a file that is not as it was written from the ledger; None for nothing."""
        if not _holds_something(path) or self._is_ours(path):
            return None
        if is_ledger(self.ledger):
            return f"{path} is not as typesight has written it from {self.ledger}"
        return f"{path} exists, and there is no ledger {self.ledger} to continue it"

    def _explain_export(self) -> str:
        return (
            f"the results are in the ledger {self.ledger}: run the same command again, or typesight export "
            f"{self.ledger} -o another file"
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


def make_row_file(output: str, ledger: str, inputs: Iterable[InputDocument], extras: tuple[str, ...]) -> RowFile:
    """The file of -o, checked: it can be written, is no input and no picture, and nothing in it would be lost.

    Raises CommandError, LedgerError.
    """
    file = RowFile(Path(output), Path(ledger), extras)
    try:
        if file.path.exists():
            check_not_input(output, file.path.stat(), inputs)
        _check_name(output, ledger)
        file.check()
    except RowsUnwritable as error:
        raise CommandError(f"-o {output}: {error}") from error
    except OSError as error:
        raise CommandError(f"cannot write {output}: {error.strerror}") from error
    return file


def _check_name(output: str, ledger: str) -> None:
    """Raise CommandError, RowsUnwritable or OSError for a name that no file of rows can have."""
    path = Path(output)
    if not output:
        raise CommandError("-o is empty: give a file")
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not path.parent.is_dir():
        raise CommandError(f"cannot write {output}: there is no folder {path.parent}")
    if any(map(has_picture_suffix, (output, resolve_path(output)))):
        raise CommandError(f"-o {output} has a picture's suffix, and would be read as a picture: name it .jsonl")
    find_format(path)
    if resolve_path(ledger) in map(resolve_path, (path, name_failed_rows(path))):
        raise CommandError(f"--ledger {ledger} is a file that the rows go into: give another name")


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
