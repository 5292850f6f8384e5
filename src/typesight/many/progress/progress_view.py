"""ProgressView: shows on stderr how far a run is, as a bar on a terminal, else as a line every ten seconds."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from threading import Event, Thread
from typing import Any, Protocol

from typesight.many.progress.progress_text import describe_progress
from typesight.many.progress.run_progress import RunProgress

__all__ = ["ProgressView", "open_progress"]

_LINE_SECONDS = 10.0
_WITHOUT_CURSOR = frozenset({"dumb", "unknown"})  # terminals on which nothing can be drawn anew
_REFRESHES = 4  # of the bar, per second
_BAR_WIDTH = 30  # characters, at most
_ECHO = 3  # columns that stay free: a terminal shows ^C there, and the bar must not slip to the next line
_BAR_SHARE = 4  # of a narrow terminal, one part in so many; the text beside it takes several lines


class ProgressView(Protocol):
    """What shows a run's progress."""

    def say(self, text: str) -> None:
        """Print a line that does not disturb the bar."""
        ...

    def close(self) -> None:
        """Show nothing more."""
        ...


def open_progress(how: bool | None, look: Callable[[], RunProgress], *, no_color: bool = False) -> ProgressView | None:
    """Show the progress that `look` gives until it is closed: True always, False never, None only on a terminal.

    The bar needs rich, of the extra `cli`; without it there are lines.
    """
    is_terminal = bool(sys.stderr and sys.stderr.isatty()) and os.environ.get("TERM") not in _WITHOUT_CURSOR
    if how is False or (how is None and not is_terminal):
        return None
    has_rich = find_spec("rich") is not None
    if how is None and not has_rich:
        return None
    return _Bar(look, no_color) if is_terminal and has_rich else _Lines(look)


class _Lines:
    """A plain line every ten seconds. Has state because it owns a thread."""

    def __init__(self, look: Callable[[], RunProgress]) -> None:
        self._look = look
        self._closed = Event()
        self._thread = Thread(target=self._run, name="typesight-progress", daemon=True)
        self._thread.start()

    def say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def close(self) -> None:
        self._closed.set()

    def _run(self) -> None:
        while not self._closed.wait(_LINE_SECONDS):
            self.say(f"typesight: {describe_progress(self._look())}")


class _Bar:
    """A bar with the line under it, drawn anew four times a second. Has state because it owns a part of the screen."""

    def __init__(self, look: Callable[[], RunProgress], no_color: bool) -> None:
        from rich.console import Console
        from rich.live import Live

        self._look = look
        self._console = Console(  # no [red] and no :smile: of a document's name is markup
            file=sys.stderr, no_color=no_color or None, soft_wrap=True, markup=False, emoji=False, highlight=False
        )
        self._live = Live(
            get_renderable=self._draw, console=self._console, refresh_per_second=_REFRESHES, transient=True,
            redirect_stderr=True, redirect_stdout=sys.stdout is sys.stderr,  # stdout may be rows in a pipe
        )  # fmt: skip
        self._live.start()

    def say(self, text: str) -> None:
        self._console.print(text)

    def close(self) -> None:
        self._live.stop()

    def _draw(self) -> Any:
        from rich.constrain import Constrain
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        progress = self._look()
        grid = Table.grid(padding=(0, 1))
        width = min(_BAR_WIDTH, self._console.width // _BAR_SHARE)
        bar = ProgressBar(total=progress.total, completed=progress.ended, width=width)
        grid.add_row(bar, Text(describe_progress(progress), no_wrap=False))
        return Constrain(grid, self._console.width - _ECHO)
