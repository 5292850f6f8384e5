"""Find printed numbers in a text as `Decimal`: without currency signs, separators and markers, no digit guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["FoundAmount", "find_amounts", "find_decimal_mark", "name_same_unit"]

_CODES = (
    "USD EUR GBP MYR SGD AUD CAD NZD CHF JPY CNY HKD TWD INR IDR THB PHP VND KRW SEK NOK DKK PLN CZK HUF "
    "RON BGN TRY RUB UAH ILS AED SAR ZAR BRL MXN ARS CLP COP EGP MAD"
)

CURRENCY_SIGNS = {
    "RM": "MYR", "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₫": "VND", "฿": "THB",
    "US$": "USD", "S$": "SGD", "A$": "AUD", "C$": "CAD", "HK$": "HKD", "NT$": "TWD", "R$": "BRL", "zł": "PLN",
    "Kč": "CZK", "Rp": "IDR", "Rs": "INR", "₱": "PHP",
    **{code: code for code in _CODES.split()},
}  # fmt: skip
"""Signs and codes that name one currency. `$`, `¥` and `kr` may be several: they are read, but name none."""
_SHARED_SIGNS = {
    "$": frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BRL"}),
    "¥": frozenset({"JPY", "CNY"}),
    "KR": frozenset({"SEK", "NOK", "DKK"}),
}
"""Signs of several currencies, with their codes."""

_SIGN = "|".join(sorted((re.escape(sign) for sign in (*CURRENCY_SIGNS, "$", "¥", "kr")), key=len, reverse=True))
_MAX_LENGTH = 24
"""The most characters of a number; a longer one is a code, not an amount."""

_NUMBER = re.compile(
    rf"(?<![^\W_])(?<![\d][.,:/\-])(?<![.,/\-:]\d)(?P<open>\()?(?P<minus>[-−])?\s?(?P<before>(?:{_SIGN})\.?)?\s?(?P<minus2>[-−])?"  # noqa: RUF001
    r"(?P<digits>\d{1,3}(?:[,.'’]\d{3})+[.,] ?\d{1,2}|\d{1,3}(?:[,.'’  ]\d{3})+|\d{1,3}(?: \d{3})+,\d\d|\d+[.,] \d\d(?!\d)|\d+(?:[.,]\d+)?)"  # noqa: RUF001, E501
    rf"(?:\s?(?P<after>(?:{_SIGN})(?![^\W\d_])))?(?P<minus3>-(?![\w]))?(?P<marker>\s?\*|[A-Za-z]{{1,2}})?(?![^\W_])(?![.,:/\-]\d)(?P<percent>\s?%)?"
)
_TWO_DECIMALS = re.compile(r"(?<![\d.,])\d+([.,])\d\d(?![\d.,%])")
_LIKE_DIGITS = frozenset("OoIlQD")
"""Letters that OCR may have read in place of a digit: `12.5O` is not a number."""


@dataclass(frozen=True, slots=True)
class FoundAmount:
    """A number in a text: its value, its place (characters `start` to `end`), its currency if a sign names one.

    `has_decimals`: it was printed with decimals; `is_percent`: a percent sign follows.
    """

    value: Decimal
    start: int
    end: int
    currency: str | None = None
    has_decimals: bool = False
    is_percent: bool = False


def find_decimal_mark(texts: Iterable[str]) -> str | None:
    """The decimal mark of a document, "." or ",": the more frequent one before two final digits; None if equal."""
    marks = [mark for text in texts for mark in _TWO_DECIMALS.findall(text)]
    dots = marks.count(".")
    return None if 2 * dots == len(marks) else "." if 2 * dots > len(marks) else ","


def find_amounts(text: str, mark: str | None = None) -> tuple[FoundAmount, ...]:
    """All numbers in a text, left to right.

    `1,234` alone may be 1234 or 1.234: it is left out unless `mark`, the document's decimal mark, is given.
    """
    found = (_read_amount(match, mark) for match in _NUMBER.finditer(text))
    return tuple(amount for amount in found if amount is not None)


def name_same_unit(one: str, other: str) -> bool:
    """Whether two printed amounts are of one currency or unit, as far as both name one: `RM 5` and `MYR 5`, `$5` and 5.

    A sign of several currencies may be any of them.
    """
    units = [_read_unit(one), _read_unit(other)]
    return units[0] == units[1] or "" in units or any(b in _SHARED_SIGNS.get(a, ()) for a, b in (units, units[::-1]))


def _read_unit(text: str) -> str:
    """The letters and currency signs of a printed amount, as the code of the currency if they name one."""
    chars = unicodedata.normalize("NFKC", text)
    unit = "".join(char for char in chars if char.isalpha() or unicodedata.category(char) == "Sc")
    return CURRENCY_SIGNS.get(unit) or CURRENCY_SIGNS.get(unit.upper()) or unit.upper()


def _read_amount(match: re.Match[str], mark: str | None) -> FoundAmount | None:
    digits, marker = match["digits"].replace(" ", ""), (match["marker"] or "").strip()
    if len(digits) > _MAX_LENGTH:
        return None
    fraction = bool(re.search(r"[.,]\d\d?$", digits))
    if set(marker) & _LIKE_DIGITS or (marker and not re.search(r"[.,]\d\d$", digits)):
        return None
    value = _read_value(digits, mark)
    if value is None:
        return None
    negative = (
        match["minus"]
        or match["minus2"]
        or match["minus3"]
        or (match["open"] and match.string[match.end() :].lstrip()[:1] == ")")
    )
    sign = (match["before"] or match["after"] or "").removesuffix(".")
    return FoundAmount(
        -value if negative else value,
        match.start(),
        match.end(),
        CURRENCY_SIGNS.get(sign),
        fraction or ("." in str(value)),
        bool(match["percent"]),
    )


def _read_value(digits: str, mark: str | None) -> Decimal | None:
    """The value of digits and separators; None if they can be read in two ways."""
    digits = re.sub(r"['’  ]", "", digits)  # noqa: RUF001
    separators = re.findall(r"[.,]", digits)
    if not separators:
        return Decimal(digits)
    last = separators[-1]
    decimals = len(digits) - digits.rfind(last) - 1
    if len(set(separators)) == 2:
        whole, _, rest = digits.rpartition(last)
        return Decimal(re.sub("[.,]", "", whole) + "." + rest) if decimals != 3 or mark == last else None
    if len(separators) > 1:
        return _read_groups(digits, last, decimals)
    if decimals != 3 or mark == last:
        return Decimal(digits.replace(last, "."))
    return None if mark is None else Decimal(digits.replace(last, ""))


def _read_groups(digits: str, separator: str, decimals: int) -> Decimal | None:
    """`1.234.567` is grouped; `1.234.50` has a decimal mark that looks like the group mark (OCR confuses the two)."""
    if decimals == 3:
        return Decimal(digits.replace(separator, ""))
    whole, _, rest = digits.rpartition(separator)
    return Decimal(whole.replace(separator, "") + "." + rest)
