"""Evaluation: what the local reader and its evidence are worth on a folder of pictures with labels.

    python -m typesight.reader.evaluate FOLDER [--limit N] [--engine tesseract]

The labels are as for `typesight eval`, each an object of values by name: dates and amounts may be as printed, null is
for what is not printed. What kind each field is of is told by its values.
Answers are scored as `typesight.evaluation` scores them: strings to the letter (strict) and by letters and digits
(normalised), dates and amounts as values.

A command of its own, which stands above all that it uses: nothing imports it.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from typesight.errors import LabelError, TypesightError
from typesight.evaluation.labels.label_files import read_labels
from typesight.evaluation.labels.labelled_document import LabelledDocument
from typesight.evaluation.scoring.field_kinds import FieldKinds, ValueKind, read_kinds
from typesight.evaluation.scoring.field_verdict import RecordScore
from typesight.evaluation.scoring.record_scoring import score_record
from typesight.evaluation.scoring.value_readings import READERS
from typesight.evaluation.statistics.confidence_pairs import gather_confidence
from typesight.evaluation.statistics.coverage import PRECISION, find_coverage
from typesight.evaluation.statistics.field_summary import FieldSummary, summarise_fields, summarise_values
from typesight.evidence.ground import ground
from typesight.ocr.engine import OcrEngine
from typesight.ocr.lines import Line
from typesight.ocr.rapidocr_engine import RapidOcr
from typesight.ocr.tesseract_engine import Tesseract
from typesight.reader import read as read_document
from typesight.reader.candidate import Candidate
from typesight.reader.candidates import SURE, candidates
from typesight.text.dates import find_dates
from typesight.text.letters import fold_alphanumeric

__all__ = ["EvidenceCheck", "LabelSet", "ReadPicture", "main", "read_label_set", "read_pictures", "write_table"]

_SCHEMAS: Mapping[ValueKind, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "number": {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}]},
    "boolean": {"type": "boolean"},
}
_WRITERS: Mapping[ValueKind, Callable[[Any], str]] = {
    "date": datetime.date.isoformat,
    "number": lambda value: format(value, "f"),
}
_ACCEPTED = frozenset({"found", "similar"})
_ENGINES: dict[str, type[OcrEngine]] = {"rapidocr": RapidOcr, "tesseract": Tesseract}
_SEED = 1
_OTHERS = 5  # values of other pictures that are tried as corrupted texts
_DAY_DIGITS = 4  # of an ISO date, from its end: month and day
_HEADS = ("field", "n", "strict", "normalised", "wrong", "abstained", "true accepted", "false accepted")


@dataclass(frozen=True, slots=True)
class LabelSet:
    """The labels of a folder as JSON data, the kinds of their fields, and the JSON Schema that is read by."""

    labels: tuple[Mapping[str, Any], ...]
    kinds: FieldKinds
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EvidenceCheck:
    """Whether the evidence accepts a field's right value as printed, and each of some corrupted ones."""

    field: str
    right: bool
    corrupted: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class ReadPicture:
    """One picture: the score of what was read in it, and what its evidence accepts."""

    score: RecordScore
    evidence: tuple[EvidenceCheck, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation and print its table; the exit code is returned."""
    parser = argparse.ArgumentParser(prog="python -m typesight.reader.evaluate", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder of pictures with labels.jsonl, or a JSON file beside each")
    parser.add_argument("--limit", type=int, help="only so many pictures")
    parser.add_argument("--engine", choices=_ENGINES, default="rapidocr", help="what reads the pictures")
    given = parser.parse_args(arguments)
    try:
        found = list(read_pictures(read_labels(given.folder)[: given.limit], _ENGINES[given.engine]()))
    except (OSError, ValueError, TypesightError) as error:
        print(f"cannot evaluate {given.folder}: {error}", file=sys.stderr)
        return 2
    print(write_table(found))
    return 0


def read_label_set(given: Sequence[Mapping[str, Any]]) -> LabelSet:
    """The labels as JSON has them, dates and amounts too."""
    kinds = read_kinds(None, given)
    labels = tuple({name: _write_value(value, kinds.find_kind(name)) for name, value in each.items()} for each in given)
    names = dict.fromkeys(name for label in labels for name in label)
    properties = {name: _SCHEMAS[kinds.find_kind(name)] for name in names}
    return LabelSet(labels, kinds, {"type": "object", "properties": properties})


def _write_value(value: Any, kind: ValueKind) -> Any:
    """A label as JSON data."""
    reading = READERS[kind](value)[0] if kind in _WRITERS else None
    return value if reading is None else _WRITERS[kind](reading)


def read_pictures(documents: Sequence[LabelledDocument], engine: OcrEngine | None = None) -> Iterator[ReadPicture]:
    """Every labelled picture, read and held against its label. Raises ImageError, LabelError, MissingExtra."""
    for each in documents:
        if not isinstance(each.label, Mapping):
            raise LabelError(f"{each.source}: the label must be an object of values by name")
    known, chance = read_label_set([each.label for each in documents]), Random(_SEED)
    for number, (document, label) in enumerate(zip(documents, known.labels, strict=True), start=1):
        print(f"\r{number}/{len(documents)} pictures", end="", file=sys.stderr, flush=True)
        lines = read_document(document.document, engine=engine)
        score = _score_reading(document.source, label, candidates(lines, known.schema), known.kinds)
        yield ReadPicture(score, tuple(_check_evidence(label, known, lines, chance)))
    print(file=sys.stderr)


def _score_reading(
    source: str, label: Mapping[str, Any], found: Mapping[str, Sequence[Candidate]], kinds: FieldKinds
) -> RecordScore:
    """The score of the candidates that the reader is sure enough of; how sure is their confidence."""
    best = {name: ordered[0] for name, ordered in found.items() if ordered and ordered[0].score >= SURE}
    record = {name: candidate.value for name, candidate in best.items()}
    sure = {name: candidate.score for name, candidate in best.items()}
    return score_record(source, label, record, kinds, confidence=sure)


def _check_evidence(
    label: Mapping[str, Any], known: LabelSet, lines: Sequence[Line], chance: Random
) -> Iterator[EvidenceCheck]:
    for name, value in label.items():
        if isinstance(value, str) and value:
            others = [other[name] for other in known.labels if other.get(name) not in (None, "", value)]
            corrupted = _corrupt(value, known.kinds.find_kind(name), others, chance)
            accepted = [
                ground({name: each}, known.schema, lines)[name].status in _ACCEPTED for each in (value, *corrupted)
            ]
            yield EvidenceCheck(name, accepted[0], tuple(accepted[1:]))


def _corrupt(value: str, kind: ValueKind, others: Sequence[Any], chance: Random) -> list[str]:
    """Wrong values that are like a right one: a digit of an amount or of a day changed, a name of another picture."""
    if kind == "text":
        drawn = chance.sample([str(other) for other in others], min(_OTHERS, len(others)))
        return [other for other in drawn if fold_alphanumeric(other) != fold_alphanumeric(value)]
    places = [at for at, char in enumerate(value) if char.isdigit()]
    made = (
        value[:at] + chance.choice([digit for digit in "0123456789" if digit != value[at]]) + value[at + 1 :]
        for at in (places if kind == "number" else places[-_DAY_DIGITS:])
    )
    return [each for each in made if kind == "number" or find_dates(each)]


def write_table(found: Sequence[ReadPicture]) -> str:
    """The evaluation as a table, a row for each field and one for all, and what is answered at 99 % precision."""
    scores = [picture.score for picture in found]
    checks = [check for picture in found for check in picture.evidence]
    groups = [(each, [check for check in checks if check.field == each.field]) for each in summarise_fields(scores)]
    every = summarise_values(scores)
    written = [_HEADS, *(_write_row(summary, group) for summary, group in [*groups, (every, checks)])]
    widths = [max(map(len, column)) for column in zip(*written, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in written)
    covered = [(summary.field, _find_covered(scores, summary.field)) for summary, _ in groups]
    covered.append((every.field, _find_covered(scores, None)))
    told = [f"answered at {PRECISION:.0%} precision: {share:.1%} of {name}" for name, share in covered]
    return "\n".join([*(line.rstrip() for line in lines), "", *told])


def _write_row(summary: FieldSummary, checks: Sequence[EvidenceCheck]) -> tuple[str, ...]:
    count, corrupted = max(1, summary.values), [each for check in checks for each in check.corrupted]
    shares = (
        summary.exact or 0.0,
        summary.accuracy or 0.0,
        summary.answered_and_wrong or 0.0,
        summary.left_out / count,
        sum(check.right for check in checks) / max(1, len(checks)),
        sum(corrupted) / max(1, len(corrupted)),
    )
    return (summary.field, str(summary.values), *(f"{share:.1%}" for share in shares))


def _find_covered(scores: Sequence[RecordScore], field: str | None) -> float:
    confidence = gather_confidence(scores, field)
    return find_coverage(confidence.pairs, confidence.unranked).share


if __name__ == "__main__":
    sys.exit(main())
