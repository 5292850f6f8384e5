"""The JSON of an evaluation's settings: the answers, the verdicts on them, and a summary for other programs.

The summary is not read again: it follows from the verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar, get_args

from typesight.evaluation.runs.document_answer import Box, DocumentAnswer
from typesight.evaluation.runs.setting import Setting
from typesight.evaluation.scoring.field_verdict import FieldVerdict, RecordScore, RowCounts, VerdictKind
from typesight.evaluation.setting_result import DocumentResult, SettingResult
from typesight.usage import Usage

__all__ = ["read_setting", "summarise_setting", "write_options", "write_setting"]

T = TypeVar("T")


def summarise_setting(result: SettingResult) -> dict[str, Any]:
    """What the tables show of a setting, as JSON data."""
    return {
        "documents": asdict(result.summary),
        "values": asdict(result.values),
        "fields": [asdict(each) for each in result.fields],
        "rows": {path: asdict(each) for path, each in result.rows.items()},
        "extra": dict(result.extra),
        "cost": result.cost,
        "cost_per_document": result.cost_per_document,
        "tokens_per_document": result.tokens_per_document,
        "seconds_per_document": result.seconds_per_document,
        "calibration": None if result.calibration is None else asdict(result.calibration),
        "coverage": None if result.coverage is None else asdict(result.coverage),
    }


def write_setting(result: SettingResult) -> dict[str, Any]:
    """A setting and all its documents, as JSON data that `read_setting` reads."""
    return {
        "name": result.name,
        "model": result.setting.model,
        "options": write_options(result.setting.options),
        "is_whole": result.is_whole,
        "error": result.error,
        "summary": summarise_setting(result),
        "documents": [_write_document(each) for each in result.documents],
    }


def read_setting(data: Mapping[str, Any]) -> SettingResult:
    """A setting from its JSON data. Raises LookupError, AttributeError, TypeError or ValueError for other data."""
    return SettingResult(
        setting=Setting(_expect(str, data["model"]), dict(data["options"])),
        documents=tuple(_read_document(each) for each in data["documents"]),
        is_whole=_expect(bool, data["is_whole"]),
        error=data["error"],
    )


def write_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options as JSON data; a value that is none, such as a Budget, as the setting's name has it."""
    return {
        name: each if each is None or isinstance(each, bool | int | float | str) else str(each)
        for name, each in options.items()
    }


def _write_document(result: DocumentResult) -> dict[str, Any]:
    answer, score = result.answer, result.score
    return {
        "source": score.source,
        "is_right": score.is_right,
        "score": score.score,
        "docubench": score.docubench,
        "extra": dict(result.extra),
        "is_failed": score.is_failed,
        "error": answer.error,
        "record": answer.record,
        "usage": answer.usage.to_dict(),
        "cost": answer.cost,
        "seconds": answer.seconds,
        "attempts": answer.attempts,
        "confidence": dict(answer.confidence),
        "boxes": {path: list(box) for path, box in answer.boxes.items()},
        "rows": {path: asdict(each) for path, each in score.rows.items()},
        "verdicts": [_write_verdict(each) for each in score.verdicts],
    }


def _read_document(data: Mapping[str, Any]) -> DocumentResult:
    source = _expect(str, data["source"])
    answer = DocumentAnswer(
        source,
        record=data["record"],
        error=data["error"],
        usage=Usage(**data["usage"]),
        cost=_read_number(data["cost"]),
        seconds=_read_number(data["seconds"]),
        attempts=_expect(int, data["attempts"]),
        confidence={path: _read_number(each) for path, each in data["confidence"].items()},
        boxes={path: _read_box(*each) for path, each in data["boxes"].items()},
    )
    score = RecordScore(
        source,
        tuple(_read_verdict(each) for each in data["verdicts"]),
        rows={path: RowCounts(**each) for path, each in data["rows"].items()},
        is_failed=_expect(bool, data["is_failed"]),
        docubench=float(data["docubench"]),
    )
    return DocumentResult(answer, score, {name: float(each) for name, each in data["extra"].items()})


def _write_verdict(verdict: FieldVerdict) -> dict[str, Any]:
    """A verdict, without what is as in most verdicts."""
    values = {each.name: getattr(verdict, each.name) for each in fields(verdict)}
    return {each.name: values[each.name] for each in fields(verdict) if values[each.name] != each.default}


def _read_verdict(data: Mapping[str, Any]) -> FieldVerdict:
    if data["kind"] not in get_args(VerdictKind):
        raise ValueError(f"{data['kind']!r} is no kind of verdict")
    return FieldVerdict(**data)


def _read_number(value: Any) -> float | None:
    return None if value is None else float(value)


def _read_box(page: int, left: float, top: float, right: float, bottom: float) -> Box:
    return page, left, top, right, bottom


def _expect(kind: type[T], value: Any) -> T:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r:.40} is no {kind.__name__}")
    return value
