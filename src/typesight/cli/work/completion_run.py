"""The work of `typesight completion`: scripts that shtab writes from the parser of the command."""

from __future__ import annotations

import argparse
import re
from typing import Any, TextIO

from typesight.cli.command import VERBS, build_parser
from typesight.cli.exit_codes import ExitCode
from typesight.cli.work.plain_output import print_result
from typesight.errors import MissingExtra

try:
    import shtab
except ImportError:
    shtab = None  # type: ignore[assignment]

__all__ = ["run"]

# The metavar of a flag whose text is one of these: "auto|on|off".
_CHOICES = re.compile(r"[\w-]+(\|[\w-]+)+")


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Print the script for a shell. Raises MissingExtra without shtab."""
    if shtab is None:
        raise MissingExtra("cli", "shell completion")
    parser = build_parser([verb.name for verb in VERBS])
    for under in _list_parsers(parser):
        for action in under._actions:
            _describe(action)
    print_result(shtab.complete(parser, shell=given.shell), stdout)
    return ExitCode.DONE


def _list_parsers(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """The parser, and those of its verbs."""
    verbs = (each.choices for each in parser._actions if isinstance(each, argparse._SubParsersAction))
    return [parser, *(under for choices in verbs for under in choices.values())]


def _describe(action: argparse.Action) -> None:
    """Let shtab know what a flag's text may be: a file, a folder, or one of a few words."""
    files: dict[Any, Any] = {"FILE": shtab.FILE, "PATH": shtab.FILE, "SCHEMA": shtab.FILE, "FOLDER": shtab.DIRECTORY}
    if action.metavar in files:
        action.complete = files[action.metavar]  # type: ignore[attr-defined]
    elif isinstance(action.metavar, str) and _CHOICES.fullmatch(action.metavar):
        action.choices = action.metavar.split("|")
