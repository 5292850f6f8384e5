"""DocumentWindow: how many documents a run may have in flight, by what became of its requests."""

from __future__ import annotations

from collections import deque

__all__ = ["DocumentWindow"]

# Of the last replies, how many overloads make one. Single ones come by chance, and are no fewer for sending less: with
# 5 % of 503 and a cut for each, a run with at most 32 documents in flight came down to 6, and took four times as long
# (simulated, 2026-12).
_COUNTED = 20
_OVERLOADS = 4
_CUT = 0.5  # what a limit leaves of the window, as in TCP (RFC 5681)


class DocumentWindow:
    """Grows with good replies and halves at limits, as TCP's window. Has state; its owner's lock guards it.

    Until the first limit it grows by one with each good reply, which doubles it in a round trip; after that by one in
    a round trip. Requests that were under way when it was halved do not halve it again.
    """

    def __init__(self, most: int, start: int) -> None:
        if most < 1:
            raise ValueError(f"most={most}: give the number of documents that may be in flight, 1 or more")
        self._most = most
        self._size = float(min(max(start, 1), most))
        self._is_fast = True
        self._begun_at_cut = 0
        self._were_overloads: deque[bool] = deque(maxlen=_COUNTED)

    @property
    def size(self) -> int:
        """From 1 to `most`."""
        return int(self._size)

    def grow(self) -> None:
        """A good reply has come."""
        self._were_overloads.append(False)
        self._size = min(self._most, self._size + (1.0 if self._is_fast else 1.0 / self._size))

    def meet_overload(self, number: int, begun: int) -> bool:
        """The run's request of this number met an overload; as `cut`, if it is one of many. Returns whether it is."""
        self._were_overloads.append(True)
        if sum(self._were_overloads) < _OVERLOADS:
            return False
        if self.cut(number, begun):
            self._were_overloads.clear()
        return True

    def cut(self, number: int, begun: int) -> bool:
        """The run's request of this number met a limit, when `begun` were begun; returns whether the window was cut."""
        if number <= self._begun_at_cut:
            return False
        self._size = max(1.0, self._size * _CUT)
        self._is_fast = False
        self._begun_at_cut = begun
        return True
