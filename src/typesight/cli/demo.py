"""The arguments of `typesight demo`."""

from __future__ import annotations

import argparse
from typing import TextIO

from typesight.cli.work import start_work

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.description = (
        "Draw a receipt, read it on this machine, and print the record. It needs no key, no file and no network, only "
        "the extra [local]."
    )
    parser.add_argument("--keep", metavar="FILE", help="write the picture here, a .png or .jpg, to look at it")


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Read the drawn receipt, print its record, and return the exit code."""
    return start_work("demo_run", given, stdout)
