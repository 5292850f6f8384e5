"""What Ctrl-C and SIGTERM do to a verb that has something to end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["catch_stop_signals"]

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
