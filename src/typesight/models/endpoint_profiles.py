"""Finds the vision profile of a model at an endpoint, and reads the option `profile=`."""

from __future__ import annotations

import warnings
from functools import lru_cache
from threading import RLock

from typesight.models.endpoint_rows import ENDPOINTS, UNKNOWN_ENDPOINT
from typesight.models.endpoint_type import EndpointRow
from typesight.models.model_rows import find_known_profile
from typesight.models.profiles import ProfileWarning, VisionProfile

__all__ = ["find_profile_at", "look_up_profile", "read_profile", "read_profile_at", "split_endpoint_name"]

_warned: set[str] = set()
_warning = RLock()


def find_profile_at(row: EndpointRow, model: str) -> VisionProfile:
    """Find a model's profile at an endpoint; for an unknown name return a safe profile, and warn once."""
    profile, is_known = look_up_profile(row, model)
    if not is_known:
        _warn_once(model, profile)
    return profile


def read_profile_at(given: str | VisionProfile, row: EndpointRow) -> VisionProfile:
    """Read the option `profile=` at an endpoint; a VisionProfile is returned unchanged.

    A name is a model's ("gpt-4o"), an endpoint's ("vllm"), or both ("openrouter/openai/gpt-4o"). Raises
    ValueError for an unknown name.
    """
    if isinstance(given, VisionProfile):
        return given
    named, model = split_endpoint_name(given)
    if named and not model:
        return named.limit_profile(named.opaque)
    profile = _find_known_at(row if named is None or named.native else named, model)
    if profile is None:
        raise ValueError(f"there is no profile for {given!r}: give the name of a known model, or a VisionProfile")
    return profile


def read_profile(given: str | VisionProfile) -> VisionProfile:
    """As `read_profile_at`, but without an endpoint: a bare model name means the model at its maker's own endpoint."""
    if isinstance(given, VisionProfile):
        return given
    if not isinstance(given, str):
        raise TypeError(f"profile must be a known model's name or a VisionProfile, not {type(given).__name__}")
    named, _ = split_endpoint_name(given)
    return read_profile_at(given if named else find_known_profile(given) or given, named or UNKNOWN_ENDPOINT)


def split_endpoint_name(name: str) -> tuple[EndpointRow | None, str]:
    """Split a name ("azure/gpt-4o", "vllm", "gpt-4o") into the row of its endpoint, if any, and the model's name."""
    first, _, rest = name.partition("/")
    return (ENDPOINTS[first], rest) if first in ENDPOINTS else (None, name)


@lru_cache(maxsize=1_024)
def look_up_profile(row: EndpointRow, model: str) -> tuple[VisionProfile, bool]:
    """Find a model's profile at an endpoint, and whether the model is known."""
    known = _find_known_at(row, model)
    return known or row.limit_profile(row.opaque), known is not None


def _find_known_at(row: EndpointRow, model: str) -> VisionProfile | None:
    if row.is_native(model) and (native_profile := find_known_profile(model, row.native)):
        return native_profile
    profile = find_known_profile(model)
    return row.limit_profile(profile) if profile else None


def _warn_once(model: str, profile: VisionProfile) -> None:
    with _warning:
        if model in _warned:
            return
        kinds = ", ".join(sorted(kind.removeprefix("image/").upper() for kind in profile.formats))
        warnings.warn(
            f"typesight does not know the model {model!r}: it sends pictures as {kinds} of at most "
            f"{max(profile.fit((65_535, 65_535)))} pixels a side, and cannot count their tokens; if you know what the "
            "model can do, give profile= a known model's name (profile='gpt-4o') or a VisionProfile",
            ProfileWarning,
            stacklevel=2,
        )
        _warned.add(model)  # after the warning: if warnings are errors, every call raises
