"""Made-up scores: verdicts in few letters."""

from __future__ import annotations

from typesight.evaluation.scoring.field_verdict import FieldVerdict, RecordScore, RowCounts, VerdictKind

LETTERS: dict[str, VerdictKind] = {"r": "right", "w": "wrong", "l": "left_out", "i": "invented"}


def make_score(source: str, rows: RowCounts | None = None, is_failed: bool = False, **fields: str) -> RecordScore:
    """A document's score: a letter for each value of a field, as `total="r", price="rrw"`."""
    verdicts = [
        FieldVerdict(
            f"{field}.{at}",
            field,
            LETTERS[letter],
            exact=letter == "r",
            likeness={"r": 1.0, "w": 0.5}.get(letter, 0.0),
            confidence=None if letter == "l" else 0.9,
        )
        for field, letters in fields.items()
        for at, letter in enumerate(letters)
    ]
    return RecordScore(source, tuple(verdicts), {"items": rows} if rows else {}, is_failed=is_failed)
