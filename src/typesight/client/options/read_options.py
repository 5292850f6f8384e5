"""Options: the options of a client or of one call, read and checked, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from typesight.client.options.call_options import CALL_ROWS, DOCUMENT_ROWS, PARTIAL_ROWS
from typesight.client.options.many_options import RUN_ROWS
from typesight.client.options.option import Option
from typesight.client.options.sdk_options import MESSAGE_PARAMETERS, SDK_PARAMETERS
from typesight.images.encoding.prepare import Preparation

__all__ = ["CREATE", "EXTRACT", "EXTRACT_MANY", "MAKER", "PARTIAL", "Options", "Place", "read_defaults"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where options are given, and the rows of ours that it takes.

    `foreign` are parameters of the SDK's call without a meaning there, and `arguments` what it takes besides options.
    """

    rows: Mapping[str, Option]
    foreign: frozenset[str] = frozenset()
    arguments: frozenset[str] = frozenset()


MAKER = Place(CALL_ROWS, foreign=frozenset({"input", "stream", "stream_options"}))
CREATE = Place(CALL_ROWS, arguments=frozenset({"messages", "response_model"}))
PARTIAL = Place(PARTIAL_ROWS, arguments=CREATE.arguments)
EXTRACT = Place(
    DOCUMENT_ROWS, foreign=frozenset(MESSAGE_PARAMETERS), arguments=frozenset({"response_model", "document"})
)
EXTRACT_MANY = Place(
    {name: row for name, row in {**DOCUMENT_ROWS, **RUN_ROWS}.items() if name != "source"},  # of which there are many
    foreign=EXTRACT.foreign,
    arguments=frozenset({"response_model", "documents"}),
)


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a client or of one call; frozen.

    `own` has every option of ours by name, read, but those of pictures, which are `preparation`. What `extract` does
    with pictures is `document_preparation`, since it has a default of its own. `sdk` are the parameters that go to the
    SDK's call.
    """

    own: Mapping[str, Any]
    preparation: Preparation = field(default_factory=Preparation)
    document_preparation: Preparation = field(default_factory=Preparation)
    sdk: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("own", "sdk"):
            object.__setattr__(self, name, MappingProxyType(getattr(self, name)))

    def update(self, given: Mapping[str, Any], place: Place) -> Options:
        """Read what a caller gave, over these options. Raises TypeError or ValueError for a wrong value.

        A name that is not an option of ours here goes to the SDK's call.
        """
        if not given:
            return self
        own, sdk, pictures = dict(self.own), dict(self.sdk), {}
        for name, value in given.items():
            row = place.rows.get(name)
            if row is None:
                parameter = SDK_PARAMETERS.get(name)
                sdk[name] = parameter.read(value) if parameter else value
            elif row.field_of is None:
                own[name] = row.read(row.default if value is None else value)
            else:
                pictures[name] = value
        if not pictures:
            return replace(self, own=own, sdk=sdk)
        usual = read_defaults()
        return Options(
            own,
            _change(self.preparation, pictures, usual.preparation),
            _change(self.document_preparation, pictures, usual.document_preparation),
            sdk,
        )

    def set_value(self, name: str, value: Any) -> Options:
        """A copy with another value of one option of ours, which is read already."""
        return replace(self, own={**self.own, name: value})


def _change(preparation: Preparation, given: Mapping[str, Any], usual: Preparation) -> Preparation:
    """The preparation with what was given, where None is what is usual."""
    return replace(
        preparation, **{name: getattr(usual, name) if value is None else value for name, value in given.items()}
    )


@cache
def read_defaults() -> Options:
    """The options of a client that was given none."""
    rows = {**CALL_ROWS, **DOCUMENT_ROWS, **PARTIAL_ROWS, **RUN_ROWS}
    own = {name: row.read(row.default) for name, row in rows.items() if row.field_of is None}
    extract_defaults = {name: row.extract_default for name, row in rows.items() if row.extract_default is not None}
    return Options(own, Preparation(), Preparation(**extract_defaults))
