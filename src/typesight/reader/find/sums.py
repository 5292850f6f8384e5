"""Sums: the amounts of a document held against each other.

What is paid is what the parts come to: subtotal, less discount, and tax, shipping, service charge, tip and rounding;
the subtotal, or the total where there is none, is what the items come to.
Amounts that agree make each other surer; the one that is missing is the amount that the others leave, if it is printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Any

from typesight.reader.candidate import Candidate, ranked
from typesight.reader.fields import Field
from typesight.reader.find.money import seen
from typesight.reader.page.sheet import Sheet
from typesight.reader.values.values import spelled
from typesight.text.amounts import find_amounts

__all__ = ["balanced"]

ADDED = ("tax", "shipping", "service charge", "tip", "rounding")
"""What is added to the subtotal; the discount is taken off."""

AGREES, LEFT = 0.97, 0.8
"""How sure an amount is that the others agree with, at least, and one that they leave."""

CENT = Decimal("0.015")
"""By how much sums may be off: parts are rounded each by itself."""

Found = Mapping[str, tuple[Candidate, ...]]


def balanced(sheet: Sheet, fields: Sequence[Field], found: Found, enough: float) -> dict[str, tuple[Candidate, ...]]:
    """The candidates of total, subtotal and tax after the cross-check; `enough` is the score from which one counts."""
    places = {field.idea: field for field in fields if field.idea in {"total", "subtotal", "tax"}}
    of_items = {value for value in _item_sums(found) if value > 0}
    told: dict[str | None, Decimal | None] = {idea: _sure(found[field.path], enough) for idea, field in places.items()}
    for idea in ("total", "subtotal", "tax"):
        told.setdefault(idea, _best(sheet, idea, enough))
    changed: dict[str, tuple[Candidate, ...]] = {}
    for idea, field in places.items():
        expected = set(_expected(sheet, idea, told)) | (of_items if idea == "subtotal" else set())
        if idea == "total" and found[field.path]:  # the sum of the items makes a total surer, but does not choose one
            expected |= of_items & {_decimal(found[field.path][0].value)}
        better = _agreeing(found[field.path], expected) if expected else None
        left = sorted(_printed(sheet, expected)) if told[idea] is None else []
        if better is not None:
            changed[field.path] = better
        elif left:
            one = Candidate(spelled(left[-1], field.kind), LEFT, (), "what the other amounts leave")
            changed[field.path] = ranked((one, *found[field.path]))
    return changed


def _item_sums(found: Found) -> Iterator[Decimal]:
    """What the items of a list come to, for each of their numbers that all of them have."""
    for ordered in found.values():
        items = ordered[0].value if ordered and isinstance(ordered[0].value, list) else []
        if not all(isinstance(item, dict) for item in items):
            continue
        for name in items[0] if len(items) > 1 else ():
            parts = [_decimal(item.get(name)) for item in items]
            if all(part is not None for part in parts):
                yield sum((part for part in parts if part is not None), Decimal(0))


def _expected(sheet: Sheet, idea: str, told: Mapping[str | None, Decimal | None]) -> Iterator[Decimal]:
    """What an amount must be by the two others, with and without what else is printed to be added or taken off."""
    total, subtotal, tax = told["total"], told["subtotal"], told["tax"]
    extras = [{Decimal(0), *(_best_of(sheet, part))} for part in ADDED[1:]]
    less = {Decimal(0), *(abs(value) for value in _best_of(sheet, "discount"))}
    for *added, off in product(*extras, less):
        rest = sum(added, Decimal(0)) - off
        if idea == "total" and subtotal is not None and tax is not None:
            yield subtotal + tax + rest
        elif idea == "subtotal" and total is not None and tax is not None:
            yield total - tax - rest
        elif idea == "tax" and total is not None and subtotal is not None and total != subtotal:
            yield total - subtotal - rest


def _best_of(sheet: Sheet, idea: str) -> Iterator[Decimal]:
    """The surest amount of an idea, if there is one."""
    best = max(seen(sheet, idea), key=lambda one: one[1], default=None)
    if best is not None:
        yield best[0]


def _best(sheet: Sheet, idea: str, enough: float) -> Decimal | None:
    best = max(seen(sheet, idea), key=lambda one: one[1], default=None)
    return best[0] if best is not None and best[1] >= enough else None


def _sure(ordered: Sequence[Candidate], enough: float) -> Decimal | None:
    return _decimal(ordered[0].value) if ordered and ordered[0].score >= enough else None


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _agreeing(ordered: Sequence[Candidate], expected: set[Decimal]) -> tuple[Candidate, ...] | None:
    """The candidates with the best of those that agree made surer; None if none does."""
    for at, one in enumerate(ordered):
        value = _decimal(one.value)
        if value is not None and value > 0 and any(abs(value - other) <= CENT for other in expected):
            surer = replace(one, score=max(AGREES, one.score), why=f"{one.why}; the sums agree")
            return (surer, *ordered[:at], *ordered[at + 1 :])
    return None


def _printed(sheet: Sheet, expected: set[Decimal]) -> set[Decimal]:
    """Those of the amounts that are printed somewhere."""
    there = {one.value for row in sheet.rows for one in find_amounts(row.text, sheet.mark) if not one.is_percent}
    return {value for value in expected if value > 0 and value in there}
