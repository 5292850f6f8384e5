"""ModelRow: what is known about one model, wherever it is served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from typesight.models.modes import Capability
from typesight.models.profiles import VisionProfile

__all__ = ["ModelRow", "Source"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read, and of what date that is. `is_assumed`: it was read there about a similar model."""

    where: str
    as_of: date
    is_assumed: bool = False

    def assume(self) -> Source:
        """This source for a model that it does not name."""
        return replace(self, is_assumed=True)


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model, or several that differ in nothing that typesight knows. None means that nothing was found.

    `name` is a name that the row is for; `pattern` matches the start of every such name. `profile` is the model at its
    maker's own endpoint, and is named after the row. `longest_output` is the longest reply, `cache_minimum` the
    shortest prefix that the prompt cache stores, `preamble` the most that the maker adds to a request with tools or a
    schema, all in tokens. `shutdown` is the day that the maker has announced. `sources` maps the name of a field to
    where its value was read; a profile says that itself.
    """

    name: str
    maker: str
    pattern: str
    profile: VisionProfile | None = None
    capability: Capability | None = None
    longest_output: int | None = None
    cache_minimum: int | None = None
    preamble: int | None = None
    shutdown: date | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.profile is not None:
            object.__setattr__(self, "profile", replace(self.profile, name=self.name))

    def find_source(self, fact: str) -> Source | None:
        """Where the value of a field was read; None for a field that is not known."""
        if fact == "profile" and self.profile is not None and self.profile.as_of is not None:
            return Source(self.profile.source, self.profile.as_of)
        return self.sources.get(fact)
