"""Charges: rows that name a fee of the schema in another word for it: `Express service` is the express fee."""

from __future__ import annotations

from collections.abc import Iterator

from typesight.reader.candidate import Candidate
from typesight.reader.fields import Field
from typesight.reader.page.sheet import Sheet
from typesight.reader.values.values import spelled
from typesight.text.amounts import find_amounts
from typesight.text.letters import split_words

__all__ = ["charges"]

_CHARGE = frozenset(
    split_words(
        "fee fees charge charges surcharge service supplement levy cost costs zuschlag gebuhr pauschale frais taxe "
        "supplemento recargo toeslag"
    )
)


def charges(sheet: Sheet, field: Field) -> Iterator[Candidate]:
    """The amounts of rows that consist of what a fee is for, another word for a fee, and the amount."""
    name = set(field.wordings[0][1]) if field.wordings else set()
    what = name - _CHARGE
    if field.kind not in {"number", "decimal"} or not what or what == name:
        return
    for row in sheet.rows:
        found = [one for one in find_amounts(row.text, sheet.mark) if not one.is_percent]
        said = {word for word in split_words(row.text[: found[0].start]) if word.isalpha()} if found else set()
        if len(found) == 1 and said - _CHARGE == what and said != what:
            yield Candidate(spelled(found[0].value, field.kind), 0.75, row.lines, "another word for the same charge")
