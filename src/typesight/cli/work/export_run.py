"""The work of `typesight export`: write rows in another format."""

from __future__ import annotations

import argparse
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, TextIO, cast

from typesight.cli.exit_codes import CommandError, ExitCode, OutputLost
from typesight.cli.rows.exported_rows import open_exported_rows
from typesight.cli.stderr import say
from typesight.outputs.output_formats import FORMATS, OutputFormat, find_format, format_text, write_output
from typesight.outputs.output_row import OutputRow, OutputRows, RowsUnwritable

__all__ = ["run"]

_BY_NAME = {each.name: each for each in FORMATS}
_CHUNK = 1 << 16  # bytes that are written to stdout at a time
# Errors of a path that can never be written to; others, such as a full disk, come while writing.
_CANNOT_BEGIN = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Write the rows and return the exit code. Raises CommandError, OutputLost, MissingExtra."""
    to_file = given.output not in {None, "-"}
    try:
        format = _choose_format(given)
        if to_file:
            _check_output(given)
        with open_exported_rows(given.rows) as rows:
            chosen = partial(_choose_rows, rows, given.only)
            if to_file:
                _write_file(chosen, given.output, format)
            else:
                _write_stdout(chosen, stdout, format)
    except RowsUnwritable as error:
        raise CommandError(str(error)) from error
    except KeyboardInterrupt:
        say(f"interrupted: {given.output} is as it was before" if to_file else "interrupted")
        return ExitCode.INTERRUPTED
    return ExitCode.DONE


def _choose_format(given: argparse.Namespace) -> OutputFormat:
    if given.output == "":
        raise CommandError('-o "" names no file: give one, or "-" for stdout')
    if given.format:
        return _BY_NAME[given.format]
    if given.output in {None, "-"}:
        raise CommandError("give a file to write with -o, or a format for stdout: --format csv")
    return find_format(given.output)


def _choose_rows(rows: Iterable[OutputRow], only: str | None) -> Iterator[OutputRow]:
    return (row for row in rows if only in {None, row["status"]})


def _check_output(given: argparse.Namespace) -> None:
    """Raise CommandError for an output that is the input, or that exists and may not be replaced."""
    try:
        old = os.stat(given.output)  # noqa: PTH116 - Path("") would be a folder
    except OSError:  # a path that cannot be written to is found out on writing
        return
    with suppress(OSError):
        if stat.S_ISREG(old.st_mode) and os.path.samestat(old, os.stat(given.rows)):  # noqa: PTH116
            raise CommandError(f"{given.output} is the file of rows itself: give another file with -o")
    if stat.S_ISREG(old.st_mode) and not given.force:
        raise CommandError(f"{given.output} exists: give another file with -o, or --force to replace it")


def _write_file(rows: OutputRows, output: str, format: OutputFormat) -> None:
    try:
        write_output(rows, output, format=format)
    except _CANNOT_BEGIN as error:
        raise CommandError(f"cannot write {output}: {error.strerror}") from error
    except OSError as error:
        why = error.strerror or error
        raise OutputLost(f"cannot write {output}: {why}; what was there before is unchanged") from error


def _write_stdout(rows: OutputRows, stdout: TextIO | None, format: OutputFormat) -> None:
    """Write text to stdout, in UTF-8 whatever its encoding."""
    if stdout is None:
        raise OutputLost("stdout is closed: give a file with -o")
    buffer = cast(Any, stdout).buffer
    file = getattr(buffer, "raw", buffer)
    try:
        for chunk in _collect(format_text(rows, format)):
            left = memoryview(chunk)
            while left:
                left = left[file.write(left) :]
    except BrokenPipeError as error:
        raise OutputLost("nothing reads stdout any more") from error
    except OSError as error:
        raise OutputLost(f"cannot write to stdout: {error.strerror}") from error


def _collect(lines: Iterable[str]) -> Iterable[bytes]:
    """Lines as pieces of some size."""
    waiting = bytearray()
    for line in lines:
        waiting += line.encode()
        if len(waiting) >= _CHUNK:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)
