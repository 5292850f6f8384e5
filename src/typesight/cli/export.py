"""The arguments of `typesight export`."""

from __future__ import annotations

import argparse
from typing import TextIO

from typesight.cli.work import start_work

__all__ = ["add_arguments", "run"]

_FORMATS = ("jsonl", "json", "csv", "tsv", "sqlite", "parquet", "xlsx")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.description = "Write the rows of an earlier run in another format, named by the output's suffix."
    parser.usage = "%(prog)s ROWS [-o FILE] [options]"
    parser.epilog = "exit codes: 0 written, 2 cannot start, 3 could not be written, 130 interrupted"
    parser.add_argument("rows", metavar="ROWS", help='a ledger, or a file of rows that typesight wrote; "-" is stdin')
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="where to write them, as .jsonl, .json, .csv, .tsv, .sqlite, .parquet or .xlsx; default: stdout",
    )
    parser.add_argument("--format", choices=_FORMATS, help="the format, if the output's suffix does not name it")
    parser.add_argument("--only", choices=("ok", "failed"), help="leave out the other rows")
    parser.add_argument("--force", action="store_true", help="replace an output that exists")


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Write the rows, and return the exit code."""
    return start_work("export_run", given, stdout)
