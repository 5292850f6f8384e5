"""Join letters that are printed one by one in the boxes of a comb field into words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import fmean, median

from typesight.ocr.lines import Line, enclose_lines
from typesight.ocr.rows import group_rows

__all__ = ["join_combs"]

_MIN_LETTERS = 3
"""Least number of letters in a comb."""

_MAX_PITCH = 2.0
"""Largest distance from letter to letter within a word, in letter heights."""

_PITCH_TOLERANCE = 0.18
"""How far a distance from letter to letter may differ from the usual one, as a share of it; per box left empty, too."""

_WORD_GAP = 2.6
"""Distance from which two words are two texts, in distances from letter to letter: one empty box is a space."""


def join_combs(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Join single letters at even distances into one line; other lines stay. An empty box or a gap is a space."""
    given = tuple(lines)
    joined = {part: line for row in group_rows(given) for parts, line in _find_combs(row.lines) for part in parts}
    return tuple(dict.fromkeys(joined.get(line, line) for line in given))


def _find_combs(row: Sequence[Line]) -> Iterator[tuple[tuple[Line, ...], Line]]:
    """The runs of single letters in a row, each with the joined line."""
    run: list[Line] = []
    for line in (*row, None):
        if line is not None and len(line.text) <= 2 and line.text.isalnum() and (not run or _is_near(run[-1], line)):
            run.append(line)
            continue
        if len(run) >= _MIN_LETTERS and _is_even(run):
            yield from ((part, _join_letters(part, _measure_pitch(run))) for part in _split_run(run) if len(part) > 1)
        run = [line] if line is not None and len(line.text) <= 2 and line.text.isalnum() else []


def _split_run(run: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Split a run where the gap is wider than between two words."""
    pitch, first = _measure_pitch(run), 0
    for at in range(1, len(run) + 1):
        if at == len(run) or _find_middle(run[at]) - _find_middle(run[at - 1]) > _WORD_GAP * pitch:
            yield tuple(run[first:at])
            first = at


def _is_near(one: Line, other: Line) -> bool:
    return _find_middle(other) - _find_middle(one) <= 8 * max(one.height, other.height)


def _find_middle(line: Line) -> float:
    return (line.box[0] + line.box[2]) / 2


def _measure_pitch(run: Sequence[Line]) -> float:
    """The usual distance from one letter to the next, in pixels."""
    return median(_find_middle(right) - _find_middle(left) for left, right in pairwise(run))


def _is_even(run: Sequence[Line]) -> bool:
    """Whether most letters are one box apart, and the boxes are no wider than letters need."""
    pitch = _measure_pitch(run)
    steps = [(_find_middle(right) - _find_middle(left)) / pitch for left, right in pairwise(run)]
    if pitch > _MAX_PITCH * max(line.height for line in run):
        return False
    return 2 * sum(abs(step - 1) <= _PITCH_TOLERANCE for step in steps) >= len(steps)


def _join_letters(run: Sequence[Line], pitch: float) -> Line:
    text = run[0].text
    for left, right in pairwise(run):
        text += (
            " " if _find_middle(right) - _find_middle(left) > (1 + 1.5 * _PITCH_TOLERANCE) * pitch else ""
        ) + right.text
    told = " ".join(_fix_zeros(word) for word in text.split())
    return Line(told, fmean(line.score for line in run), enclose_lines(run), run[0].image)


def _fix_zeros(word: str) -> str:
    """Read 0 as O in a word of letters, and O as 0 in a number: a single O and 0 look the same."""
    letters = sum(char.isalpha() and char not in "Oo" for char in word)
    digits = sum(char.isdigit() and char != "0" for char in word)
    return word.replace("0", "O") if letters > digits else word.replace("O", "0") if digits > letters else word
