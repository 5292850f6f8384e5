"""Read a text that is one printed number or amount of money, if it can be read in only one way.

No digit is guessed: a text that could be read in two ways, or that has anything but digits, separators, one sign and
one currency, is not a number. Currency codes: those in use of ISO 4217 (SIX, list one of 2026); separators: Unicode
CLDR 46.
"""

from __future__ import annotations

import re

__all__ = ["normalise_number"]

_CODES = (
    "AED|AFN|ALL|AMD|AOA|ARS|AUD|AWG|AZN|BAM|BBD|BDT|BGN|BHD|BIF|BMD|BND|BOB|BRL|BSD|BTN|BWP|BYN|BZD|CAD|CDF|"
    "CHF|CLP|CNY|COP|CRC|CUP|CVE|CZK|DJF|DKK|DOP|DZD|EGP|ERN|ETB|EUR|FJD|FKP|GBP|GEL|GHS|GIP|GMD|GNF|GTQ|GYD|"
    "HKD|HNL|HTG|HUF|IDR|ILS|INR|IQD|IRR|ISK|JMD|JOD|JPY|KES|KGS|KHR|KMF|KPW|KRW|KWD|KYD|KZT|LAK|LBP|LKR|LRD|"
    "LSL|LYD|MAD|MDL|MGA|MKD|MMK|MNT|MOP|MRU|MUR|MVR|MWK|MXN|MYR|MZN|NAD|NGN|NIO|NOK|NPR|NZD|OMR|PAB|PEN|PGK|"
    "PHP|PKR|PLN|PYG|QAR|RON|RSD|RUB|RWF|SAR|SBD|SCR|SDG|SEK|SGD|SHP|SLE|SOS|SRD|SSP|STN|SYP|SZL|THB|TJS|TMT|"
    "TND|TOP|TRY|TTD|TWD|TZS|UAH|UGX|USD|UYU|UZS|VED|VES|VND|VUV|WST|XAF|XCD|XCG|XOF|XPF|YER|ZAR|ZMW|ZWG"
)
_ABBREVIATIONS = r"RM|Rp\.?|Rs\.?|kr\.?|zł|Fr\.?|Kč|Ft|лв\.?"
# Unicode's currency signs (category Sc) except the cent sign, whose number would be in hundredths; the dollar sign may
# have letters before it: US$, HK$, R$.
_SIGN = r"[A-Z]{0,3}\$|[£¤¥֏؋৳૱௹฿៛₠-⃀﷼﹩＄￡￥￦]"  # noqa: RUF001 - these very signs
_CURRENCY = f"{_SIGN}|{_CODES}|{_ABBREVIATIONS}"
_BLANK = r"[ \u00a0\u2009\u202f]"
_MONEY = re.compile(
    rf"(?:(?P<sign>[+\-−]){_BLANK}?)?(?:(?:{_CURRENCY}){_BLANK}*)?(?P<inner>[+\-−])?"  # noqa: RUF001 - the minus sign
    rf"(?P<body>[0-9](?:[0-9.,'’\u00a0\u2009\u202f ]*[0-9])?)(?P<after>{_BLANK}*(?:{_CURRENCY}))?"  # noqa: RUF001
)

# Rows: a pattern for a whole number text, and its decimal marks. Each can be read in one way only: groups of three need
# a decimal part, a second group or an apostrophe, since they might be decimals; a single comma or point before three
# digits is a decimal mark only after `0` or four or more digits, which cannot come before a group.
_NOTATIONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(way), decimal)
    for way, decimal in (
        (r"[0-9]+", ""),
        (r"[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|(?:0|[0-9]{4,})\.[0-9]{3}", "."),
        (r"[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|(?:0|[0-9]{4,}),[0-9]{3}", ","),
        (r"[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}", "."),
        (r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}", ","),
        (r"[1-9][0-9]{0,2}(?:(?P<a>['’])[0-9]{3})(?:(?P=a)[0-9]{3})*(?:[.,][0-9]+)?", ".,"),  # noqa: RUF001
        (rf"[1-9][0-9]{{0,2}}(?P<b>{_BLANK})[0-9]{{3}}(?:(?P=b)[0-9]{{3}})*[.,][0-9]+", ".,"),
        (rf"[1-9][0-9]{{0,2}}(?P<c>{_BLANK})[0-9]{{3}}(?:(?P=c)[0-9]{{3}})+", ".,"),
        (r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?", "."),  # India: 12,34,567.00
    )
)


def normalise_number(text: str) -> str | None:
    """The number that a text is, in plain digits with a point; None if it is not a number or can be read in two ways.

    >>> normalise_number("$1,234.50"), normalise_number("1,234"), normalise_number("12.5O")
    ('1234.50', None, None)
    """
    money = _MONEY.fullmatch(text.strip())
    if money is None or (money["sign"] and money["inner"]):
        return None
    if money["after"] and _leads_with_currency(text, money):
        return None
    body = money["body"]
    readings = {_write_plain(body, decimal) for way, decimal in _NOTATIONS if way.fullmatch(body)}
    if len(readings) != 1:
        return None
    negative = (money["sign"] or money["inner"] or "") in {"-", "−"}  # noqa: RUF001 - the minus sign
    return ("-" if negative else "") + readings.pop()


def _leads_with_currency(text: str, money: re.Match[str]) -> bool:
    """Whether there is also a currency before the number."""
    before = text.strip()[: money.start("body")]
    return bool(before.strip("+-− \u00a0\u2009\u202f"))  # noqa: RUF001 - the minus sign


def _write_plain(body: str, decimal: str) -> str:
    """The digits of a number with a point as decimal mark, which is the last of the characters in `decimal`."""
    place = max((body.rfind(sign) for sign in decimal), default=-1)
    whole, fraction = (body, "") if place < 0 else (body[:place], body[place + 1 :])
    plain = re.sub(r"[^0-9]", "", whole).lstrip("0") or "0"
    return f"{plain}.{fraction}" if fraction else plain
