"""The plan of a Sandbox's faults: which of its requests meet which."""

from __future__ import annotations

import random
import threading
from collections import deque

from typesight.testing.faults.fault import Fault

__all__ = ["FaultPlan"]


class FaultPlan:
    """Faults in a queue, and faults by chance. It has state because it counts the requests and draws."""

    def __init__(self) -> None:
        self._queue: deque[Fault] = deque()
        self._mix: tuple[Fault, ...] = ()
        self._probability = 0.0
        self._random = random.Random(0)
        self._lock = threading.Lock()

    def add(self, faults: tuple[Fault, ...]) -> None:
        """The next requests meet these faults, one each.

        Raises:
            TypeError: one is no fault.

        """
        _check_faults(faults)
        self._queue.extend(faults)

    def set_mix(self, faults: tuple[Fault, ...], probability: float, seed: int) -> None:
        """From now on a request for which nothing is queued meets one of these with this probability.

        Raises:
            TypeError: one is no fault.
            ValueError: a probability outside 0 to 1, or one above 0 of no fault.

        """
        _check_faults(faults)
        if not 0 <= probability <= 1:
            raise ValueError(f"probability={probability} is not from 0 to 1")
        if probability and not faults:
            raise ValueError("a probability needs a fault: faults(Fault(500), probability=0.1)")
        with self._lock:
            self._mix, self._probability, self._random = faults, probability, random.Random(seed)

    def take(self) -> Fault | None:
        """The fault of the next request, or None."""
        with self._lock:
            if self._queue:
                return self._queue.popleft()
            # Two draws a request, whatever comes of them, so that a seed gives the same faults at any probability.
            strikes, place = self._random.random() < self._probability, self._random.random()
            return self._mix[int(place * len(self._mix))] if strikes else None


def _check_faults(faults: tuple[object, ...]) -> None:
    for fault in faults:
        if not isinstance(fault, Fault):
            raise TypeError(f"a fault is Fault(status) or Fault.stall() and the like, not {type(fault).__name__}")
