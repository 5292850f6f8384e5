"""Runs a verb, and turns the errors that end it into a message and an exit code."""

from __future__ import annotations

import argparse
import sys
from typing import TextIO

from typesight.cli.exit_codes import CommandError, ExitCode, OutputLost
from typesight.cli.rows.row_file import is_stream
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
    """How to go on after an interruption, for the verb that keeps a ledger."""
    if not hasattr(given, "ledger"):
        return ""
    if given.ledger or (given.output and not is_stream(given.output)):
        return "; run the same command again to go on"
    return "; to be able to go on next time, write the rows to a file with -o"
