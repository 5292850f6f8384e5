"""Beneath: what stands just below a line of a page, and how the two compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from typesight.ocr.lines import Line, measure_overlap
from typesight.ocr.rows import Row

__all__ = [
    "REACH",
    "WIDE",
    "WRAPPED",
    "beneath",
    "is_aligned",
    "is_long",
    "is_narrower",
    "is_smaller",
    "nearness",
    "shares",
]

SMALLER, NARROWER = 0.87, 0.75
"""Height, and width of a letter, of a line in those of another, up to which it counts as printed smaller."""

REACH = 2.6
"""Distance from middle to middle, in heights of the higher one, within which a line stands below another."""

WIDE, WRAPPED = 0.7, 1.0
"""How far right a text must reach, as a share of the page's print, to go on in a line so many heights below."""


def beneath(rows: Sequence[Row], at: int, line: Line, ticks: Sequence[Sequence[Line]] = ()) -> Line | None:
    """The line, or the tick, that stands just below one of row `at`: begins or ends where it does, or is centred."""
    for below in range(at + 1, min(at + 3, len(rows))):
        row = rows[below]
        if row.image != line.image:
            return None
        near = [
            one
            for one in (*row.lines, *(ticks[below] if ticks else ()))
            if one.middle - line.middle <= REACH * max(line.height, one.height)
            and one.box[1] > line.middle
            and (is_aligned(line, one) or _is_centred(line, one) or _ends_alike(line, one))
        ]
        if near:
            return min(near, key=lambda one: abs(one.box[0] - line.box[0]))
        if any(shares(line, one) > 0 for one in row.lines):
            return None
    return None


def is_aligned(label: Line, value: Line) -> bool:
    """Whether a line begins where a line above it begins."""
    return abs(label.box[0] - value.box[0]) <= 0.7 * max(label.height, value.height)


def _is_centred(label: Line, value: Line) -> bool:
    return abs(sum(label.box[::2]) - sum(value.box[::2])) <= 0.6 * max(label.height, value.height)


def _ends_alike(label: Line, value: Line) -> bool:
    """Whether a number ends where a line above it ends."""
    is_number = any(map(str.isdigit, value.text)) and not any(map(str.isalpha, value.text))
    return is_number and abs(label.box[2] - value.box[2]) <= 0.5 * max(label.height, value.height)


def shares(one: Line, other: Line) -> float:
    """How much of its width a line shares with another, above or below it."""
    return measure_overlap((one.box[0], one.box[2]), (other.box[0], other.box[2]))


def is_smaller(label: Line, value: Line) -> bool:
    """Whether a line is printed smaller than another, by its height or by how wide its letters are."""
    return label.height <= SMALLER * value.height or (label.height <= 1.02 * value.height and is_narrower(label, value))


def is_narrower(label: Line, value: Line) -> bool:
    """Whether the letters of a line are clearly narrower than those of another, which are enough to tell."""
    wide, wider = ((one.box[2] - one.box[0]) / max(1, len(one.text)) for one in (label, value))
    return len(value.text) > 2 and wide <= NARROWER * wider


def nearness(rows: Sequence[Row], at: int, line: Line, under: Line) -> tuple[float, Line | None]:
    """The distance of a line to the one under it, in distances to what comes next in their column; and what that is.

    What stands above the line may be as near: it is a heading then. Only where nothing comes next it counts.
    """
    apart = under.middle - line.middle
    column = list(_column(rows[max(0, at - 3) : at + 6], line, under))
    last = under
    for one in column:
        if _goes_on(rows, last, one):
            last = one
    following = min((one for one in column if one.middle > last.middle), key=lambda one: one.middle, default=None)
    before = min((line.middle - one.middle for one in column if one.middle < line.middle), default=None)
    if following is None:
        return (apart / max(1.0, before) if before is not None else 0.0), None
    above = apart / max(1.0, 1.2 * before) if before is not None else 0.0
    return max(apart / max(1.0, following.middle - last.middle), above), following


def is_long(rows: Sequence[Row], line: Line) -> bool:
    """Whether a text reaches so far right that it may go on in the next line."""
    return line.box[2] >= WIDE * max(row.box[2] for row in rows)


def _goes_on(rows: Sequence[Row], last: Line, one: Line) -> bool:
    """Whether a line goes on with a text that is long enough to wrap."""
    near = one.middle > last.middle and one.box[1] - last.box[3] <= WRAPPED * last.height and not is_narrower(one, last)
    return near and is_long(rows, last) and is_aligned(last, one)


def _column(rows: Sequence[Row], line: Line, under: Line) -> Iterator[Line]:
    span = min(line.box[0], under.box[0]), max(line.box[2], under.box[2])
    for row in rows:
        if row.image == line.image:
            for one in row.lines:
                if one not in (line, under) and measure_overlap(span, (one.box[0], one.box[2])) > 0:
                    yield one
