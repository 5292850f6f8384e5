"""The work of the verbs. A verb's module starts it, once its arguments are parsed.

It is imported by its name and not before, so that `--help` loads no SDK, no Pillow and no pydantic.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TextIO

__all__ = ["start_work"]


def start_work(name: str, given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Run a module of `typesight.cli.work`, and return the exit code."""
    return int(import_module(f"typesight.cli.work.{name}").run(given, stdout))
