"""The command `typesight`: the table of its verbs, and how its arguments are parsed.

A verb's module is imported when the verb is given. It has `add_arguments(parser)` and `run(given, stdout)`, and imports
nothing heavy by itself; `start_work` imports its work.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, NamedTuple, NoReturn

from typesight.cli.settings.shared_flags import add_message_flags
from typesight.cli.stderr import escape_controls, redirect_to_null
from typesight.text.nearest_name import find_nearest

__all__ = ["VERBS", "Verb", "build_parser", "main"]


class Verb(NamedTuple):
    """A verb of the command, what it does in one line, and the module that has its arguments."""

    name: str
    says: str
    module: str


VERBS: tuple[Verb, ...] = (
    Verb("extract", "read documents into records, one JSON row each", "typesight.cli.extract"),
    Verb("eval", "say what models and settings are worth on documents with labels", "typesight.cli.eval"),
    Verb("check", "show a schema as each provider will see it", "typesight.cli.check"),
    Verb("export", "write the rows of an earlier run as CSV, Excel, Parquet or SQLite", "typesight.cli.export"),
    Verb("serve", "run the Sandbox, an endpoint for tests, on this machine", "typesight.cli.serve"),
    Verb("demo", "read a receipt that typesight draws, on this machine", "typesight.cli.demo"),
    Verb("completion", "print a script that lets a shell complete the command", "typesight.cli.shell_completion"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    try:
        given = _parse(sys.argv[1:] if arguments is None else arguments)
    finally:
        _flush_help()
    return int(import_module("typesight.cli.work.running").run_verb(given))


def build_parser(wanted: Iterable[str]) -> argparse.ArgumentParser:
    """Build the parser, with the arguments of the `wanted` verbs; of the others it knows only the names."""
    parser = _Parser(prog="typesight", description="Turn pictures of documents into typed records.")
    parser.add_argument("--version", action=_ShowVersion, nargs=0, help="print the version")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for verb in VERBS:
        says = f"{verb.says[0].upper()}{verb.says[1:]}."
        under = commands.add_parser(verb.name, help=verb.says, description=says, allow_abbrev=False)
        if verb.name in wanted:
            module = import_module(verb.module)
            module.add_arguments(under)
            add_message_flags(under)
            under.set_defaults(run=module.run, verb=under)
    return parser


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments; an unknown option ends the command, with the name of the nearest."""
    named = [each for each in arguments if not each.startswith("-")][:1]  # what comes before it takes no value
    parser = build_parser(named)
    _check_verb(named, parser)
    given, unknown = parser.parse_known_args(arguments)
    if unknown:
        verb: argparse.ArgumentParser = given.verb
        verb.error(_describe_unknown(unknown, verb))
    return given


def _check_verb(named: Sequence[str], parser: argparse.ArgumentParser) -> None:
    """End the command if it has no such verb, with the name of the nearest."""
    names = [verb.name for verb in VERBS]
    for name in named:
        if name not in names:
            near = find_nearest(name, names)
            meant = f"did you mean {near}?" if near else f"the commands are {', '.join(names)}"
            parser.error(f"there is no command {name}: {meant}")


def _describe_unknown(unknown: Sequence[str], parser: argparse.ArgumentParser) -> str:
    """Say which argument is unknown, and which flag was meant."""
    name = next((each for each in unknown if each.startswith("-")), None)
    if name is None:
        return f"unexpected arguments: {' '.join(unknown)}"
    flag = name.partition("=")[0]
    if flag in parser._option_string_actions:
        return f"{flag} belongs after the command: {parser.prog} {flag}"
    near = find_nearest(flag.strip("-"), (each[2:] for each in parser._option_string_actions if each.startswith("--")))
    return f"unknown option {flag}{f': did you mean --{near}?' if near else ''}"


def _flush_help() -> None:
    """Flush what --help printed; it is no error if the reader of the pipe has gone."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        redirect_to_null(sys.stdout)


class _Parser(argparse.ArgumentParser):
    """A parser whose error messages never hold control characters."""

    def error(self, message: str) -> NoReturn:
        super().error(escape_controls(message))


class _ShowVersion(argparse.Action):
    """Prints the version, which takes longer to find than all the rest of the help."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(f"{parser.prog} {import_module('typesight.installation').read_version()}")
        parser.exit()
