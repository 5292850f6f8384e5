"""Ctrl-C during a run: the first one lets what is in flight end, the second one is as usual."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from typesight.many.schedule import Schedule

__all__ = ["catch_first_interrupt"]


class _Interrupts:
    """The runs that wait at the moment, and the handler that was there before. Has state: one per process."""

    def __init__(self) -> None:
        self._acts: list[Callable[[], object]] = []
        self._before: Any = None

    def enter(self, act: Callable[[], object]) -> None:
        """Call `act` at the next Ctrl-C."""
        if not self._acts:
            self._before = signal.signal(signal.SIGINT, self._handle)
        self._acts.append(act)

    def leave(self, act: Callable[[], object]) -> None:
        """Do not call it any more."""
        self._acts.remove(act)
        if not self._acts and signal.getsignal(signal.SIGINT) == self._handle:
            signal.signal(signal.SIGINT, self._before)

    def is_usual(self) -> bool:
        """Whether Ctrl-C does what it does by itself or in `asyncio.run`; a program's own handler knows better."""
        handler = signal.getsignal(signal.SIGINT)
        if handler in {self._handle, signal.default_int_handler}:
            return True
        return getattr(getattr(handler, "func", None), "__module__", "") == "asyncio.runners"

    def _handle(self, number: int, frame: Any) -> None:
        del number, frame
        signal.signal(signal.SIGINT, self._before)
        for act in self._acts:
            act()


_INTERRUPTS = _Interrupts()


@contextmanager
def catch_first_interrupt(schedule: Schedule, wake: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Within, the first Ctrl-C of a run stops its schedule and calls `wake`; the second one is as usual.

    Does nothing outside the main thread, where no signal arrives, and where a program handles Ctrl-C by itself.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or schedule.is_interrupted or not _INTERRUPTS.is_usual():
        yield
        return

    def act() -> None:
        schedule.interrupt()
        wake()

    _INTERRUPTS.enter(act)
    try:
        yield
    finally:
        _INTERRUPTS.leave(act)
