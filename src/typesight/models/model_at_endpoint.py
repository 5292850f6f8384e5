"""ModelAtEndpoint: what is known about a model at the endpoint that serves it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from typesight.models.endpoint_profiles import find_profile_at, look_up_profile, read_profile_at
from typesight.models.endpoint_type import EndpointRow
from typesight.models.model_rows import find_capability
from typesight.models.modes import Capability
from typesight.models.profiles import VisionProfile

__all__ = ["ModelAtEndpoint", "find_capability_at", "find_model_at"]


@dataclass(frozen=True, slots=True)
class ModelAtEndpoint:
    """How a model takes pictures and what it can do, at one endpoint and before it has refused anything.

    `is_known`: the profile is the model's own or was given, not the safe one of an unknown model.
    """

    profile: VisionProfile
    capability: Capability
    is_known: bool = True


def find_model_at(row: EndpointRow, model: str, given: str | VisionProfile | None = None) -> ModelAtEndpoint:
    """Find what is known about a model at an endpoint, by its name or by `given`, the caller's option `profile`.

    The second time this is a look-up in a cache. Raises ValueError for an unknown name in `given`; an unknown model
    gets a safe profile and, once, a ProfileWarning.
    """
    found = _look_up_model(row, model, given)
    if not found.is_known:
        find_profile_at(row, model)  # which warns
    return found


@lru_cache(maxsize=1_024)
def find_capability_at(row: EndpointRow, model: str, profile: str) -> Capability:
    """Find what a model can do at an endpoint, by its name, or by its profile's name if its own is unknown."""
    if row.capability is not None:
        return row.capability
    known = replace(find_capability(model, profile), cache_marks=row.cache_marks)
    gateway = None if row.serves_as_maker(model) else row.gateway
    return gateway.limit_capability(known) if gateway else known


@lru_cache(maxsize=1_024)
def _look_up_model(row: EndpointRow, model: str, given: str | VisionProfile | None) -> ModelAtEndpoint:
    if isinstance(given, str) and row.capability is not None:
        given = row.opaque  # nothing there depends on a model, so that a model's name says nothing
    profile, is_known = look_up_profile(row, model) if given is None else (read_profile_at(given, row), True)
    return ModelAtEndpoint(profile, find_capability_at(row, model, profile.name), is_known)
