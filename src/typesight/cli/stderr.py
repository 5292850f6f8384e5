"""Messages on stderr, with control characters escaped.

A file's name, a record or an error's text may hold escape sequences of a terminal, or a line that looks like ours.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any, TextIO, cast

__all__ = [
    "escape_controls",
    "format_error",
    "guard_streams",
    "is_colorless",
    "is_quiet",
    "redirect_to_null",
    "say",
    "say_error",
]

_MAX_LENGTH = 2_000  # characters of one line; the row has the whole text


def escape_controls(text: str) -> str:
    r"""Text on one line, with all that controls a terminal escaped: `\x1b`, `\n`, `\u202e`."""
    shown = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text[:_MAX_LENGTH]
    )
    return shown if len(text) <= _MAX_LENGTH else f"{shown}…"


def format_error(error: BaseException) -> str:
    """An error's text on one line."""
    return " ".join(str(error).split())


class _Manner:
    """How much is said on stderr, and how. Has state: a command sets it once, for whatever speaks in it."""

    quiet = False
    no_color = False


_MANNER = _Manner()


def is_quiet() -> bool:
    """Whether the user wants errors alone (`--quiet`): no messages, no progress."""
    return _MANNER.quiet


def is_colorless() -> bool:
    """Whether the user wants no colours: `--no-color`, or $NO_COLOR with any text (no-color.org)."""
    return _MANNER.no_color or bool(os.environ.get("NO_COLOR"))


def say(text: str) -> None:
    """Print one line for the user on stderr, unless it shall be quiet."""
    if not _MANNER.quiet:
        say_error(text)


def say_error(text: str, *lines: str) -> None:
    """Print one line for the user on stderr, and `lines` under it, also if it shall be quiet."""
    shown = [f"typesight: {escape_controls(text)}", *(f"  {escape_controls(line)}" for line in lines)]
    sys.stderr.write("".join(f"{line}\n" for line in shown))  # at once, or lines of two threads mix
    sys.stderr.flush()


class _ForgivingStream:
    """A text stream that drops what it cannot write: if stderr is gone or full, nobody can read the error.

    Its buffer would fail again when Python exits and turn the exit code into 120, so the descriptor is redirected to
    the null device.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._try(lambda: self._stream.write(text), len(text))

    def flush(self) -> None:
        self._try(lambda: self._stream.flush() or 0, 0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _try(self, act: Callable[[], int], otherwise: int) -> int:
        try:
            return act()
        except OSError:
            redirect_to_null(self._stream)
            return otherwise


def redirect_to_null(stream: TextIO) -> None:
    """Redirect a stream to the null device, with what is still in its buffer."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


@contextmanager
def guard_streams(*, quiet: bool = False, no_color: bool = False) -> Iterator[TextIO | None]:
    """Keep stdout for rows alone, and give it (None if it is closed); let writes to stderr never fail.

    What a schema's module, a validator or a library prints goes to stderr, and warnings become one line each. Closed
    descriptors are filled, so that the next opened file does not become stdout.
    """
    out, told, warned = sys.stdout, sys.stderr, warnings.showwarning
    _fill_descriptors()
    _MANNER.quiet, _MANNER.no_color = quiet, no_color
    sys.stderr = cast(TextIO, _ForgivingStream(told or open(os.devnull, "w")))  # noqa: SIM115, PTH123 - until Python ends
    warnings.showwarning = lambda message, *_: say(f"warning: {' '.join(str(message).split())}")
    try:
        with redirect_stdout(sys.stderr):
            yield out
    finally:
        sys.stderr, warnings.showwarning = told, warned
        _MANNER.quiet = _MANNER.no_color = False


def _fill_descriptors() -> None:
    """Open the null device wherever stdin, stdout or stderr is closed."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free one, which is this one
