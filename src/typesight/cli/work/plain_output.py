"""Prints the result of a verb that has one, and no rows."""

from __future__ import annotations

from typing import TextIO

from typesight.cli.exit_codes import OutputLost
from typesight.cli.stderr import redirect_to_null

__all__ = ["print_result"]


def print_result(text: str, stdout: TextIO | None) -> None:
    """Print a text on stdout. Raises OutputLost if it takes nothing."""
    if stdout is None:
        raise OutputLost("stdout is closed, so the result could not be printed")
    try:
        stdout.write(f"{text}\n")
        stdout.flush()
    except OSError as error:
        redirect_to_null(stdout)  # or Python fails once more when it exits
        raise OutputLost(f"cannot write stdout: {error.strerror}") from error
