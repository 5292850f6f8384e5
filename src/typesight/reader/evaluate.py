"""Evaluation: what the local reader and its evidence are worth on a folder of pictures with labels.

    python -m typesight.reader.evaluate FOLDER [--limit N] [--engine tesseract]

`FOLDER/labels.jsonl` has one object a line: `image`, a path within the folder, and `fields`, the right values by name;
dates and amounts may be as printed. What kind each field is of is told by its values. Strings are compared as they are
(strict) and by letters and digits (normalised), dates and amounts as values.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from typesight.errors import TypesightError
from typesight.evidence.ground import ground
from typesight.ocr.engine import OcrEngine
from typesight.ocr.lines import Line
from typesight.ocr.rapidocr_engine import RapidOcr
from typesight.ocr.tesseract_engine import Tesseract
from typesight.reader import read as read_document
from typesight.reader.candidates import candidates
from typesight.reader.filler import SURE
from typesight.text.amounts import find_amounts
from typesight.text.dates import find_dates
from typesight.text.letters import fold_alphanumeric

__all__ = ["Answer", "answers", "main", "schema_of", "table"]

_SCHEMAS: dict[str, dict[str, Any]] = {
    "date": {"type": "string", "format": "date"},
    "amount": {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}]},
    "text": {"type": "string"},
}
_ACCEPTED = frozenset({"found", "similar"})
_ENGINES: dict[str, type[OcrEngine]] = {"rapidocr": RapidOcr, "tesseract": Tesseract}
_PRECISE = 0.99
_SEED = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """One field of one picture: what is right, what was read and how surely, and what the evidence says.

    `true` and `false` tell whether the right value and corrupted ones were accepted as printed.
    """

    field: str
    right: str
    read: str | None
    score: float
    strict: bool
    normalised: bool
    true: bool
    false: tuple[bool, ...]

    @property
    def answered(self) -> bool:
        """Whether the reader was sure enough to answer."""
        return self.read is not None and self.score >= SURE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation and print its table; the exit code is returned."""
    parser = argparse.ArgumentParser(prog="python -m typesight.reader.evaluate", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder with labels.jsonl and the pictures it names")
    parser.add_argument("--limit", type=int, help="only so many pictures")
    parser.add_argument("--engine", choices=_ENGINES, default="rapidocr", help="what reads the pictures")
    given = parser.parse_args(arguments)
    try:
        rows = [json.loads(line) for line in (given.folder / "labels.jsonl").read_text("utf-8").splitlines() if line]
        found = list(answers(given.folder, rows[: given.limit], _ENGINES[given.engine]()))
    except (OSError, ValueError, KeyError, TypesightError) as error:
        print(f"cannot evaluate {given.folder}: {error}", file=sys.stderr)
        return 2
    print(table(found))
    return 0


def schema_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The JSON Schema of labels: a field is a date or an amount if all its values are."""
    names = dict.fromkeys(name for row in rows for name in row["fields"])
    values = {name: [str(row["fields"][name]) for row in rows if row["fields"].get(name)] for name in names}
    return {"type": "object", "properties": {name: _SCHEMAS[_kind(values[name])] for name in names}}


def _kind(values: Sequence[str]) -> str:
    if values and all(len({date.value for date in find_dates(value)}) == 1 for value in values):
        return "date"
    if values and all(len(find_amounts(value)) == 1 and sum(char.isalpha() for char in value) <= 3 for value in values):
        return "amount"
    return "text"


def answers(folder: Path, rows: Sequence[Mapping[str, Any]], engine: OcrEngine | None = None) -> Iterator[Answer]:
    """Every labelled field of every picture, read and held against its label. Raises ImageError, MissingExtra."""
    schema, chance = schema_of(rows), Random(_SEED)
    for number, row in enumerate(rows, start=1):
        print(f"\r{number}/{len(rows)} pictures", end="", file=sys.stderr, flush=True)
        lines = read_document(folder / row["image"], engine=engine)
        found = candidates(lines, schema)
        for name, right in row["fields"].items():
            if right:
                kind = _kind_of(schema, name)
                others = [
                    str(other["fields"][name]) for other in rows if other["fields"].get(name) not in {None, right}
                ]
                best = found[name][0] if found[name] else None
                read = None if best is None else str(best.value)
                value = _value(str(right), kind)
                false = _corrupted(value, kind, others, chance)
                yield Answer(
                    name,
                    str(right),
                    read,
                    best.score if best else 0.0,
                    strict=read is not None and (read == str(right) if kind == "text" else _same(read, value, kind)),
                    normalised=read is not None and _same(read, value, kind),
                    true=_accepted(name, value, schema, lines),
                    false=tuple(_accepted(name, each, schema, lines) for each in false),
                )
    print(file=sys.stderr)


def _kind_of(schema: Mapping[str, Any], name: str) -> str:
    return next(kind for kind, each in _SCHEMAS.items() if each == schema["properties"][name])


def _value(label: str, kind: str) -> str:
    """A label as JSON data."""
    if kind == "date":
        return find_dates(label)[0].value.isoformat()
    return format(find_amounts(label)[0].value, "f") if kind == "amount" else label


def _same(read: str, value: str, kind: str) -> bool:
    return Decimal(read) == Decimal(value) if kind == "amount" else fold_alphanumeric(read) == fold_alphanumeric(value)


def _corrupted(value: str, kind: str, others: Sequence[str], chance: Random) -> list[str]:
    """Wrong values that are like a right one: a digit of an amount or of a day changed, a name of another picture."""
    if kind == "text":
        return [
            other
            for other in chance.sample(others, min(5, len(others)))
            if fold_alphanumeric(other) != fold_alphanumeric(value)
        ]
    places = [at for at, char in enumerate(value) if char.isdigit()]
    made = (
        value[:at] + chance.choice([digit for digit in "0123456789" if digit != value[at]]) + value[at + 1 :]
        for at in (places if kind == "amount" else places[-4:])
    )
    return [each for each in made if kind == "amount" or find_dates(each)]


def _accepted(name: str, value: str, schema: Mapping[str, Any], lines: Sequence[Line]) -> bool:
    return ground({name: value}, schema, lines)[name].status in _ACCEPTED


def table(found: Sequence[Answer]) -> str:
    """The evaluation as a table, a row for each field and one for all, and what is answered at 99 % precision."""
    fields = list(dict.fromkeys(answer.field for answer in found))
    rows = [(field, [answer for answer in found if answer.field == field]) for field in fields]
    groups = [*rows, ("all", list(found))]
    heads = "field", "n", "strict", "normalised", "wrong", "abstained", "true accepted", "false accepted"
    written = [_written(name, group) for name, group in groups]
    widths = [max(len(row[at]) for row in (heads, *written)) for at in range(len(heads))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (heads, *written))
    covered = [f"answered at {_PRECISE:.0%} precision: {_covered(group):.1%} of {name}" for name, group in groups]
    return "\n".join([*(line.rstrip() for line in lines), "", *covered])


def _written(name: str, group: Sequence[Answer]) -> tuple[str, ...]:
    count = max(1, len(group))
    false = [each for answer in group for each in answer.false]
    shares = (
        sum(answer.answered and answer.strict for answer in group) / count,
        sum(answer.answered and answer.normalised for answer in group) / count,
        sum(answer.answered and not answer.normalised for answer in group) / count,
        sum(not answer.answered for answer in group) / count,
        sum(answer.true for answer in group) / count,
        sum(false) / max(1, len(false)),
    )
    return (name, str(len(group)), *(f"{share:.1%}" for share in shares))


def _covered(group: Sequence[Answer]) -> float:
    """The share of fields that are answered where only what is as sure as that is: at 99 % of them right."""
    ordered = sorted(group, key=lambda answer: -answer.score)
    best = right = 0
    for count, answer in enumerate(ordered, start=1):
        right += answer.normalised
        ends = count == len(ordered) or ordered[count].score < answer.score
        if ends and right >= _PRECISE * count and answer.read is not None:
            best = count
    return best / max(1, len(ordered))


if __name__ == "__main__":
    sys.exit(main())
