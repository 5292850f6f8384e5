"""The arguments of `typesight extract`."""

from __future__ import annotations

import argparse
from typing import TextIO

from typesight.cli.settings.option_flags import add_option_flags
from typesight.cli.settings.shared_flags import add_model_flags, add_schema_flags
from typesight.cli.work import start_work

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.description = "Read documents into records, one JSON row each: source, status, record, model."
    parser.usage = "%(prog)s PATH... --schema SCHEMA [--model VENDOR/MODEL] [-o FILE] [options]"
    parser.epilog = (
        "exit codes: 0 all read, 2 cannot start or go on, 3 some failed or were not written, 130 interrupted"
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="pictures and PDFs, or folders to search for them")
    add_schema_flags(parser)
    add_model_flags(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write the rows here instead of to stdout; a file that holds rows is continued",
    )
    add_option_flags(parser)


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Read the documents that the arguments name, write their rows, and return the exit code."""
    return start_work("extract_run", given, stdout)
