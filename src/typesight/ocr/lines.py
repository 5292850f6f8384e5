"""A `Line`: one piece of printed text and its box in the picture."""

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
    """A piece of text as an OCR engine found it.

    `score` is the engine's confidence, 0 to 1. `image` is the index of the picture among those of one record.
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
        """The y of the box's centre, in pixels."""
        return (self.box[1] + self.box[3]) / 2


def is_tick(line: Line) -> bool:
    """Whether a line is a tick instead of text."""
    return line.text in {ON, OFF}


def overlap(first: Sequence[int], second: Sequence[int]) -> float:
    """The share (0 to 1) of the shorter of two (start, end) spans that lies within the other."""
    shorter = max(1, min(first[1] - first[0], second[1] - second[0]))
    return max(0, min(first[1], second[1]) - max(first[0], second[0])) / shorter


def stretched(line: Line, factors: tuple[float, float]) -> Line:
    """Scale a line's box by factors of width and height."""
    across, down = factors
    left, top, right, bottom = line.box
    return replace(line, box=(round(left * across), round(top * down), round(right * across), round(bottom * down)))


def around(lines: Sequence[Line]) -> Box:
    """The smallest box around all of these lines (at least one)."""
    boxes = [line.box for line in lines]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
