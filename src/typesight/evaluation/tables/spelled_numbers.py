"""Numbers of an evaluation as words and digits: shares, intervals, dollars, seconds, counts."""

from __future__ import annotations

from typesight.evaluation.statistics.bootstrap import Interval

__all__ = ["UNKNOWN", "spell_count", "spell_dollars", "spell_percent", "spell_seconds", "spell_share"]

UNKNOWN = "unknown"
_DIGITS = 3  # of a price, without the zeros that it begins with


def spell_percent(share: float | None) -> str:
    """A share in percent: `94.4`, `100`; less than all is never rounded to 100, nor more than nothing to 0."""
    if share is None:
        return "none"
    if 0 < share < 1:
        return f"{min(max(share, 0.001), 0.999):.1%}".removesuffix("%")
    return f"{share:.0%}".removesuffix("%")


def spell_share(share: float | None, interval: Interval | None = None) -> str:
    """A share in percent, with its interval: `94.4 (83.3 to 100)`."""
    if share is None or interval is None:
        return spell_percent(share)
    return f"{spell_percent(share)} ({' to '.join(map(spell_percent, interval))})"


def spell_dollars(dollars: float | None) -> str:
    """A price with three digits that count: `0.00123`, `1.20`; `0` for free, `unknown`."""
    if dollars is None:
        return UNKNOWN
    if not dollars:
        return "0"
    return f"{dollars:.2f}" if dollars >= 1 else f"{float(f'{dollars:.{_DIGITS}g}'):.10f}".rstrip("0")


def spell_seconds(seconds: float | None) -> str:
    """A time in seconds: `0.84`, `12.3`; `unknown`."""
    if seconds is None:
        return UNKNOWN
    return f"{seconds:.2f}" if seconds < 1 else f"{seconds:.1f}"


def spell_count(count: int, noun: str) -> str:
    """A count of things: `1 document`, `2,300 documents`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
