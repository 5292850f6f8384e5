"""The arguments of `typesight eval`."""

from __future__ import annotations

import argparse
from typing import TextIO

from typesight.cli.settings.option_flags import add_option_flags
from typesight.cli.settings.shared_flags import add_schema_flags, read_positive
from typesight.cli.work import start_work

__all__ = ["add_arguments", "run"]

_SAYS_OF_RUN = {
    "concurrency": 'read at most N documents at a time; default: "auto", by how the provider answers and the cores '
    "here",
    "run_budget": "begin no more documents once all settings together have spent so much",
}
# Options of a run that have a ledger of the user's; here the store keeps all that was answered.
_WITHOUT = ("ledger", "only_failed", "cache")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.description = (
        "Read a folder of documents whose right values are known, with one model or setting or with several, and say "
        "how many values each gets right, and what it costs."
    )
    parser.usage = "%(prog)s FOLDER --schema SCHEMA [--model VENDOR/MODEL ...] [--sweep NAME=VALUE,VALUE ...] [options]"
    parser.epilog = (
        "exit codes: 0 evaluated, 2 cannot start or go on, 3 an accuracy is under --fail-under, or not all documents "
        "were read, 130 interrupted"
    )
    parser.add_argument(
        "folder", metavar="FOLDER", help="the documents, with labels.jsonl or a JSON file beside each document"
    )
    add_schema_flags(parser)
    _add_setting_flags(parser)
    _add_result_flags(parser.add_argument_group("the result"))
    group = parser.add_argument_group("the run")
    add_option_flags(parser, group, _SAYS_OF_RUN, without=_WITHOUT)
    _add_run_flags(group)


def _add_setting_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        action="append",
        metavar="VENDOR/MODEL",
        help="evaluate this model; may be given several times. Default: $TYPESIGHT_MODEL, else the config file's, else "
        'the local reader ("local")',
    )
    parser.add_argument("--base-url", metavar="URL", help="where the model is, if not at its provider's own address")
    parser.add_argument(
        "--sweep",
        nargs="+",
        action="extend",
        metavar="NAME=VALUE,VALUE",
        help="try each model with each of these values of an option, max_side=768,1024 or hint=none,ocr; of several "
        "options, every combination",
    )
    parser.add_argument(
        "--detail", choices=("auto", "low", "high", "original"), help="OpenAI's level of detail, for all pictures"
    )
    parser.add_argument(
        "--answers",
        action="append",
        metavar="NAME=PATH",
        help="score what another tool answered, under this name: rows of JSON, a ledger, or a folder with a JSON file "
        "for each document; may be given several times",
    )
    parser.add_argument("--labels", metavar="PATH", help="the labels, if they are not in FOLDER")
    parser.add_argument(
        "--match",
        choices=("exact", "normalised", "fuzzy"),
        default="normalised",
        help="what counts as right: the same letters; the same without case, spaces and punctuation, numbers and dates "
        "by value (the default); or texts that are nearly the same",
    )
    parser.add_argument(
        "--scorer",
        action="append",
        metavar="FILE.py:FUNCTION",
        help="your own score of a document, function(record, label) that returns a number; may be given several times",
    )


def _add_result_flags(group: argparse._ArgumentGroup) -> None:
    group.add_argument("-o", "--output", metavar="FILE", help="write the whole evaluation here, as JSON")
    group.add_argument(
        "--format", choices=("text", "json"), default="text", help="what is printed: tables (the default), or the JSON"
    )
    group.add_argument(
        "--failures",
        type=_read_count,
        default=5,
        metavar="N",
        help="show the N worst documents of each setting, 0 for none; default: 5",
    )
    group.add_argument(
        "--compare", metavar="FILE", help="say what changed since this evaluation, which an earlier -o wrote"
    )
    group.add_argument(
        "--fail-under",
        action="append",
        metavar="[FIELD=]SHARE",
        help="exit with 3 if a setting's accuracy is under this: total=0.98 for a field, documents=0.9 for those "
        "wholly right, 0.95 for all values; may be given several times",
    )


def _add_run_flags(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--store", metavar="FOLDER", help="keep answers and replies here, so that a second look sends nothing"
    )
    group.add_argument("--limit", type=read_positive, metavar="N", help="read only the first N labelled documents")
    group.add_argument(
        "--sample", type=read_positive, metavar="N", help="read only N labelled documents, the same ones each time"
    )
    group.add_argument(
        "--dry-run", action="store_true", help="send nothing; print what each setting would take, tokens and dollars"
    )


def _read_count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number, 0 or more")
    return int(text)


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Evaluate what the arguments name, print the tables, and return the exit code."""
    return start_work("eval_run", given, stdout)
