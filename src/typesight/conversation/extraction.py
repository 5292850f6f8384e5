"""The result of a call: the record, its attempts, usage, cost, repairs and evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from pydantic.errors import PydanticUserError

from typesight.attempts import Attempt
from typesight.evidence.evidence import Evidence
from typesight.evidence.ground import ground
from typesight.images.encoding.encode import EncodedImage
from typesight.images.encoding.prepare import RequestPictures
from typesight.ocr.reading import Pages
from typesight.schema.repair import Repair
from typesight.usage import Usage, add_known

__all__ = ["Extraction", "sum_cost", "sum_usage", "unwrap_record"]

T = TypeVar("T")


@dataclass(frozen=True)
class Extraction(Generic[T]):
    """A validated record and how it was obtained.

    `source` names the document; `attempts` are all attempts in order, the last of which gave the record;
    `usage` and `cost` (US dollars, None when unknown) are summed over them; `repairs` are the steps it took to
    parse the last reply, none if it was exact; `completion` is the SDK's last reply. The encoded pictures are not
    stored: `images` encodes them again, to the same bytes.
    """

    record: T
    source: str
    attempts: tuple[Attempt, ...]
    usage: Usage
    cost: float | None
    repairs: tuple[Repair, ...] = ()
    completion: Any = field(default=None, repr=False, compare=False)
    _answer: Any = field(default=None, repr=False, compare=False)  # the JSON data that was validated
    _shown: RequestPictures | None = field(default=None, repr=False, compare=False)
    _pages: Pages | None = field(default=None, repr=False, compare=False)

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(type(self.record))

    def __getstate__(self) -> dict[str, Any]:
        """Leave the SDK's object out of the pickle, so that no SDK is needed to load it."""
        kept = {name: value for name, value in self.__dict__.items() if name not in {"_adapter", "evidence"}}
        return kept | {"completion": None}

    @cached_property
    def evidence(self) -> Mapping[str, Evidence]:
        """Where each value is printed, by its path (`items.0.price`; "" for a record that is one value).

        Computed on first access, by reading the pictures on this machine: about a second each, unless they were read
        before. If a picture is not available here because the endpoint fetched it, "absent" becomes "unchecked".
        Raises MissingExtra without the extra `local`, ImageError for a picture that is gone.
        """
        read = getattr(self.completion, "lines", None)  # the lines that the local reader has read
        lines = read if read is not None else self._pages.read() if self._pages else ()
        found = ground(self._data, self._schema, lines)
        if read is None and not (self._pages and self._pages.is_complete):
            found = {path: Evidence("unchecked") if each.status == "absent" else each for path, each in found.items()}
        return MappingProxyType(found)

    @property
    def _data(self) -> Any:
        return self._adapter.dump_python(self.record, mode="json", by_alias=True)

    @property
    def _schema(self) -> Mapping[str, Any]:
        try:
            return self._adapter.json_schema(by_alias=True)
        except PydanticUserError:  # without a schema, values are compared as they look
            return {}

    @property
    def images(self) -> list[EncodedImage]:
        """The pictures exactly as the model saw them; URLs that the endpoint fetched itself are left out."""
        return self._shown.encode_again() if self._shown else []

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON data except the SDK's reply and the pictures; evidence only if it was computed."""
        return {
            "source": self.source,
            "record": self._data,
            "attempts": [attempt.to_dict() for attempt in self.attempts],
            "usage": self.usage.to_dict(),
            "cost": self.cost,
            "repairs": [repair.to_dict() for repair in self.repairs],
            "evidence": self._dump_evidence(),
        }

    def _dump_evidence(self) -> dict[str, Any] | None:
        """The evidence as JSON data; None if it was not computed."""
        held: Mapping[str, Evidence] | None = self.__dict__.get("evidence")
        return None if held is None else {path: each.to_dict() for path, each in held.items()}

    def model_dump_json(self, *, indent: int | None = None) -> str:
        """`to_dict()` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)


def sum_cost(attempts: tuple[Attempt, ...]) -> float | None:
    """The sum of the attempts' dollars; None if one of them is unknown."""
    return add_known(attempt.cost for attempt in attempts)


def sum_usage(attempts: tuple[Attempt, ...]) -> Usage:
    """The sum of the attempts' tokens."""
    return sum((attempt.usage for attempt in attempts), Usage())


def unwrap_record(outcome: Any) -> Any:
    """Return the record of an Extraction; any other value, returned by a tenacity callback, passes unchanged."""
    return outcome.record if isinstance(outcome, Extraction) else outcome
