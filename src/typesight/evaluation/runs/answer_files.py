"""Reads answers from files: the rows of `typesight extract`, its ledger, or a folder with a JSON for each document."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from os import PathLike
from pathlib import Path, PurePosixPath
from typing import Any

from typesight.errors import LabelError
from typesight.evaluation.labels.label_json import read_json_file, read_json_rows
from typesight.evaluation.runs.document_answer import Box, DocumentAnswer, tell_failure
from typesight.evaluation.scoring.scored_data import list_leaves, write_path
from typesight.many.ledger.ledger_file import is_ledger
from typesight.many.ledger.ledger_view import read_ledger_rows
from typesight.usage import Usage

__all__ = ["match_answers", "read_answers", "read_boxes"]

_RECORDS = ("record", "data", "fields")
_SOURCES = ("source", "image")
_SECONDS = ("seconds", "time_sec")
# What stands beside a record in an answer's file; with any other key the file is the record itself.
_BESIDE = frozenset({
    *_RECORDS, *_SOURCES, *_SECONDS, "status", "error", "message", "errors", "partial", "model", "digest", "usage",
    "cost", "confidence", "evidence", "repairs", "attempts", "score", "num_pages", "meta", "review",
})  # fmt: skip
_TOO_MUCH = 1e300  # infinity, and whole numbers that no float holds
_COUNTS = tuple(Usage().to_dict())


def read_answers(path: str | PathLike[str]) -> Mapping[str, DocumentAnswer]:
    """The answers in a file or a folder, by the names of their documents. Raises LabelError.

    A JSON Lines file has rows as `typesight extract` writes them: `source`, `record` and, if they are there, `error`,
    `usage`, `cost`, `seconds`, `evidence`, and `confidence`, a number by path or one for all values. A folder has
    `ID.json` for the document `ID.jpg`: a record, or an object with it under `record` or `data` beside the others.
    """
    place = Path(path)
    if place.is_dir():
        files = sorted(each for each in place.rglob("*.json") if not each.name.startswith("."))
        rows = [(str(file), {"source": _name_file(place, file), **_wrap(read_json_file(file))}) for file in files]
    elif is_ledger(place):
        rows = [(f"{place}, {row['source']}", row) for row in read_ledger_rows(place, with_attempts=True)]
    else:
        rows = [(at, dict(row)) for at, row in read_json_rows(place)]
    found: dict[str, DocumentAnswer] = {}
    for at, row in rows:
        answer = _read_row(row, at)
        earlier = found.get(answer.source)
        if earlier is not None and earlier.error is None:  # of one that failed, a later row counts
            raise LabelError(f"{at}: {answer.source} has an answer already: leave one out")
        found[answer.source] = answer
    if not found:
        raise LabelError(
            f"{place} has no answers: give the rows of typesight extract, or a folder with ID.json for each"
        )
    return found


def match_answers(answers: Mapping[str, DocumentAnswer], sources: list[str]) -> dict[str, DocumentAnswer]:
    """The answers by the documents that they are to: of the same name, else of the same file name without its suffix.

    A file name counts only if one document and one answer have it.
    """
    stems = _group_by_stem(sources), _group_by_stem(answers)
    found: dict[str, DocumentAnswer] = {}
    for source in sources:
        stem = PurePosixPath(source).stem
        if source in answers:
            found[source] = answers[source]
        elif all(len(each.get(stem, ())) == 1 for each in stems):
            found[source] = answers[stems[1][stem][0]]
    return found


def read_boxes(evidence: Any) -> dict[str, Box]:
    """The places of the values that evidence, as JSON data, has found: page and box by path."""
    if not isinstance(evidence, Mapping):
        return {}
    found: dict[str, Box] = {}
    for path, each in evidence.items():
        box = each.get("box") if isinstance(each, Mapping) else None
        if isinstance(box, list | tuple) and len(box) == 4:
            with suppress(TypeError, ValueError, OverflowError):  # of another tool, which means something else by it
                left, top, right, bottom = map(_read_edge, box)
                found[str(path)] = (int(each.get("image") or 0), left, top, right, bottom)
    return found


def _read_edge(edge: Any) -> float:
    """An edge of a box. Raises TypeError, ValueError or OverflowError for what is none."""
    if not math.isfinite(edge):
        raise ValueError(f"{edge} is no place in a picture")
    return float(edge)


def _group_by_stem(names: Any) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name in names:
        grouped.setdefault(PurePosixPath(name).stem, []).append(name)
    return grouped


def _name_file(folder: Path, file: Path) -> str:
    return file.relative_to(folder).with_suffix("").as_posix()


def _wrap(data: Any) -> dict[str, Any]:
    """The content of an answer's file as a row."""
    is_row = isinstance(data, dict) and data.keys() <= _BESIDE and any(name in data for name in (*_RECORDS, "error"))
    return {name: each for name, each in data.items() if name != "source"} if is_row else {"record": data}


def _read_row(row: Mapping[str, Any], place: str) -> DocumentAnswer:
    source = next((row[name] for name in _SOURCES if isinstance(row.get(name), str)), None)
    if not source:
        raise LabelError(f'{place}: an answer needs the name of its document: "source": "a.jpg"')
    record = next((row[name] for name in _RECORDS if row.get(name) is not None), None)
    error = _read_error(row, record, place)
    attempts = row.get("attempts") if isinstance(row.get("attempts"), list) else []
    return DocumentAnswer(
        source=source,
        record=None if error else record,
        error=error,
        usage=_read_usage(row.get("usage"), place),
        cost=_read_number(row.get("cost"), "cost", place),
        seconds=_read_seconds(row, attempts or [], place),
        attempts=len(attempts or []),
        confidence=_read_confidence(row.get("confidence"), record, place),
        boxes=read_boxes(row.get("evidence")),
    )


def _read_error(row: Mapping[str, Any], record: Any, place: str) -> str | None:
    why = tell_failure(row)
    if why or record is not None:
        return why
    if row.keys().isdisjoint(_RECORDS):
        raise LabelError(f'{place}: it has neither record nor error: give the answer as "record": {{"total": 7}}')
    return "no record"


def _read_usage(given: Any, place: str) -> Usage:
    if given is None:
        return Usage()
    if not isinstance(given, Mapping):
        raise LabelError(f'{place}: usage must be an object such as {{"input": 900, "output": 40}}')
    return Usage(*(int(_read_number(given.get(name), f"usage.{name}", place) or 0) for name in _COUNTS))


def _read_seconds(row: Mapping[str, Any], attempts: list[Any], place: str) -> float | None:
    for name in _SECONDS:
        if row.get(name) is not None:
            return _read_number(row[name], name, place)
    timed = [each.get("seconds") for each in attempts if isinstance(each, Mapping)]
    numbers = [each for each in timed if isinstance(each, int | float)]
    return sum(numbers) if numbers else None


def _read_confidence(given: Any, record: Any, place: str) -> dict[str, float | None]:
    """The confidence by path; one number holds for all values."""
    if given is None:
        return {}
    if isinstance(given, Mapping):
        return {str(path): _read_share(each, place) for path, each in given.items()}
    sure = _read_share(given, place)
    return {write_path(at): sure for at, _, _ in list_leaves(record, (), (), {})}


def _read_share(given: Any, place: str) -> float | None:
    number = _read_number(given, "confidence", place)
    if number is not None and not 0 <= number <= 1:
        raise LabelError(f"{place}: confidence {number} is not between 0 and 1")
    return number


def _read_number(given: Any, name: str, place: str) -> float | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < _TOO_MUCH:
        raise LabelError(f"{place}: {name} must be a number or null, 0 or more")
    return float(given)
