"""The options of typesight as flags of the command line: `max_retries` is `--max-retries`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from typesight.client.options.call_options import CALL_ROWS, DOCUMENT_ROWS
from typesight.client.options.option import Flag, Option, SdkParameter
from typesight.client.options.sdk_options import SDK_PARAMETERS
from typesight.errors import MissingExtra, TypesightError
from typesight.text.nearest_name import find_nearest

__all__ = ["GivenOptions", "add_option_flags", "collect_options", "describe_unknown_flag", "spell_flag"]

_ALL_ROWS: Mapping[str, Option | SdkParameter] = {**DOCUMENT_ROWS, **SDK_PARAMETERS}
_ROWS = {name: row for name, row in _ALL_ROWS.items() if row.flag}


@dataclass(frozen=True, slots=True)
class GivenOptions:
    """The options that flags gave: those of a client, and those of `extract` alone."""

    of_client: Mapping[str, Any]
    of_extract: dict[str, Any]


def spell_flag(name: str) -> str:
    """Spell an option as a flag."""
    return f"--{name.replace('_', '-')}"


def add_option_flags(parser: argparse.ArgumentParser) -> None:
    """Add a flag for each option that can be said on a command line."""
    ours = parser.add_argument_group("options of typesight", "docs/options.md has the table")
    theirs = parser.add_argument_group("options of the SDK's call")
    for name, row in _ROWS.items():
        flag = row.flag
        assert flag is not None  # the others are not in the table
        group, text = (
            (ours, row.says.replace("`", "").replace("%", "%%")) if isinstance(row, Option) else (theirs, None)
        )
        if flag.parse is None:
            group.add_argument(spell_flag(name), dest=name, action="store_true", default=None, help=text)
        else:
            group.add_argument(
                spell_flag(name), dest=name, type=_make_parser(name, row, flag), metavar=flag.metavar, help=text
            )


def collect_options(given: argparse.Namespace) -> GivenOptions:
    """Collect the options that flags gave."""
    options = {name: getattr(given, name) for name in _ROWS if getattr(given, name) is not None}
    alone = DOCUMENT_ROWS.keys() - CALL_ROWS.keys()
    return GivenOptions(
        {name: value for name, value in options.items() if name not in alone},
        {name: value for name, value in options.items() if name in alone},
    )


def describe_unknown_flag(unknown: Iterable[str], parser: argparse.ArgumentParser) -> str:
    """Say which argument is unknown, and which flag was meant."""
    name = next((each for each in unknown if each.startswith("-")), None)
    if name is None:
        return f"unexpected arguments: {' '.join(unknown)}"
    flag = name.partition("=")[0]
    near = find_nearest(flag.strip("-"), (each.strip("-") for each in parser._option_string_actions))
    return f"unknown option {flag}{f': did you mean --{near}?' if near else ''}"


def _make_parser(name: str, row: Option | SdkParameter, flag: Flag) -> Callable[[str], Any]:
    """Make the parser of a flag's text, which also checks the value as the call would."""

    def parse(text: str) -> Any:
        assert flag.parse is not None  # a flag without text has no parser
        try:
            value = flag.parse(text)
            with suppress(MissingExtra):  # said when the documents are read
                if isinstance(row, Option):
                    row.field_of(**{name: value}) if row.field_of else row.read(value)
        except (TypesightError, TypeError, ValueError) as error:
            raise argparse.ArgumentTypeError(str(error)) from error
        return value

    return parse
