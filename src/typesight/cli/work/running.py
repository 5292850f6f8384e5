"""Runs a verb, and turns the errors that end it into a message and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TextIO

from typesight.cli.exit_codes import CommandError, ExitCode, OutputLost
from typesight.cli.stderr import format_error, guard_streams, say_error
from typesight.errors import MissingExtra, SchemaError

__all__ = ["run_verb"]


def run_verb(given: argparse.Namespace) -> int:
    """Run the verb that the arguments name, and return the exit code."""
    with guard_streams(quiet=given.quiet, no_color=given.no_color) as stdout:
        try:
            return _run(given, stdout)
        except KeyboardInterrupt:
            say_error(f"interrupted{_explain_resuming(given)}")
            return ExitCode.INTERRUPTED


def _run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    try:
        return int(given.run(given, stdout))
    except CommandError as error:
        say_error(str(error), *error.lines)
        return ExitCode.CANNOT_BEGIN
    except (MissingExtra, SchemaError) as error:
        say_error(format_error(error))
        return ExitCode.CANNOT_BEGIN
    except OutputLost as error:
        say_error(str(error))
        if error.row:  # it has been paid for
            print(error.row, file=sys.stderr, flush=True)
        return ExitCode.SOME_FAILED


def _explain_resuming(given: argparse.Namespace) -> str:
    """How to continue after an interruption; only a file keeps the rows for the next run."""
    if not hasattr(given, "output"):
        return ""
    kept = "; the rows written so far are complete"
    if given.output is not None and os.path.isfile(given.output):  # noqa: PTH113 - Path.is_file may raise
        return f"{kept}; run the same command again to continue {given.output}"
    return f"{kept}; to be able to continue next time, write the rows to a file with -o"
