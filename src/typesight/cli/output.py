"""The output, a file or stdout: each row is written whole, as soon as there is one."""

from __future__ import annotations

import codecs
import errno
import os
import select
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TextIO, cast

from typesight.cli.existing_rows import FinishedDocuments, read_existing_rows
from typesight.cli.exit_codes import CommandError, OutputLost
from typesight.cli.inputs import InputDocument, resolve_path
from typesight.cli.stderr import say
from typesight.images.autodetect import has_picture_suffix
from typesight.outputs.json_lines import format_row

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["Output", "open_output"]

_OPEN_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
# The errors of locking on file systems that do not support it.
_LOCKS_UNSUPPORTED = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS})


@dataclass(frozen=True, slots=True)
class Output:
    """Where rows go: `finished` are its earlier rows, `file` is unbuffered, `is_regular` tells a regular file."""

    name: str
    file: BinaryIO
    is_regular: bool = False
    ascii_only: bool = False
    finished: FinishedDocuments = field(default_factory=FinishedDocuments)

    def write_row(self, row: dict[str, Any]) -> None:
        """Write a row whole, or, to a regular file, not at all. Raises OutputLost, which holds the row."""
        left = memoryview(f"{format_row(row, ascii_only=self.ascii_only)}\n".encode())
        size = os.fstat(self.file.fileno()).st_size if self.is_regular else 0
        try:
            while left:
                left = left[self.file.write(left) :]
            if self.is_regular:
                os.fsync(self.file.fileno())  # a network file system may report only now that it is full
        except OSError as error:
            if self.is_regular:
                with suppress(OSError):
                    os.ftruncate(self.file.fileno(), size)
            raise OutputLost(
                f"cannot write {self.name}: {error.strerror}; the row of {row['source']} is printed below instead",
                format_row(row, ascii_only=True),
            ) from error

    def check_reader(self) -> None:
        """Raise OutputLost if the reader of the rows has gone, before another document is paid for."""
        if self.is_regular or not hasattr(select, "poll"):
            return
        polled = select.poll()
        with suppress(OSError):
            polled.register(self.file.fileno(), 0)
            if any(seen & select.POLLERR for _, seen in polled.poll(0)):
                raise OutputLost(f"nothing reads {self.name} any more: stopped before the next document")


@contextmanager
def open_output(path: str | None, stdout: TextIO | None, inputs: Iterable[InputDocument]) -> Iterator[Output]:
    """Open the output that -o names, else stdout. Raises CommandError if it is an input or cannot be written."""
    if path in {None, "-"}:
        yield _open_stdout(stdout, inputs)
        return
    assert path is not None
    _check_path(path, inputs)
    file = _open_file(path)
    try:
        yield _continue_file(path, file) if _is_regular(file) else Output(path, file)
    finally:
        with suppress(OSError):
            file.close()


def _open_stdout(stdout: TextIO | None, inputs: Iterable[InputDocument]) -> Output:
    if stdout is None:
        raise OutputLost("stdout is closed, so no document was read: give a file with -o")
    buffer = cast(Any, stdout).buffer
    file = getattr(buffer, "raw", buffer)
    with suppress(OSError):  # a stream without a file descriptor
        _check_not_input("stdout", os.fstat(file.fileno()), inputs)
    return Output("stdout", file, ascii_only=codecs.lookup(stdout.encoding).name != "utf-8")


def _check_path(path: str, inputs: Iterable[InputDocument]) -> None:
    """Raise CommandError for an output that is an input, or would be one in the next run."""
    try:
        _check_not_input(path, os.stat(path), inputs)  # noqa: PTH116 - Path("") would be a folder
    except FileNotFoundError:
        pass
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}") from error
    if any(map(has_picture_suffix, (path, resolve_path(path)))):
        raise CommandError(f"-o {path} has a picture's suffix, and would be read as a picture: name it .jsonl")


def _check_not_input(name: str, output: os.stat_result, inputs: Iterable[InputDocument]) -> None:
    if not stat.S_ISREG(output.st_mode):
        return
    for found in inputs:
        with suppress(OSError):
            if os.path.samestat(output, found.path.stat()):
                raise CommandError(f"{name} is one of the documents to read ({found.path}): give another file with -o")


def _open_file(path: str) -> BinaryIO:
    """Open the file, unbuffered. A pipe or a device is opened write-only; opening a pipe waits for its reader."""
    try:
        regular = not os.path.exists(path) or os.path.isfile(path)  # noqa: PTH110, PTH113 - Path("") is a folder
        return os.fdopen(os.open(path, _OPEN_FLAGS if regular else os.O_WRONLY, 0o666), "r+b" if regular else "wb", 0)
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}") from error


def _is_regular(file: BinaryIO) -> bool:
    return stat.S_ISREG(os.fstat(file.fileno()).st_mode)


def _continue_file(path: str, file: BinaryIO) -> Output:
    """Lock a file of rows, and continue it after its last complete row."""
    _lock(path, file)
    try:
        with open(file.fileno(), "rb", closefd=False) as lines:
            held = read_existing_rows(lines, path)
        if held.incomplete_row:
            os.ftruncate(file.fileno(), held.complete_bytes)
            what = held.incomplete_row.rstrip(b"\x00").decode("utf-8", "replace")
            say(f"the last row of {path} is incomplete and is dropped; its document is read again: {what[:200]}")
        elif not held.has_final_newline:
            file.write(b"\n")
    except OSError as error:
        raise CommandError(f"cannot continue {path}: {error.strerror}") from error
    return Output(path, file, is_regular=True, finished=held.finished)


def _lock(path: str, file: BinaryIO) -> None:
    """Lock the file until it is closed. Raises CommandError if another process has locked it."""
    if fcntl is None:
        return
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CommandError(f"another typesight is writing to {path}: wait for it, or give another file") from error
    except OSError as error:
        if error.errno not in _LOCKS_UNSUPPORTED:
            raise CommandError(f"cannot lock {path}: {error.strerror}") from error
        say(f"{path} is on a file system without locks: make sure that no other typesight writes to it")
