"""A `Reduction`: what a row says was taken off the item above it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from typesight.text.amounts import find_amounts
from typesight.text.letters import split_words

__all__ = ["Reduction", "reduction"]

_LESS = frozenset(
    split_words(
        "less discount disc off saving savings save saved reduction reduced markdown promo promotion coupon offer "
        "rebate multibuy deal rabatt nachlass aktion remise descuento sconto korting"
    )
)
_NOW = frozenset(split_words("now jetzt maintenant ahora ora nu"))
_BESIDES = frozenset(split_words("price item items on you your the of special member card instant line total und and"))
_BACK = frozenset(split_words("refund refunded return returned void retoure storno"))
"""Words for an item that was given back: it stands for itself."""

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Reduction:
    """By how many percent, by what amount (positive), and to what price; what is not told is None."""

    percent: Decimal | None
    off: Decimal | None
    now: Decimal | None


def reduction(text: str, mark: str | None, before: Decimal) -> Reduction | None:
    """What a row below an item of this price takes off it; None if it says something else."""
    found = find_amounts(text, mark)
    percent = next((abs(one.value) for one in found if one.is_percent), None)
    prices = [one.value for one in found if not one.is_percent and (one.has_decimals or one.currency)]
    money = prices[-1] if prices else None
    said = [word for word in split_words(text) if word.isalpha()]
    less = bool(_LESS.intersection(said))
    if _BACK.intersection(said) or (money is None and not (percent and less)) or (money and abs(money) > before):
        return None
    first = abs(prices[0]) if len(prices) == 2 else None
    if money is not None and first is not None and before - first == money:
        return Reduction(percent, first, money)
    plainly = less and (percent is not None or all(word in _LESS | _NOW | _BESIDES for word in said))
    if money is not None and money >= 0 and not plainly:
        return None
    if money is None or money < 0:
        return Reduction(percent, None if money is None else -money, None)
    is_now = bool(_NOW.intersection(said)) or (
        percent is not None and abs(before * (100 - percent) / 100 - money) <= _CENT and percent != 50
    )
    return Reduction(percent, before - money if is_now else money, money if is_now else None)
