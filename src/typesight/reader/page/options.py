"""An `Option`: a tick and the words it belongs to, in its row or at the head of its grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from typesight.ocr.lines import ON, Line
from typesight.ocr.rows import Row

__all__ = ["Option", "grid", "paired"]

_GRID = 20
"""Rows above a row of ticks in which the head of their grid is looked for."""


@dataclass(frozen=True, slots=True)
class Option:
    """A tick, and line `at` of its row, which says what it stands for (None: nothing does)."""

    tick: Line
    at: int | None

    @property
    def is_on(self) -> bool:
        """Whether it is ticked, chosen or switched on."""
        return self.tick.text == ON


def paired(row: Row, ticks: Sequence[Line]) -> tuple[Option, ...]:
    """The ticks that stand in a row, left to right, each with the text before it or after it.

    All ticks of a row stand on the same side of their words: that on which they stand nearer to them.
    """
    ordered = sorted(ticks, key=lambda tick: tick.box[0])
    before = [_neighbour(row, tick, ordered, -1) for tick in ordered]
    after = [_neighbour(row, tick, ordered, 1) for tick in ordered]
    near_before = [gap for at, gap in before if at is not None]
    near_after = [gap for at, gap in after if at is not None]
    is_after = bool(near_after) and (not near_before or fmean(near_after) <= fmean(near_before))
    return tuple(Option(tick, side[0]) for tick, side in zip(ordered, after if is_after else before, strict=True))


def _neighbour(row: Row, tick: Line, ticks: Sequence[Line], way: int) -> tuple[int | None, float]:
    """The line next to a tick on its left (-1) or right (1), and how far it is; none where another tick is nearer."""

    def gap(box: tuple[int, int, int, int]) -> int:
        return box[0] - tick.box[2] if way > 0 else tick.box[0] - box[2]

    tolerated = -tick.height / 2
    lines = [(gap(line.box), at) for at, line in enumerate(row.lines) if gap(line.box) > tolerated]
    others = [gap(other.box) for other in ticks if other is not tick and gap(other.box) > tolerated]
    if not lines or (others and min(others) < min(lines)[0]):
        return None, 0.0
    nearest, at = min(lines)
    return at, nearest


def grid(rows: Sequence[Row], found: Sequence[Sequence[Option]], at: int) -> tuple[tuple[str, Option], ...]:
    """The ticks of row `at`, each with the word it stands under, if there is one for each in a row above.

    Between the two there is nothing in their columns but other ticks.
    """
    ticks = found[at]
    for row in reversed(rows[max(0, at - _GRID) : at]) if len(ticks) > 1 else ():
        if row.image != rows[at].image:
            break
        heads = [next((line for line in row.lines if _is_under(one.tick, line)), None) for one in ticks]
        if None not in heads and len(set(heads)) == len(ticks):
            return tuple((head.text, one) for head, one in zip(heads, ticks, strict=True) if head)
        if any(head is not None for head in heads):
            break
    return ()


def _is_under(tick: Line, head: Line) -> bool:
    """Whether a tick stands in the middle of a column with this head."""
    middle = (tick.box[0] + tick.box[2]) / 2
    return abs(middle - (head.box[0] + head.box[2]) / 2) <= 0.7 * tick.height and tick.box[1] >= head.middle
