"""The arguments of `typesight completion`."""

from __future__ import annotations

import argparse
from typing import TextIO

from typesight.cli.work import start_work

__all__ = ["add_arguments", "run"]

# The shells that shtab writes scripts for.
_SHELLS = ("bash", "zsh", "tcsh", "fish")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.description = "Print a script with which a shell completes commands, options and file names."
    parser.epilog = 'for bash: eval "$(typesight completion bash)" in ~/.bashrc; docs/cli.md has the other shells'
    parser.add_argument("shell", choices=_SHELLS, help="the shell that the script is for")


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Print the script, and return the exit code."""
    return start_work("completion_run", given, stdout)
