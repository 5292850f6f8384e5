"""Flags: the letters beside the prices of a bill that tell how each item is taxed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from typesight.reader.fields import Field
from typesight.reader.items.item import Item
from typesight.reader.values.values import choice
from typesight.text.amounts import CURRENCY_SIGNS

__all__ = ["flagged"]

_BEHIND = re.compile(r"\d[.,]\d\d[-]?\s*(?P<flag>[A-Z]{1,2}|\*)$")
_AHEAD = re.compile(r"\s(?P<flag>[A-Z])$")
_FREE = frozenset(["N", "NT", "NX", "F", "E", "Z", "O"])
"""Flags of what is not taxed: none, food, exempt, zero rated, out of scope."""


def flagged(found: Sequence[Item], text: Field | None, asked: Field | None) -> tuple[Item, ...]:
    """The items, flags taken out of their texts; with the field that asks for them, if there is one.

    Where other items have a flag, one without is not taxed.
    """
    flags = [_flag(one, text, asked is not None) for one in found]
    if not any(flags):
        return tuple(found)
    return tuple(_told(one, flag, text, asked) for one, flag in zip(found, flags, strict=True))


def _flag(one: Item, text: Field | None, is_asked: bool) -> str | None:
    """The flag behind an item's price, or, where it is asked for, before it."""
    printed = " ".join(line.text for line in one.lines)
    behind = _BEHIND.search(printed)
    if behind and behind["flag"] not in CURRENCY_SIGNS:
        return behind["flag"]
    told = one.cells.get(text.path) if text else None
    ahead = _AHEAD.search(told) if is_asked and isinstance(told, str) else None
    return ahead["flag"] if ahead else None


def _told(one: Item, flag: str | None, text: Field | None, asked: Field | None) -> Item:
    cells: dict[str, Any] = dict(one.cells)
    told = cells.get(text.path) if text else None
    if text and flag and isinstance(told, str) and told.endswith(f" {flag}"):
        cells[text.path] = told[: -len(flag)].rstrip()
    if asked is not None:
        value = _value(flag, asked)
        if value is not None:
            cells[asked.path] = value
    return replace(one, cells=cells)


def _value(flag: str | None, asked: Field) -> Any:
    if asked.kind == "boolean":
        return flag is not None and flag not in _FREE
    if asked.kind == "choice":
        return choice(flag or "", asked.choices)
    return flag
