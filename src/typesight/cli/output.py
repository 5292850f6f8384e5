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

from typesight.cli.done import Done, read_rows
from typesight.cli.ends import CannotBegin, OutputLost
from typesight.cli.inputs import Found, real_path
from typesight.cli.json_rows import line_of
from typesight.cli.stderr import say
from typesight.images.autodetect import pictured

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["Output", "open_output"]

_NEW = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
# The errors of locking on file systems that do not support it.
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS})


@dataclass(frozen=True, slots=True)
class Output:
    """Where rows go. `done` are its earlier rows; `file` is unbuffered; `kept` says that it is a regular file."""

    name: str
    file: BinaryIO
    kept: bool = False
    ascii_only: bool = False
    done: Done = field(default_factory=Done)

    def put(self, row: dict[str, Any]) -> None:
        """Write a row whole, or, to a regular file, not at all. Raises OutputLost, which holds the row."""
        left = memoryview(f"{line_of(row, ascii_only=self.ascii_only)}\n".encode())
        size = os.fstat(self.file.fileno()).st_size if self.kept else 0
        try:
            while left:
                left = left[self.file.write(left) :]
            if self.kept:
                os.fsync(self.file.fileno())  # a network file system may report only now that it is full
        except OSError as error:
            if self.kept:
                with suppress(OSError):
                    os.ftruncate(self.file.fileno(), size)
            raise OutputLost(
                f"cannot write {self.name}: {error.strerror}; the row of {row['source']} is printed below instead",
                line_of(row, ascii_only=True),
            ) from error

    def check_reader(self) -> None:
        """Raise OutputLost if the reader of the rows has gone, before another document is paid for."""
        if self.kept or not hasattr(select, "poll"):
            return
        polled = select.poll()
        with suppress(OSError):
            polled.register(self.file.fileno(), 0)
            if any(seen & select.POLLERR for _, seen in polled.poll(0)):
                raise OutputLost(f"the reader of {self.name} has gone: stopped before the next document")


@contextmanager
def open_output(path: str | None, stdout: TextIO | None, inputs: Iterable[Found]) -> Iterator[Output]:
    """Open the output that -o names, else stdout. Raises CannotBegin if it is an input or cannot be written."""
    if path in {None, "-"}:
        yield _standard(stdout, inputs)
        return
    assert path is not None
    _refuse(path, inputs)
    file = _opened(path)
    try:
        yield _continued(path, file) if _is_regular(file) else Output(path, file)
    finally:
        with suppress(OSError):
            file.close()


def _standard(stdout: TextIO | None, inputs: Iterable[Found]) -> Output:
    if stdout is None:
        raise OutputLost("stdout is closed, and no file is given with -o: no document was read")
    buffer = cast(Any, stdout).buffer
    file = getattr(buffer, "raw", buffer)
    with suppress(OSError):  # a stream without a file descriptor
        _refuse_input("stdout", os.fstat(file.fileno()), inputs)
    return Output("stdout", file, ascii_only=codecs.lookup(stdout.encoding).name != "utf-8")


def _refuse(path: str, inputs: Iterable[Found]) -> None:
    """Raise CannotBegin for an output that is an input, or would be one in the next run."""
    try:
        _refuse_input(path, os.stat(path), inputs)  # noqa: PTH116 - Path("") would be a folder
    except FileNotFoundError:
        pass
    except OSError as error:
        raise CannotBegin(f"cannot write {path}: {error.strerror}") from error
    if any(map(pictured, (path, real_path(path)))):
        raise CannotBegin(f"-o {path} is named as a picture, and would be read as one: name it .jsonl")


def _refuse_input(name: str, output: os.stat_result, inputs: Iterable[Found]) -> None:
    if not stat.S_ISREG(output.st_mode):
        return
    for found in inputs:
        with suppress(OSError):
            if os.path.samestat(output, found.path.stat()):
                raise CannotBegin(f"{name} is one of the documents to read ({found.path}): give another file with -o")


def _opened(path: str) -> BinaryIO:
    """Open the file, unbuffered. A pipe or a device is opened write-only; opening a pipe waits for its reader."""
    try:
        regular = not os.path.exists(path) or os.path.isfile(path)  # noqa: PTH110, PTH113 - Path("") is a folder
        return os.fdopen(os.open(path, _NEW if regular else os.O_WRONLY, 0o666), "r+b" if regular else "wb", 0)
    except OSError as error:
        raise CannotBegin(f"cannot write {path}: {error.strerror}") from error


def _is_regular(file: BinaryIO) -> bool:
    return stat.S_ISREG(os.fstat(file.fileno()).st_mode)


def _continued(path: str, file: BinaryIO) -> Output:
    """Lock a file of rows, and continue it after its last complete row."""
    _lock(path, file)
    try:
        with open(file.fileno(), "rb", closefd=False) as lines:
            held = read_rows(lines, path)
        if held.torn:
            os.ftruncate(file.fileno(), held.whole)
            what = held.torn.rstrip(b"\x00").decode("utf-8", "replace")
            say(f"the last row of {path} is incomplete and is dropped; its document is read again: {what[:200]}")
        elif not held.closed:
            file.write(b"\n")
    except OSError as error:
        raise CannotBegin(f"cannot continue {path}: {error.strerror}") from error
    return Output(path, file, kept=True, done=held.done)


def _lock(path: str, file: BinaryIO) -> None:
    """Lock the file until it is closed. Raises CannotBegin if another process has locked it."""
    if fcntl is None:
        return
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CannotBegin(f"another typesight is writing to {path}: wait for it, or give another file") from error
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise CannotBegin(f"cannot lock {path}: {error.strerror}") from error
        say(f"{path} is on a file system without locks: let no other typesight write to it")
