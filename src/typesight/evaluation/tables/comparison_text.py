"""What changed between two evaluations, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from typesight.evaluation.setting_change import ChangeKind, FieldChange, SettingChange
from typesight.evaluation.statistics.paired_test import PairedDifference
from typesight.evaluation.tables.failing_documents import spell_value
from typesight.evaluation.tables.spelled_numbers import spell_count, spell_percent
from typesight.evaluation.tables.text_table import wrap_text
from typesight.text.escapes import escape_unprintable

__all__ = ["tell_options", "write_changes"]

_LUCK = 0.05  # the usual level: of twenty comparisons of equals, one looks like a difference
_KINDS: dict[ChangeKind, str] = {
    "worse": "was right, is not now",
    "better": "was not right, is now",
    "other": "is wrong in another way",
}
_SHOWN_NAMES = 5


def write_changes(
    settings: Sequence[SettingChange], only_before: Sequence[str], only_after: Sequence[str], limit: int, width: int
) -> str:
    """A paragraph for each setting that both have, with at most `limit` changed values, and what only one has."""
    blocks = [list(_tell_setting(each, limit, width)) for each in settings]
    alone = [
        f"{said}: {', '.join(map(escape_unprintable, names))}."
        for said, names in (("Settings only before", only_before), ("Settings only now", only_after))
        if names
    ]
    if not settings:
        alone.insert(0, "No setting is in both, so nothing can be compared.")
    return "\n\n".join("\n".join(block) for block in [*blocks, wrap_text(" ".join(alone), width)] if block)


def tell_options(options: Mapping[str, tuple[Any, Any]], width: int) -> str:
    """Which options differ; "" if none does."""
    told = [
        f"{name} was {'not given' if before is None else spell_value(before)}, "
        f"is {'not given' if after is None else spell_value(after)}"
        for name, (before, after) in options.items()
    ]
    return "\n".join(wrap_text(f"Options that differ: {'; '.join(told)}.", width)) if told else ""


def _tell_setting(change: SettingChange, limit: int, width: int) -> Iterator[str]:
    yield f"{escape_unprintable(change.name)}, compared with before"
    yield from wrap_text(_tell_difference(change.difference), width)
    for names, said in (
        (change.only_before, "only before"),
        (change.only_after, "only now"),
        (change.relabelled, "with other labels than before"),
    ):
        if names:
            yield from wrap_text(f"{spell_count(len(names), 'document')} {said}: {_list_names(names)}.", width)
    counts = ", ".join(f"{spell_count(change.count(kind), 'value')} {said}" for kind, said in _COUNTS.items())
    yield from wrap_text(f"{counts}.", width)
    ordered = [each for kind in _KINDS for each in change.changes if each.kind == kind]
    yield from (f"  {_tell_change(each)}" for each in ordered[:limit])
    if len(ordered) > limit:
        yield f"  and {len(ordered) - limit:,} more"


_COUNTS: dict[ChangeKind, str] = {
    "better": "became right",
    "worse": "became wrong",
    "other": "stayed wrong in another way",
}


def _tell_difference(found: PairedDifference) -> str:
    """The difference, its interval and whether it may be luck."""
    if not found.documents:
        return "No document is in both, so nothing can be compared."
    points = round(found.difference * 100, 1)
    way = f"{abs(points)} points {'better' if points > 0 else 'worse'}" if points else "No better and no worse"
    ends = found.interval and " to ".join(f"{end * 100:+.1f}" for end in found.interval)
    luck = ", hardly luck" if found.p_value < _LUCK else ", it may be luck" if found.better or found.worse else ""
    return (
        f"{way}{f' (interval at 95 %: {ends})' if ends else ''}: {spell_percent(found.before)} % before, "
        f"{spell_percent(found.after)} % now, the mean of {spell_count(found.documents, 'document')}. "
        f"{found.better:,} better, {found.worse:,} worse, {found.same:,} the same; p = {found.p_value:.3f}{luck}."
    )


def _tell_change(change: FieldChange) -> str:
    label = "nothing printed" if change.label is None else f"right is {spell_value(change.label)}"
    return (
        f"{escape_unprintable(change.source)} {escape_unprintable(change.path)}: {_KINDS[change.kind]}; "
        f"{_spell(change.before)} before, {_spell(change.after)} now, {label}"
    )


def _spell(value: object) -> str:
    return "nothing" if value is None else spell_value(value)


def _list_names(names: Sequence[str]) -> str:
    shown = ", ".join(map(escape_unprintable, names[:_SHOWN_NAMES]))
    return f"{shown} and {len(names) - _SHOWN_NAMES:,} more" if len(names) > _SHOWN_NAMES else shown
