"""The options that `--sweep` tries, each with its values: `max_side=768,1024 hint=none,ocr`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, get_args

from typesight.cli.settings.option_flags import spell_flag
from typesight.cli.settings.option_values import FLAGGED_OPTIONS
from typesight.client.options.option import Flag, Option, SdkParameter
from typesight.errors import MissingExtra, TypesightError
from typesight.evaluation.runs.setting_run import DETAIL
from typesight.evaluation.runs.sweep import NOT_SWEPT
from typesight.images.image_hints import make_hints
from typesight.models.profiles import Detail
from typesight.text.nearest_name import find_nearest

__all__ = ["parse_sweeps"]

# Options whose text may hold a comma: Python can sweep these, sweep={"prompt": [...]}.
_WITH_COMMAS = frozenset({"budget", "prompt", "system"})
_SWEPT: Mapping[str, Option | SdkParameter] = {
    **{name: row for name, row in FLAGGED_OPTIONS.items() if name not in NOT_SWEPT | _WITH_COMMAS},
    DETAIL: Option("", takes="", read=make_hints, flag=Flag("|".join(get_args(Detail)))),
}
_SWITCHES: Mapping[str, bool | None] = {"on": True, "off": False}
_DEFAULT = "none"  # as a value of an option of ours: what it is if it is not given


def parse_sweeps(given: argparse.Namespace) -> dict[str, list[Any]]:
    """The values of each option to sweep. A wrong text ends the command as argparse does, with what it takes."""
    found: dict[str, list[Any]] = {}
    for text in given.sweep or ():
        name, equals, values = text.partition("=")
        name = name.replace("-", "_")
        if not equals:
            given.verb.error(f"argument --sweep: {text} is no NAME=VALUE,VALUE; the folder stands before --sweep")
        _check_name(name, found, given)
        found[name] = _parse_values(name, values.split(","), given)
    return found


def _check_name(name: str, found: Mapping[str, Any], given: argparse.Namespace) -> None:
    if name == "model":
        given.verb.error("argument --sweep: models are not swept; give each with --model")
    if name in NOT_SWEPT:
        given.verb.error(f"argument --sweep: {name} cannot be swept: it is no setting of a model")
    if name in _WITH_COMMAS:
        given.verb.error(f"argument --sweep: {name} cannot be swept on a command line; Python can")
    if name not in _SWEPT:
        near = find_nearest(name, _SWEPT)
        meant = f"did you mean {near}?" if near else f"the options are {', '.join(_SWEPT)}"
        given.verb.error(f"argument --sweep: there is no option {name}: {meant}")
    if name in found:
        given.verb.error(f"argument --sweep: {name} is given twice; write {name}=VALUE,VALUE once")
    if getattr(given, name, None) is not None and name not in given.origins:
        given.verb.error(f"argument --sweep: {name} is swept, so {spell_flag(name)} cannot be given too")


def _parse_values(name: str, texts: Sequence[str], given: argparse.Namespace) -> list[Any]:
    values = []
    for text in texts:
        try:
            value = _parse_value(name, text.strip())
        except (TypesightError, TypeError, ValueError) as error:
            given.verb.error(f"argument --sweep: {name}: {error}; give {_describe_values(name)}")
        if value in values:
            given.verb.error(f"argument --sweep: {name} has {text} twice")
        values.append(value)
    return values


def _describe_values(name: str) -> str:
    row = _SWEPT[name]
    metavar = (row.flag and row.flag.metavar) or "|".join(_SWITCHES)
    return f"{metavar}, or none for its default" if isinstance(row, Option) else metavar


def _parse_value(name: str, text: str) -> Any:
    """One value, as the option's own flag reads it. Raises TypesightError, TypeError or ValueError."""
    row = _SWEPT[name]
    assert row.flag  # the others are not in the table
    if not text:
        raise ValueError("a value is empty")
    if isinstance(row, Option) and text == _DEFAULT:
        return None
    if row.flag.parse is None:  # on the command line it takes no text
        if text not in _SWITCHES:
            raise ValueError(f"{text} is not one of {', '.join(_SWITCHES)}")
        return _SWITCHES[text]
    value = row.flag.parse(text)
    with suppress(MissingExtra):  # said when the documents are read
        if isinstance(row, Option):
            row.field_of(**{name: value}) if row.field_of else row.read(value)
    return value
