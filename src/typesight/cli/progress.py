"""The progress of a run, on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from typesight.cli.stderr import escape_controls, is_colorless, is_quiet
from typesight.errors import MissingExtra

__all__ = ["show_progress"]


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
    console = Console(stderr=True, quiet=is_quiet(), no_color=is_colorless() or None)
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    seen = 0
    with Progress(*columns, console=console, disable=not (alone and console.is_terminal), transient=True) as bar:
        task = bar.add_task("reading", total=total)

        def step(name: str, told: str) -> None:
            nonlocal seen
            seen += 1
            bar.advance(task)
            if told or not console.is_terminal:  # as Text, in which no [red] and no :smile: is markup
                console.print(
                    Text(f"[{seen}/{total}] {escape_controls(name)}: {escape_controls(told or 'ok')}"), soft_wrap=True
                )

        yield step
