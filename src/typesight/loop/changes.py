"""What a call changes by itself while it runs: reported by its loop, for logs and hooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from typesight.models.modes import Mode, RefusedFeature
from typesight.schema.schema_walk import Schema

__all__ = ["Change", "ModeChanged", "ModelChanged", "ReaskBegan", "TokenLimitRaised"]


@dataclass(frozen=True, slots=True)
class ReaskBegan:
    """The next request is a reask, attempt number `attempt`; `errors` maps failing paths to what is wrong."""

    attempt: int
    errors: Mapping[str, str]
    schema: Schema = field(repr=False)


@dataclass(frozen=True, slots=True)
class ModeChanged:
    """The endpoint refused a mode or a part of it for the model, so `mode` is used from now on."""

    model: str
    refused: RefusedFeature
    mode: Mode | None


@dataclass(frozen=True, slots=True)
class TokenLimitRaised:
    """A reply stopped at the token limit; `limits` are the higher ones by name, in tokens."""

    limits: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ModelChanged:
    """Another model takes over."""

    before: str
    after: str


Change = ReaskBegan | ModeChanged | TokenLimitRaised | ModelChanged
