"""The command `typesight`: its arguments and exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from typesight.cli.exit_codes import CommandError, ExitCode, OutputLost
from typesight.cli.extract import extract
from typesight.cli.option_flags import add_option_flags, describe_unknown_flag
from typesight.cli.stderr import escape_controls, format_error, guard_streams, redirect_to_null, say
from typesight.errors import MissingExtra, SchemaError
from typesight.installation import read_version

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    try:
        given = _parse(arguments)
    finally:
        _flush_help()
    with guard_streams() as stdout:
        try:
            return int(given.run(given, stdout))
        except CommandError as error:
            say(str(error))
            return ExitCode.CANNOT_BEGIN
        except (MissingExtra, SchemaError) as error:
            say(format_error(error))
            return ExitCode.CANNOT_BEGIN
        except OutputLost as error:
            say(str(error))
            if error.row:  # it has been paid for
                print(error.row, file=sys.stderr, flush=True)
            return ExitCode.SOME_FAILED
        except KeyboardInterrupt:
            say(f"interrupted; the rows written so far are complete{_explain_resuming(given.output)}")
            return ExitCode.INTERRUPTED


def _explain_resuming(output: str | None) -> str:
    """How to continue after an interruption; only a file keeps the rows for the next run."""
    if output is not None and os.path.isfile(output):  # noqa: PTH113 - Path.is_file may raise
        return f"; run the same command again to continue {output}"
    return "; to be able to continue next time, write the rows to a file with -o"


def _flush_help() -> None:
    """Flush what --help printed; it is no error if the reader of the pipe has gone."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        redirect_to_null(sys.stdout)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the arguments; an unknown option ends the command, with the name of the nearest."""
    given, unknown = _build_parser().parse_known_args(arguments)
    if unknown:
        verb: argparse.ArgumentParser = given.verb
        verb.error(describe_unknown_flag(unknown, verb))
    return given


class _Parser(argparse.ArgumentParser):
    """A parser whose error messages never hold control characters."""

    def error(self, message: str) -> NoReturn:
        super().error(escape_controls(message))


def _build_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="typesight", description="Turn pictures of documents into typed records.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {read_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    reading = commands.add_parser(
        "extract",
        help="read documents into records, one JSON row each",
        description="Read documents into records, one JSON row each: source, status, record, model.",
        usage="%(prog)s PATH... --schema FILE.py:Model [--model VENDOR/MODEL] [-o FILE] [options]",
        allow_abbrev=False,
        epilog="exit codes: 0 all read, 2 cannot start or go on, 3 some failed or were not written, 130 interrupted",
    )
    reading.add_argument("paths", nargs="+", metavar="PATH", help="pictures and PDFs, or folders to search for them")
    reading.add_argument("--schema", required=True, metavar="FILE.py:Model", help="the type of each record")
    reading.add_argument(
        "--model",
        default=os.environ.get("TYPESIGHT_MODEL"),
        metavar="VENDOR/MODEL",
        help='the model, such as "openai/gpt-6-luna"; default: $TYPESIGHT_MODEL, else the local reader ("local")',
    )
    reading.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write the rows here instead of to stdout; a file that holds rows is continued",
    )
    reading.add_argument("--base-url", metavar="URL", help="where the model is, if not at its provider's own address")
    add_option_flags(reading)
    reading.set_defaults(run=extract, verb=reading)
    return parser
