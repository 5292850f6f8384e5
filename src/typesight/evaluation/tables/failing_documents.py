"""The documents that are not right, worst first: where each picture is, and what is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from typesight.evaluation.scoring.field_verdict import FieldVerdict
from typesight.evaluation.setting_result import DocumentResult
from typesight.evaluation.tables.spelled_numbers import spell_count
from typesight.evaluation.tables.text_table import cut_middle
from typesight.outputs.json_text import format_json
from typesight.text.escapes import escape_unprintable

__all__ = ["find_failing", "spell_value", "tell_failing"]

_MOST_VALUES = 8  # of one document; the JSON has all
_SAYS = {
    "wrong": "{value} instead of {label}",
    "left_out": "left out, it is {label}",
    "invented": "invented, {value}",
}
_LONGEST_VALUE = 60  # letters of a value that are shown
_LONGEST_ERROR = 120


def find_failing(documents: Sequence[DocumentResult]) -> list[DocumentResult]:
    """The documents that are not wholly right: those without an answer first, then by score and name."""
    wrong = [each for each in documents if not each.score.is_right]
    return sorted(wrong, key=lambda each: (not each.score.is_failed, each.score.score, each.source))


def tell_failing(documents: Sequence[DocumentResult], folder: str | None, limit: int, width: int) -> Iterator[str]:
    """Lines about the worst documents, at most `limit` of them, and how many more there are."""
    failing = find_failing(documents)
    for each in failing[:limit]:
        name = each.source if folder is None else str(Path(folder, each.source))
        yield f"{escape_unprintable(name)}: {_sum_up(each)}"
        yield from (f"  {line}" for line in _tell_values(each, width - 2))
    left = len(failing) - limit
    if left > 0 and limit:
        yield f"and {spell_count(left, 'more document')} not wholly right"


def spell_value(value: Any) -> str:
    """A value as JSON, its middle cut out if it is long."""
    return cut_middle(format_json(value), _LONGEST_VALUE)


def _sum_up(result: DocumentResult) -> str:
    if result.score.is_failed:
        why = escape_unprintable(" ".join((result.answer.error or "there is no answer").split()))
        return f"failed, {cut_middle(why, _LONGEST_ERROR)}"
    return f"{result.score.right:,} of {spell_count(len(result.score.verdicts), 'value')} right"


def _tell_values(result: DocumentResult, width: int) -> Iterator[str]:
    """A line for each value or row that is not right; none for a document without an answer, where all is left out."""
    wrong = [] if result.score.is_failed else [each for each in result.score.verdicts if not each.is_right]
    groups = [list(group) for _, group in groupby(wrong, _find_row)]
    for first, *others in groups[:_MOST_VALUES]:
        if first.in_missing_row:
            yield _tell_row([first, *others], width)
        else:
            said = _SAYS[first.kind].format(value=spell_value(first.value), label=spell_value(first.label))
            yield f"{_name(first.path, width)}: {said}{_tell_place(result, first)}"
    if len(groups) > _MOST_VALUES:
        yield f"and {len(groups) - _MOST_VALUES:,} more"


def _find_row(verdict: FieldVerdict) -> tuple[str, str]:
    """What is told in one line: a row that only the label or the answer has, else the value by itself."""
    row = re.match(r"(.*\.\d+|\d+)(\.|$)", verdict.path) if verdict.in_missing_row else None
    return verdict.kind, row[1] if row else verdict.path


def _tell_row(verdicts: Sequence[FieldVerdict], width: int) -> str:
    """A row that was omitted or invented, with its values."""
    kind, path = _find_row(verdicts[0])
    is_invented = kind == "invented"
    values = (
        f"{escape_unprintable(each.path[len(path) + 1 :])} {spell_value(each.value if is_invented else each.label)}"
        for each in verdicts
    )
    said = "row invented" if is_invented else "row omitted"
    return f"{_name(path, width)}: {said}, {cut_middle(', '.join(values).strip(), width)}"


def _name(path: str, width: int) -> str:
    return cut_middle(escape_unprintable(path), width // 2)


def _tell_place(result: DocumentResult, verdict: FieldVerdict) -> str:
    """Where the answer's value is in the picture, if that is known."""
    box = result.answer.boxes.get(verdict.answer_path or verdict.path)
    if box is None:
        return ""
    left, top, right, bottom = (round(each) for each in box[1:])
    return f" (page {box[0] + 1}, box {left} {top} {right} {bottom})"
