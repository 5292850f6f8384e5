"""CommonRun: what a run has in both colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from typesight.many.desk import Desk, Job
from typesight.many.progress.progress_view import ProgressView, open_progress
from typesight.many.progress.run_progress import RunProgress
from typesight.many.run_terms import RunTerms, make_schedule

__all__ = ["CommonRun"]


class CommonRun:
    """A run over many documents, up to how it reads them and how it waits. Has state because it runs."""

    def __init__(self, terms: RunTerms, desk: Desk, total: int | None, next_document: Callable[[], Any]) -> None:
        self._desk = desk
        self._schedule = make_schedule(terms, desk, total, next_document)
        self._progress = terms.progress
        self._view: ProgressView | None = None
        self._is_closed = False

    @property
    def progress(self) -> RunProgress:
        """How far the run is now; any thread may look."""
        return self._schedule.look()

    def drain(self) -> None:
        """Begin no more documents; iterate on for those in flight. Ctrl-C does this too."""
        self._schedule.drain()
        self._wake()

    def interrupt(self) -> None:
        """As Ctrl-C: begin no more documents, and end with KeyboardInterrupt; the second time raise it at once."""
        self._schedule.interrupt_again()
        self._wake()

    def __del__(self) -> None:
        """Begin no more; the ledger closes itself after the last document in flight."""
        if hasattr(self, "_is_closed"):
            self._schedule.drain()
            self._close_view()

    def _begin_documents(self, begin: Callable[[Job], object]) -> bool:
        """Begin as many as may be in flight; return whether the run goes on."""
        if self._progress is not False:
            self._view, self._progress = open_progress(self._progress, self._schedule.look), False
        while (job := self._schedule.take()) is not None:
            begin(job)
        return not self._schedule.is_over

    def _wake(self) -> None:
        """Look up at once, if the run is waiting."""

    def _shut(self) -> None:
        self._is_closed = True
        self._close_view()
        self._desk.close()

    def _close_view(self) -> None:
        if self._view is not None:
            self._view.close()
