"""SettingChange: what changed for one setting between two evaluations, and whether it is more than luck."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from typesight.evaluation.scoring.field_verdict import FieldVerdict
from typesight.evaluation.setting_result import DocumentResult, SettingResult
from typesight.evaluation.statistics.paired_test import PairedDifference, compare_paired

__all__ = ["ChangeKind", "FieldChange", "SettingChange", "compare_settings"]

ChangeKind = Literal["better", "worse", "other"]
"""`better`: it was not right and is. `worse`: it was right and is not. `other`: it is wrong in another way."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A value of one document that was judged otherwise before.

    `before` and `after` are the answers' values, None for none; `label` is the right one, None where there is none.
    """

    source: str
    path: str
    field: str
    kind: ChangeKind
    label: Any
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One setting in two evaluations: the difference of its documents' scores, and each value that changed.

    `difference` compares the share of right values of each document that both have. `only_before` and `only_after` are
    the documents that one of them alone has, `relabelled` those whose labels are not the same in both.
    """

    name: str
    difference: PairedDifference
    changes: tuple[FieldChange, ...]
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()
    relabelled: tuple[str, ...] = ()

    def count(self, kind: ChangeKind) -> int:
        """How many values changed in this way."""
        return sum(each.kind == kind for each in self.changes)

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON data."""
        return asdict(self)


def compare_settings(before: SettingResult, after: SettingResult) -> SettingChange:
    """Compare a setting's results in two evaluations, document by document."""
    old = {each.source: each for each in before.documents}
    new = {each.source: each for each in after.documents}
    shared = [source for source in new if source in old]
    return SettingChange(
        name=after.name,
        difference=compare_paired(_list_scores(old.values()), _list_scores(new.values())),
        changes=tuple(change for source in shared for change in _list_changes(old[source], new[source])),
        only_before=tuple(source for source in old if source not in new),
        only_after=tuple(source for source in new if source not in old),
        relabelled=tuple(source for source in shared if _list_labels(old[source]) != _list_labels(new[source])),
    )


def _list_scores(documents: Iterable[DocumentResult]) -> dict[str, float]:
    return {each.source: each.score.score for each in documents}


def _list_labels(document: DocumentResult) -> dict[str, Any]:
    return {each.path: each.label for each in document.score.verdicts if each.kind != "invented"}


def _list_changes(before: DocumentResult, after: DocumentResult) -> Iterator[FieldChange]:
    """What is judged otherwise; a value that was invented and is no more was wrong before, and is right now.

    A value that the labels of one of them alone have was not judged in the other, so it did not change.
    """
    old, new = _index(before), _index(after)
    for key in dict.fromkeys([*new, *old]):
        earlier, later = old.get(key), new.get(key)
        is_judged_once = earlier is None or later is None
        kind = None if is_judged_once and not key[1] else _find_kind(earlier, later)
        if kind is not None:
            known = later or earlier
            assert known  # the key is of one of them
            yield FieldChange(
                after.source,
                known.path,
                known.field,
                kind,
                label=known.label,
                before=earlier.value if earlier else None,
                after=later.value if later else None,
            )


def _index(document: DocumentResult) -> Mapping[tuple[str, bool], FieldVerdict]:
    """The verdicts by path; what was invented has the answer's path, which may be that of a labelled value too."""
    return {(each.path, each.kind == "invented"): each for each in document.score.verdicts}


def _find_kind(before: FieldVerdict | None, after: FieldVerdict | None) -> ChangeKind | None:
    """How the value changed; None if it did not. No verdict on what was invented is as good as right."""
    was_right, is_right = before is None or before.is_right, after is None or after.is_right
    if was_right != is_right:
        return "better" if is_right else "worse"
    if is_right or (before and after and (before.kind, before.value) == (after.kind, after.value)):
        return None
    return "other"
