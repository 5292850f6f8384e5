"""Ctrl-C during a run: the first one lets what is in flight end, the second one is as usual."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["catch_first_interrupt"]


@contextmanager
def catch_first_interrupt(act: Callable[[], object], *, again: bool = False) -> Iterator[None]:
    """Within, the first Ctrl-C calls `act`; the second one goes to the handler that was there before.

    `again`: the first one has come already. Does nothing outside the main thread, where no signal arrives, and where
    Ctrl-C is ignored or handled in C.
    """
    before = signal.getsignal(signal.SIGINT)
    if again or threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return

    def handle(number: int, frame: Any) -> None:
        del number, frame
        signal.signal(signal.SIGINT, before)
        act()

    signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is handle:
            signal.signal(signal.SIGINT, before)
