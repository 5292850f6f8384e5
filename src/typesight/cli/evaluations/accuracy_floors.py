"""AccuracyFloor: the least accuracy that `--fail-under` takes, of a field, of whole documents or of all values."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from typesight.cli.exit_codes import CommandError
from typesight.evaluation.evaluation import Evaluation, SettingResult
from typesight.text.nearest_name import find_nearest

__all__ = ["AccuracyFloor", "check_fields", "list_missed", "parse_floors"]

_DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class AccuracyFloor:
    """The least share, 0 to 1, of right values of a field; `field` is None for all values."""

    field: str | None
    share: float

    @property
    def subject(self) -> str:
        """What is held against it, in words."""
        named = {None: "the accuracy of all values", _DOCUMENTS: "the share of documents wholly right"}
        return named.get(self.field, f"the accuracy of {self.field}")

    def measure(self, result: SettingResult) -> float | None:
        """The share that a setting reaches; None if it has no value of the field."""
        if self.field is None:
            return result.values.accuracy
        named = {each.field: each.accuracy for each in result.fields}
        return named.get(self.field) if self.field in named or self.field != _DOCUMENTS else result.summary.right_share


def parse_floors(given: argparse.Namespace) -> list[AccuracyFloor]:
    """What `--fail-under` gave: `total=0.98`, `documents=0.9`, `0.95`. A wrong text ends the command."""
    found = []
    for text in given.fail_under or ():
        name, _, number = text.rpartition("=")
        try:
            share = float(number)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            given.verb.error(f"argument --fail-under: {text}: give a share from 0 to 1, as total=0.98 or 0.95")
        found.append(AccuracyFloor(name or None, share))
    return found


def check_fields(floors: Sequence[AccuracyFloor], fields: Collection[str]) -> None:
    """Raise CommandError for a field that is none of `fields`, with those that there are."""
    for floor in floors:
        if floor.field not in {None, _DOCUMENTS, *fields}:
            near = find_nearest(str(floor.field), fields)
            meant = f": did you mean {near}? The" if near else "; the"
            raise CommandError(
                f"--fail-under: the labels have no field {floor.field}{meant} fields are {', '.join(fields)}; "
                f"{_DOCUMENTS} is the share of documents that are wholly right"
            )


def list_missed(floors: Sequence[AccuracyFloor], evaluation: Evaluation) -> Iterator[str]:
    """Each floor that a setting does not reach, as a sentence; every setting must reach every floor."""
    for result in evaluation.settings:
        for floor in floors:
            share = floor.measure(result)
            if share is None:
                yield f"{result.name}: {floor.subject} is not known, since no value was judged"
            elif share < floor.share:
                yield f"{result.name}: {floor.subject} is {share * 100:.4g} %, under {floor.share * 100:g} %"
