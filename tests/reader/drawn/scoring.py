"""The score of a record: how many of the true leaf fields it has right."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

__all__ = ["score"]

_FRACTION = re.compile(r"-?\d+\.\d+")


def score(found: dict[str, Any], truth: dict[str, Any]) -> tuple[int, int]:
    """(right, all) leaf fields.

    A leaf of a list item counts each, a missing one is wrong, and each surplus item is one wrong more. Items are
    compared in their order, so that one too many or too few does not spoil those after it. A true None is right if it
    was left out. Strings are compared by letters and digits, numbers as Decimal values.
    """
    return _score(found, truth)


def _score(found: Any, truth: Any) -> tuple[int, int]:
    if isinstance(truth, dict):
        own = found if isinstance(found, dict) else {}
        return _sum(_score(own.get(name), value) for name, value in truth.items())
    if isinstance(truth, list):
        return _items(found if isinstance(found, list) else [], truth)
    return int(_is_same(found, truth)), 1


def _items(found: list[Any], truth: list[Any]) -> tuple[int, int]:
    """The best way to pair the items without crossing."""

    @cache
    def best(mine: int, theirs: int) -> int:
        if mine == len(found) or theirs == len(truth):
            return 0
        paired = _score(found[mine], truth[theirs])[0] + best(mine + 1, theirs + 1)
        return max(paired, best(mine + 1, theirs), best(mine, theirs + 1))

    return best(0, 0), _sum(_score(None, item) for item in truth)[1] + max(0, len(found) - len(truth))


def _sum(scores: Any) -> tuple[int, int]:
    pairs = list(scores)
    return sum(right for right, _ in pairs), sum(every for _, every in pairs)


def _is_same(found: Any, truth: Any) -> bool:
    if truth is None or found is None or isinstance(truth, bool) or isinstance(found, bool):
        return found is truth
    if not isinstance(truth, str) or _FRACTION.fullmatch(truth):
        value = _decimal(found)
        return value is not None and value == _decimal(truth)
    return _squeezed(found) == _squeezed(truth) != ""


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _squeezed(value: Any) -> str:
    return "".join(letter for letter in str(value).casefold() if letter.isalnum())
