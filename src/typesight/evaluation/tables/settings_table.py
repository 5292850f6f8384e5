"""The table of settings: what each is worth, what it costs, and which is the cheapest that is nearly the best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from typesight.evaluation.setting_ranking import rank_settings
from typesight.evaluation.setting_result import SettingResult
from typesight.evaluation.statistics.frontier import CheapestChoice, FrontierPoint, choose_cheapest, mark_frontier
from typesight.evaluation.tables.spelled_numbers import (
    spell_dollars,
    spell_percent,
    spell_seconds,
    spell_share,
)
from typesight.evaluation.tables.text_table import MARK, write_columns
from typesight.text.escapes import escape_unprintable

__all__ = ["explain_columns", "tell_cheapest", "write_settings_table"]

_HEADS = ("setting", "docs", "accuracy %", "whole %", "wrong %", "failed", "dollars", "tokens", "seconds")


def write_settings_table(settings: Sequence[SettingResult], width: int) -> list[str]:
    """A row for each setting; those on the frontier are marked, if there are several."""
    marks = mark_frontier(rank_settings(settings)) if len(settings) > 1 else (None,) * len(settings)
    rows = (
        [f"{f'{MARK} ' if mark else ''}{each.name}", *_write_cells(each)]
        for each, mark in zip(settings, marks, strict=True)
    )
    return write_columns([_HEADS, *rows], width=width)


def _write_cells(result: SettingResult) -> list[str]:
    tokens = result.tokens_per_document
    return [
        f"{result.summary.documents:,}",
        spell_share(result.values.accuracy, result.values.accuracy_interval),
        spell_percent(result.summary.right_share),
        spell_percent(result.values.answered_and_wrong),
        f"{result.summary.failed:,}",
        spell_dollars(result.cost_per_document),
        "none" if tokens is None else f"{tokens:,.0f}",
        spell_seconds(result.seconds_per_document),
    ]


def explain_columns(settings: Sequence[SettingResult]) -> str:
    """What the columns mean, in words."""
    mark = " * marks the frontier: no other setting is as accurate and as cheap, and better in one of the two."
    is_marked = len(settings) > 1 and any(mark_frontier(rank_settings(settings)))
    return (
        "accuracy: right values of all, labelled or invented, with the interval at 95 % by document. whole: documents "
        "with every value right. wrong: values answered and not right, wrong or invented. dollars, tokens: a document, "
        "on average. seconds: a document, the median."
        f"{mark if is_marked else ''}"
    )


def tell_cheapest(settings: Sequence[SettingResult]) -> str | None:
    """The cheapest setting that keeps 99 % of the best, as a sentence; None for one setting, or where all are wrong."""
    ranked = rank_settings(settings)
    choice = choose_cheapest(ranked) if len(settings) > 1 else None
    if choice is None or not choice.best.accuracy:
        return None
    if all(each.dollars is None for each in ranked):
        return f"The best: {_describe(choice.best)}."
    return " ".join(_tell(choice))


def _tell(choice: CheapestChoice) -> Iterator[str]:
    said = f"The cheapest that keeps {choice.share * 100:g} % of the best"
    if choice.cheapest is None:
        yield f"{said} is not known: none that is good enough has a known price. The best: {_describe(choice.best)}."
        return
    if choice.cheapest.name == choice.best.name:
        yield f"{said} is the best itself: {_describe(choice.best)}."
    else:
        yield f"{said}: {_describe(choice.cheapest)}. The best: {_describe(choice.best)}."
    others = [escape_unprintable(each.name) for each in choice.unpriced]
    if others:
        yield f"The price of {', '.join(others)} is not known, so it may be cheaper."


def _describe(point: FrontierPoint) -> str:
    price = f"for ${spell_dollars(point.dollars)} a document" if point.dollars else "at no cost"
    if point.dollars is None:
        price = "at a price that is not known"
    return f"{escape_unprintable(point.name)}, {spell_percent(point.accuracy)} % right {price}"
