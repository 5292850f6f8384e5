"""Request: what one call asks of a model, in no provider's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from typesight.exchange.cache_marks import Caching
from typesight.exchange.turns import Reask, Turn, with_system
from typesight.images.encoding.content_parts import Picture
from typesight.images.image import Image
from typesight.models.modes import Capability, Mode
from typesight.models.profiles import VisionProfile
from typesight.schema.target import Target

__all__ = ["Request"]


@dataclass(frozen=True)
class Request:
    """One request, frozen; a reask is a longer one.

    `target` and `mode` are None together: then the SDK's own reply is wanted. `can` is what the model takes, by its
    name and by what its endpoint has refused before. `options` go to the SDK's call as they are. `vendor` is the name
    its prices stand under. `caching` is what Claude's prompt cache is to keep.
    """

    model: str
    vendor: str
    turns: tuple[Turn | Reask, ...]
    profile: VisionProfile
    target: Target[Any] | None = None
    mode: Mode | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    can: Capability = field(default_factory=Capability)
    caching: Caching = "auto"

    @property
    def images(self) -> tuple[Image, ...]:
        """The pictures that are not ready to be sent yet, in order."""
        return tuple(image for turn in self.turns for image in turn.images)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures that are ready to be sent, in order."""
        return tuple(picture for turn in self.turns for picture in turn.pictures)

    def settled(self, ready: Mapping[Image, Sequence[Picture]]) -> Request:
        """The same request with those of its pictures that are ready to be sent."""
        return replace(self, turns=tuple(turn.settled(ready) for turn in self.turns))

    def telling(self, text: str) -> Request:
        """The same request with more said at the end of its system turn."""
        return replace(self, turns=with_system(self.turns, text))

    def grown(self, reask: Reask) -> Request:
        """The same request with one more turn at its end."""
        return replace(self, turns=(*self.turns, reask))
