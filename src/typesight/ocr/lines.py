"""A `Line`: one piece of printed text, and where it stands in the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

__all__ = ["OFF", "ON", "Box", "Line", "around", "is_tick", "overlap", "stretched"]

ON, OFF = "☑", "☐"
"""The text of a line that is a tick: a check box, a radio button or a switch."""

Box = tuple[int, int, int, int]
"""(left, top, right, bottom) in pixels of the upright original; right and bottom are exclusive."""


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text as an OCR engine found it.

    `score` is the engine's confidence, 0 to 1. `image` is the index of the picture among those that make one record.
    """

    text: str
    score: float
    box: Box
    image: int = 0

    @property
    def height(self) -> int:
        """Height of the box in pixels, at least 1."""
        return max(1, self.box[3] - self.box[1])

    @property
    def middle(self) -> float:
        """The y of the box's horizontal axis, in pixels."""
        return (self.box[1] + self.box[3]) / 2


def is_tick(line: Line) -> bool:
    """Whether a line is a tick and not text."""
    return line.text in {ON, OFF}


def overlap(first: Sequence[int], second: Sequence[int]) -> float:
    """How much of the shorter span lies within the other: 0 to 1, for (start, end) pairs."""
    shorter = max(1, min(first[1] - first[0], second[1] - second[0]))
    return max(0, min(first[1], second[1]) - max(first[0], second[0])) / shorter


def stretched(line: Line, factors: tuple[float, float]) -> Line:
    """A line in pixels of a picture that is so many times as wide and as high."""
    across, down = factors
    left, top, right, bottom = line.box
    return replace(line, box=(round(left * across), round(top * down), round(right * across), round(bottom * down)))


def around(lines: Sequence[Line]) -> Box:
    """The smallest box that holds all of these lines (at least one)."""
    boxes = [line.box for line in lines]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
