"""The exit codes of the command line, and the two errors that end it early."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["CommandError", "ExitCode", "OutputLost"]


class ExitCode(IntEnum):
    """The exit codes; docs/cli.md has the table."""

    DONE = 0
    CANNOT_BEGIN = 2
    SOME_FAILED = 3
    INTERRUPTED = 130  # 128 + SIGINT, as in shells


class CommandError(Exception):
    """The command cannot begin, or no document can succeed; the message says what to do.

    `lines` are shown below the message: a text, and a mark under the place that is wrong.
    """

    def __init__(self, message: str, *lines: str) -> None:
        super().__init__(message)
        self.lines = lines


class OutputLost(Exception):
    """Rows can no longer be written; the message says where and why, `row` is the line that was not written."""

    def __init__(self, message: str, row: str | None = None) -> None:
        super().__init__(message)
        self.row = row
