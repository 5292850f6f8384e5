"""RowStream: stdout, a pipe or a device; each row is written as soon as its document has ended."""

from __future__ import annotations

import codecs
import os
import select
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, TextIO, cast

from typesight.cli.exit_codes import CommandError, OutputLost
from typesight.cli.inputs import InputDocument, check_not_input
from typesight.outputs.json_lines import format_row
from typesight.outputs.output_row import OutputRow

__all__ = ["RowStream", "open_row_stream"]


@dataclass(frozen=True, slots=True)
class RowStream:
    """Where rows go one by one; `file` is unbuffered."""

    name: str
    file: BinaryIO
    ascii_only: bool = False

    def write_row(self, row: OutputRow) -> None:
        """Write a row whole. Raises OutputLost, which holds the row."""
        left = memoryview(f"{format_row(row, ascii_only=self.ascii_only)}\n".encode())
        try:
            while left:
                left = left[self.file.write(left) :]
        except OSError as error:
            raise OutputLost(f"cannot write {self.name}: {error.strerror}", format_row(row, ascii_only=True)) from error

    def check_reader(self) -> None:
        """Raise OutputLost if the reader of the rows has gone, before another document is paid for."""
        if not hasattr(select, "poll"):
            return
        polled = select.poll()
        with suppress(OSError):
            polled.register(self.file.fileno(), 0)
            if any(seen & select.POLLERR for _, seen in polled.poll(0)):
                raise OutputLost(f"nothing reads {self.name} any more: no more documents are begun")


@contextmanager
def open_row_stream(path: str | None, stdout: TextIO | None, inputs: Iterable[InputDocument]) -> Iterator[RowStream]:
    """Open stdout, or the pipe or device of that path. Raises CommandError or OutputLost if it cannot be written.

    Opening a pipe waits for its reader.
    """
    if path is None:
        yield _open_stdout(stdout, inputs)
        return
    try:
        file = os.fdopen(os.open(path, os.O_WRONLY), "wb", 0)
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}") from error
    try:
        yield RowStream(path, file)
    finally:
        with suppress(OSError):
            file.close()


def _open_stdout(stdout: TextIO | None, inputs: Iterable[InputDocument]) -> RowStream:
    if stdout is None:
        raise OutputLost("stdout is closed, so no document was read: give a file with -o")
    buffer = cast(Any, stdout).buffer
    file = getattr(buffer, "raw", buffer)
    with suppress(OSError):  # a stream without a file descriptor
        check_not_input("stdout", os.fstat(file.fileno()), inputs)
    return RowStream("stdout", file, codecs.lookup(stdout.encoding).name != "utf-8")
