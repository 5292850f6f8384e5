"""Request: what one call asks of a model, in the same form for every provider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from typesight.exchange.cache_marks import Caching
from typesight.exchange.completion import Completion
from typesight.exchange.turns import Reask, Turn, add_system_text
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.image import Image
from typesight.models.modes import Capability, Mode
from typesight.models.profiles import VisionProfile
from typesight.schema.target import Target
from typesight.usage import compute_cost

__all__ = ["Request"]


@dataclass(frozen=True)
class Request:
    """One request, frozen; a reask is a new, longer request.

    `target` and `mode` are None together: then the caller wants the SDK's own reply. `capability` is what the model
    supports, by its name and by what its endpoint has refused before. `options` are passed to the SDK's call unchanged.
    `vendor` is the name that its prices are listed under. `caching` is what Claude's prompt cache should keep.
    """

    model: str
    vendor: str
    turns: tuple[Turn | Reask, ...]
    profile: VisionProfile
    target: Target[Any] | None = None
    mode: Mode | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    capability: Capability = field(default_factory=Capability)
    caching: Caching = "auto"

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """The pictures that are not encoded yet, in order."""
        return tuple(image for turn in self.turns for image in turn.images)

    @cached_property
    def pictures(self) -> tuple[PreparedPicture, ...]:
        """The pictures that are ready to be sent, in order."""
        return tuple(picture for turn in self.turns for picture in turn.pictures)

    def find_cost(self, completion: Completion) -> float | None:
        """What a reply to this request has cost in US dollars: 0 from a cache, None if its price is unknown."""
        if completion.cached:
            return 0.0
        return compute_cost(completion.billed_usage, model=self.model, vendor=self.vendor)

    def insert_pictures(self, ready: Mapping[Image, Sequence[PreparedPicture]]) -> Request:
        """Replace each image of the request that is in `ready` by its encoded pictures."""
        return replace(self, turns=tuple(turn.insert_pictures(ready) if turn.images else turn for turn in self.turns))

    def add_instructions(self, text: str) -> Request:
        """Add `text` at the end of the system turn."""
        return replace(self, turns=add_system_text(self.turns, text))

    def append_reask(self, reask: Reask) -> Request:
        """Add a reask at the end of the request."""
        return replace(self, turns=(*self.turns, reask))
