"""What each setting of an evaluation would take, before anything is paid: as a table, as JSON, and in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from typesight.evaluation.runs.setting_estimate import SettingEstimate
from typesight.evaluation.tables.spelled_numbers import spell_count, spell_dollars
from typesight.evaluation.tables.text_table import wrap_text, write_columns
from typesight.outputs.json_text import format_json
from typesight.text.escapes import escape_unprintable
from typesight.usage import add_known

__all__ = ["tell_price", "write_prices"]

_HEADS = ("setting", "to ask", "kept", "failed", "input tokens", "dollars")
_SAYS = (
    "to ask: documents that are not kept from an earlier run. failed: those that cannot be opened. Tokens and dollars "
    "are of the first request for each, without its answer."
)
_MOST_PROBLEMS = 5


def write_prices(estimates: Sequence[SettingEstimate], width: int, *, as_json: bool) -> str:
    """A row for each setting and one for all, or the same as JSON."""
    if as_json:
        return format_json({"settings": [_write(each) for each in estimates], "usd": _add_dollars(estimates)})
    rows = [[each.setting.name, *_write_cells([each])] for each in estimates]
    all_of_them = [["all", *_write_cells(estimates)]] if len(estimates) > 1 else []
    problems = list(dict.fromkeys(problem for each in estimates for problem in each.problems))
    told = [escape_unprintable(problem) for problem in problems[:_MOST_PROBLEMS]]
    if len(problems) > _MOST_PROBLEMS:
        told.append(f"and {len(problems) - _MOST_PROBLEMS:,} more")
    blocks = [write_columns([_HEADS, *rows, *all_of_them], width=width), wrap_text(_SAYS, width), told]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def tell_price(estimates: Sequence[SettingEstimate]) -> str:
    """What all settings together would take, as a sentence."""
    asked = sum(each.documents for each in estimates)
    kept = sum(each.earlier for each in estimates)
    dollars = _add_dollars(estimates)
    price = f"for about ${spell_dollars(dollars)}, answers not counted" if dollars else "at no cost"
    earlier = f", {kept:,} kept from an earlier run" if kept else ""
    told = f"{spell_count(len(estimates), 'setting')}: {spell_count(asked, 'document')} to ask{earlier}"
    return f"{told}, {'at a price that is not known' if dollars is None else price}"


def _write(estimate: SettingEstimate) -> dict[str, Any]:
    others = {each.name: getattr(estimate, each.name) for each in fields(estimate) if each.name != "setting"}
    return {"setting": estimate.setting.name, **others}


def _write_cells(estimates: Sequence[SettingEstimate]) -> list[str]:
    counts = (
        sum(each.documents for each in estimates),
        sum(each.earlier for each in estimates),
        sum(each.failed for each in estimates),
        sum(each.input_tokens for each in estimates),
    )
    return [*(f"{count:,}" for count in counts), spell_dollars(_add_dollars(estimates))]


def _add_dollars(estimates: Sequence[SettingEstimate]) -> float | None:
    """The dollars of all; None if those of one are not known."""
    return add_known(each.usd for each in estimates)
