"""What Ctrl-C and SIGTERM do to a verb that has something to end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["catch_stop_signals", "interrupt_on_terminate"]

_STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def catch_stop_signals(act: Callable[[], object]) -> Iterator[None]:
    """Within, each Ctrl-C and SIGTERM calls `act`, unless whoever started the process lets it ignore them.

    Does nothing outside the main thread, where no signal arrives.
    """

    def handle(number: int, frame: Any) -> None:
        del number, frame
        act()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.getsignal(each) for each in _STOPS}
    heard = [each for each, handler in before.items() if handler not in {signal.SIG_IGN, None}]
    for each in heard:
        signal.signal(each, handle)
    try:
        yield
    finally:
        for each in heard:
            signal.signal(each, before[each])


@contextmanager
def interrupt_on_terminate() -> Iterator[None]:
    """Within, SIGTERM does what Ctrl-C does, unless whoever started the process lets it ignore it."""
    is_heard = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) not in {
        signal.SIG_IGN,
        None,
    }
    if not is_heard:
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
