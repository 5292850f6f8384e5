"""Checks on sums: some numbers of a record must add up to another of its numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import model_validator

from typesight.checks.model_paths import called, values_at

__all__ = ["adds_up", "sums_to"]

Number = int | float | str | Decimal
_CENT = Decimal("0.01")


def sums_to(parts: str, total: str, *, tolerance: Number = _CENT) -> Any:
    """A check that the numbers at a list's path (`items.*.price`) add up to the number at another path.

    Assign it to a name in the model's body. It passes if one of the numbers is None, or the list is empty.
    `tolerance` is in the numbers' own unit.
    """

    def check(self: Any) -> Any:
        numbers, (wanted,) = values_at(self, parts), values_at(self, total)
        if numbers and wanted is not None and None not in numbers:
            found = sum(map(_exact, numbers), Decimal(0))
            _compare(found, wanted, tolerance, f"{called(self, parts)} come to", called(self, total))
        return self

    return model_validator(mode="after")(check)


def adds_up(*names: str, tolerance: Number = _CENT) -> Any:
    """A check that numbers add up to the last of them: `adds_up("subtotal", "tax", "total")`.

    A name that begins with `-` is subtracted: `adds_up("subtotal", "-discount", "total")`. Assign it to a name in the
    model's body. A number that is None counts as 0; if the first or the last is None, the check passes. `tolerance` is
    in the numbers' own unit.
    """
    if len(names) < 2:
        raise TypeError("adds_up takes at least two paths: the numbers to add, and their total")
    *parts, total = names

    def check(self: Any) -> Any:
        signed = [(-1 if part.startswith("-") else 1, part.removeprefix("-")) for part in parts]
        numbers = [values_at(self, part)[0] for _, part in signed]
        (wanted,) = values_at(self, total)
        if wanted is not None and numbers[0] is not None:
            given = zip(signed, numbers, strict=True)
            found = sum((sign * _exact(number) for (sign, _), number in given if number is not None), Decimal(0))
            words = "".join(f" {'-' if sign < 0 else '+'} {called(self, part)}" for sign, part in signed)
            _compare(found, wanted, tolerance, f"{words.removeprefix(' + ').strip()} comes to", called(self, total))
        return self

    return model_validator(mode="after")(check)


def _compare(found: Decimal, wanted: Any, tolerance: Number, words: str, total: str) -> None:
    if abs(found - _exact(wanted)) > _exact(tolerance):
        raise ValueError(f"{words} {found}, and {total} is {wanted}: read each of these numbers again")


def _exact(number: Any) -> Decimal:
    """A number exactly as it is written in decimal digits, not as its binary float."""
    return number if isinstance(number, Decimal) else Decimal(str(number))
