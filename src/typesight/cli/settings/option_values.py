"""The values of the options that flags or a config file gave as texts."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from typesight.cli.exit_codes import CommandError
from typesight.cli.settings.option_flags import spell_flag
from typesight.client.options.call_options import CALL_ROWS, DOCUMENT_ROWS
from typesight.client.options.many_options import RUN_ROWS
from typesight.client.options.option import Option, SdkParameter
from typesight.client.options.sdk_options import SDK_PARAMETERS
from typesight.errors import MissingExtra, TypesightError

__all__ = ["FLAGGED_OPTIONS", "GivenOptions", "collect_options"]

_ALL_ROWS: Mapping[str, Option | SdkParameter] = {**RUN_ROWS, **DOCUMENT_ROWS, **SDK_PARAMETERS}
FLAGGED_OPTIONS: Mapping[str, Option | SdkParameter] = {name: row for name, row in _ALL_ROWS.items() if row.flag}
"""The rows of all options that have a flag, by name, in the order of the help."""


@dataclass(frozen=True, slots=True)
class GivenOptions:
    """The options that were given: those of a client, and those that `extract_many` alone takes."""

    of_client: Mapping[str, Any]
    of_extract: dict[str, Any]


def collect_options(given: argparse.Namespace) -> GivenOptions:
    """Parse and collect the options that were given.

    A wrong text of a flag ends the command as argparse does; one of a config file raises CommandError.
    """
    options = {
        name: _parse_option(name, text, given)
        for name in FLAGGED_OPTIONS
        if (text := getattr(given, name, None)) is not None
    }
    alone = (RUN_ROWS.keys() | DOCUMENT_ROWS.keys()) - CALL_ROWS.keys()
    return GivenOptions(
        {name: value for name, value in options.items() if name not in alone},
        {name: value for name, value in options.items() if name in alone},
    )


def _parse_option(name: str, text: Any, given: argparse.Namespace) -> Any:
    """Parse the text of an option, and check the value as the call would; a flag without text is True already."""
    row = FLAGGED_OPTIONS[name]
    assert row.flag  # the others are not in the table
    try:
        value = row.flag.parse(text) if row.flag.parse else text
        with suppress(MissingExtra):  # said when the documents are read
            if isinstance(row, Option):
                row.field_of(**{name: value}) if row.field_of else row.read(value)
    except (TypesightError, TypeError, ValueError) as error:
        origin = getattr(given, "origins", {}).get(name)
        if origin:
            raise CommandError(f"{origin}: {name}: {error}") from error
        given.verb.error(f"argument {spell_flag(name)}: {error}")
    return value
