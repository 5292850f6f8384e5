"""The arguments of `typesight extract`."""

from __future__ import annotations

import argparse
from typing import TextIO

from typesight.cli.settings.option_flags import add_option_flags
from typesight.cli.settings.shared_flags import add_model_flags, add_schema_flags, read_positive
from typesight.cli.work import start_work

__all__ = ["add_arguments", "run"]

# The options of a whole run, as its users see them: `-o` brings a ledger with it.
_SAYS_OF_RUN = {
    "ledger": "keep each result in this file, so that none is paid for twice; with -o FILE it is FILE.db",
    "concurrency": 'read at most N documents at a time; default: "auto", by how the provider answers and the cores '
    "here",
    "run_budget": "begin no more documents once so much is spent",
    "only_failed": "read only what failed in an earlier run with this ledger",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.description = "Read documents into records, one JSON row each: source, status, record, model."
    parser.usage = "%(prog)s PATH... --schema SCHEMA [--model VENDOR/MODEL] [-o FILE] [options]"
    parser.epilog = (
        "exit codes: 0 all read, 2 cannot start or go on, 3 some failed or were not written, 130 interrupted"
    )
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="pictures and PDFs, folders to search for them, or - for standard input",
    )
    add_schema_flags(parser)
    add_model_flags(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write the rows here instead of to stdout, as .jsonl, .csv, .sqlite, .parquet or .xlsx; the ledger "
        "FILE.db beside it keeps them, and the next run goes on from there",
    )
    group = parser.add_argument_group("the run")
    add_option_flags(parser, group, _SAYS_OF_RUN)
    _add_run_flags(group)


def _add_run_flags(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--per-page", action="store_true", help="each page of a PDF is a document of its own")
    group.add_argument("--limit", type=read_positive, metavar="N", help="read only the first N documents")
    group.add_argument(
        "--sample", type=read_positive, metavar="N", help="read only N documents, the same ones each time"
    )
    group.add_argument(
        "--dry-run",
        action="store_true",
        help="send nothing; print how many documents there are, and the tokens, bytes and dollars they take",
    )
    group.add_argument("--evidence", action="store_true", help="say in each row where its values are printed")
    group.add_argument("--repairs", action="store_true", help="say in each row what was repaired to read the reply")
    group.add_argument("--attempts", action="store_true", help="put every reply into its row")


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Read the documents that the arguments name, write their rows, and return the exit code."""
    return start_work("extract_run", given, stdout)
