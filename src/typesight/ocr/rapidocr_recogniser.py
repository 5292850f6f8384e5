"""A wrapper of rapidocr's recogniser that reads very long lines one at a time, to save memory.

rapidocr reads six lines at once, each padded to the longest: six lines of small print across a page took 2.5 GB.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

__all__ = ["Recogniser"]

_LONG = 60
"""Ratio of length to height from which a line is read alone: six take 0.8 GB; one at the maximum, 250, takes 0.5 GB."""


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Replaces rapidocr's `TextRecognizer`, which is `inner`."""

    inner: Any

    def __call__(self, asked: Any) -> Any:
        """Take rapidocr's `TextRecInput` and return its `TextRecOutput`."""
        strips = asked.img if isinstance(asked.img, list) else [asked.img]
        alone = [at for at, strip in enumerate(strips) if strip.shape[1] > _LONG * strip.shape[0]]
        if not alone or len(strips) == 1:
            return self.inner(asked)
        together = [at for at in range(len(strips)) if at not in set(alone)]
        groups = [*([together] if together else []), *([at] for at in alone)]
        replies = [self.inner(replace(asked, img=[strips[at] for at in group])) for group in groups]
        places = [at for group in groups for at in group]
        return replace(replies[0], imgs=strips, **{name: _ordered(replies, places, name) for name in _TOLD})


_TOLD = ("txts", "scores", "word_results")


def _ordered(replies: list[Any], places: list[int], name: str) -> tuple[Any, ...]:
    """One attribute of the replies, one entry per line, in the order of the lines."""
    told = [each for reply in replies for each in getattr(reply, name)]
    return tuple(each for _, each in sorted(zip(places, told, strict=True), key=lambda pair: pair[0]))
