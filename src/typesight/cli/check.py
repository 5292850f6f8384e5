"""The arguments of `typesight check`."""

from __future__ import annotations

import argparse
from typing import TextIO

from typesight.cli.settings.shared_flags import add_schema_flags
from typesight.cli.work import start_work

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.description = (
        "Show a schema as each provider will see it: which APIs and modes take it, who enforces it, and what typesight "
        "checks itself. Nothing is sent, and no key is needed."
    )
    parser.epilog = "exit codes: 0 every model can be asked for it, 2 one cannot, or the schema does not load"
    add_schema_flags(parser)
    parser.add_argument(
        "--model",
        action="append",
        metavar="VENDOR/MODEL",
        help="look at this model; may be given several times. Default: $TYPESIGHT_MODEL, else the config file's, else "
        "every API",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, with all that is sent of the schema")


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Print how each API and mode sees the schema, and return the exit code."""
    return start_work("check_run", given, stdout)
