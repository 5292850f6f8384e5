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

from typesight.errors import MissingExtra

__all__ = ["escape", "own_streams", "say", "show_progress", "words_of"]

_LONGEST = 2_000  # characters of one line; the row has the whole text


def escape(text: str) -> str:
    r"""Text on one line, with all that controls a terminal escaped: `\x1b`, `\n`, `\u202e`."""
    shown = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text[:_LONGEST]
    )
    return shown if len(text) <= _LONGEST else f"{shown}…"


def words_of(error: BaseException) -> str:
    """An error's text on one line."""
    return " ".join(str(error).split())


def say(text: str) -> None:
    """Print one line for the user on stderr."""
    print(f"typesight: {escape(text)}", file=sys.stderr, flush=True)


class _Forgiving:
    """A text stream that drops what it cannot write: if stderr is gone or full, nobody can read the error.

    Its buffer would fail again when Python exits and turn the exit code into 120, so the descriptor is redirected to
    the null device.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._tried(lambda: self._stream.write(text), len(text))

    def flush(self) -> None:
        self._tried(lambda: self._stream.flush() or 0, 0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _tried(self, act: Callable[[], int], otherwise: int) -> int:
        try:
            return act()
        except OSError:
            lead_nowhere(self._stream)
            return otherwise


def lead_nowhere(stream: TextIO) -> None:
    """Redirect a stream to the null device, with what is still in its buffer."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


@contextmanager
def own_streams() -> Iterator[TextIO | None]:
    """Keep stdout for rows alone, and give it (None if it is closed); let writes to stderr never fail.

    What a schema's module, a validator or a library prints goes to stderr, and warnings become one line each. Closed
    descriptors are filled, so that the next opened file does not become stdout.
    """
    out, told, warned = sys.stdout, sys.stderr, warnings.showwarning
    _fill_descriptors()
    sys.stderr = cast(TextIO, _Forgiving(told or open(os.devnull, "w")))  # noqa: SIM115, PTH123 - until Python ends
    warnings.showwarning = lambda message, *_: say(f"warning: {' '.join(str(message).split())}")
    try:
        with redirect_stdout(sys.stderr):
            yield out
    finally:
        sys.stderr, warnings.showwarning = told, warned


def _fill_descriptors() -> None:
    """Open the null device wherever stdin, stdout or stderr is closed."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free one, which is this one


@contextmanager
def show_progress(total: int, *, alone: bool) -> Iterator[Callable[[str, str], None]]:
    """A progress bar if the terminal shows nothing else (`alone`), else a line for each document.

    Gives a function to call with a document's name and a message about it, "" if the bar says enough.
    """
    try:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
        from rich.text import Text
    except ImportError as error:
        raise MissingExtra("cli", "the command line") from error
    console = Console(stderr=True)
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    seen = 0
    with Progress(*columns, console=console, disable=not (alone and console.is_terminal), transient=True) as bar:
        task = bar.add_task("reading", total=total)

        def step(name: str, told: str) -> None:
            nonlocal seen
            seen += 1
            bar.advance(task)
            if told or not console.is_terminal:  # as Text, in which no [red] and no :smile: is markup
                console.print(Text(f"[{seen}/{total}] {escape(name)}: {escape(told or 'ok')}"), soft_wrap=True)

        yield step
