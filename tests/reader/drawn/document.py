"""A drawn document: its picture, the model a user would ask for, and the record that stands in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from PIL import Image
from pydantic import BaseModel

__all__ = ["Drawn", "Entry", "record"]


@dataclass(frozen=True)
class Drawn:
    """A picture in RGB, and the record it holds.

    `truth` is in JSON form, by the names of the model's JSON Schema (an alias where there is one): decimals as "12.50",
    dates in ISO form, None for what was left empty.
    """

    name: str
    picture: Image.Image
    model: type[BaseModel]
    truth: dict[str, Any]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Entry:
    """One label and what is printed for it.

    `path` is the field's place in the record ("applicant.name"), "" for what is printed only. A bool is a box or a
    switch; of `options` the one that equals `printed` is ticked. `truth` is needed where it is not what is printed.
    """

    path: str
    label: str
    printed: str | bool = ""
    truth: Any = None
    options: tuple[str, ...] = ()

    @property
    def is_heading(self) -> bool:
        """Nothing is asked here."""
        return not self.path and self.printed == ""

    @property
    def meant(self) -> Any:
        """The value in JSON form; None if nothing was filled in."""
        if self.truth is not None:
            return self.truth
        return None if self.printed == "" else self.printed


def record(entries: Iterable[Entry]) -> dict[str, Any]:
    """The record that these entries fill, in JSON form."""
    filled: dict[str, Any] = {}
    for entry in entries:
        if entry.path:
            *parents, name = entry.path.split(".")
            place = filled
            for parent in parents:
                place = place.setdefault(parent, {})
            place[name] = entry.meant
    return filled
