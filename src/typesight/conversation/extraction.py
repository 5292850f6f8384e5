"""Extraction: a record, and everything about how it came to be."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from typesight.attempts import Attempt
from typesight.images.encode import EncodedImage
from typesight.images.prepare import Shown
from typesight.schema.repair import Repair
from typesight.usage import Usage

__all__ = ["Extraction", "total_cost", "total_usage"]

T = TypeVar("T")


@dataclass(frozen=True)
class Extraction(Generic[T]):
    """A validated record and how it was got.

    `source` names the document; `attempts` are all attempts in order, the last of which gave the record;
    `usage` and `cost` (US dollars, None when unknown) are summed over them; `repairs` are the steps that the last
    reply took to be read, none where it was exact; `completion` is the SDK's last reply. It does not hold the encoded
    pictures: `images` encodes them again, to the same bytes.
    """

    record: T
    source: str
    attempts: tuple[Attempt, ...]
    usage: Usage
    cost: float | None
    repairs: tuple[Repair, ...] = ()
    completion: Any = field(default=None, repr=False, compare=False)
    shown: Shown | None = field(default=None, repr=False, compare=False)

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(type(self.record))

    def __getstate__(self) -> dict[str, Any]:
        """Pickled without the SDK's object, so that no SDK is needed to read it."""
        return {name: value for name, value in self.__dict__.items() if name != "_adapter"} | {"completion": None}

    @property
    def images(self) -> list[EncodedImage]:
        """The pictures exactly as the model saw them; URLs that the endpoint fetched itself are left out."""
        return self.shown.again() if self.shown else []

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON data, the SDK's reply and the pictures left out."""
        return {
            "source": self.source,
            "record": self._adapter.dump_python(self.record, mode="json", by_alias=True),
            "attempts": [attempt.to_dict() for attempt in self.attempts],
            "usage": self.usage.to_dict(),
            "cost": self.cost,
            "repairs": [repair.to_dict() for repair in self.repairs],
        }

    def model_dump_json(self, *, indent: int | None = None) -> str:
        """`to_dict()` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)


def total_cost(attempts: tuple[Attempt, ...]) -> float | None:
    """The sum of the attempts' dollars; None as soon as one is unknown."""
    costs = [attempt.cost for attempt in attempts]
    return None if None in costs else sum(cost for cost in costs if cost is not None)


def total_usage(attempts: tuple[Attempt, ...]) -> Usage:
    """The sum of the attempts' tokens."""
    return sum((attempt.usage for attempt in attempts), Usage())
