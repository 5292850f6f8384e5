"""Profiles behind an endpoint: what a model takes of a picture there, and what a caller's `profile=` means."""

from __future__ import annotations

import warnings
from threading import RLock

from typesight.models.endpoint_rows import ENDPOINTS, UNKNOWN_ENDPOINT
from typesight.models.endpoint_type import EndpointRow
from typesight.models.profiles import ProfileWarning, VisionProfile, find_known_profile

__all__ = ["find_profile_at", "read_profile", "read_profile_at", "split_endpoint_name"]

_warned: set[str] = set()
_warning = RLock()


def find_profile_at(row: EndpointRow, model: str) -> VisionProfile:
    """What a model takes behind an endpoint; for a name that nobody knows a safe profile and one warning."""
    found = _find_known_at(row, model)
    if found is None:
        found = row.limit_profile(row.opaque)
        _warn_once(model, found)
    return found


def read_profile_at(given: str | VisionProfile, row: EndpointRow) -> VisionProfile:
    """The profile that a caller names, behind an endpoint; a VisionProfile holds as it is.

    A name is a model's ("gpt-4o"), an endpoint's ("vllm"), or both ("openrouter/openai/gpt-4o"). Raises
    ValueError for a name in no row.
    """
    if isinstance(given, VisionProfile):
        return given
    named, model = split_endpoint_name(given)
    if named and not model:
        return named.limit_profile(named.opaque)
    found = _find_known_at(row if named is None or named.native else named, model)
    if found is None:
        raise ValueError(f"no profile is known under {given!r}: name a known model, or pass a VisionProfile")
    return found


def read_profile(given: str | VisionProfile) -> VisionProfile:
    """As `read_profile_at`, where no endpoint is known: a bare name is a model's at its maker's own endpoint."""
    if isinstance(given, VisionProfile):
        return given
    if not isinstance(given, str):
        raise TypeError(f"profile is a known model's name or a VisionProfile, not {type(given).__name__}")
    named, _ = split_endpoint_name(given)
    return read_profile_at(given if named else find_known_profile(given) or given, named or UNKNOWN_ENDPOINT)


def split_endpoint_name(name: str) -> tuple[EndpointRow | None, str]:
    """The endpoint that a name begins with, and the model's own name: "azure/gpt-4o", "vllm", "gpt-4o"."""
    first, _, rest = name.partition("/")
    return (ENDPOINTS[first], rest) if first in ENDPOINTS else (None, name)


def _find_known_at(row: EndpointRow, model: str) -> VisionProfile | None:
    if row.is_native(model) and (own := find_known_profile(model, row.native)):
        return own
    profile = find_known_profile(model)
    return row.limit_profile(profile) if profile else None


def _warn_once(model: str, profile: VisionProfile) -> None:
    with _warning:
        if model in _warned:
            return
        kinds = ", ".join(sorted(kind.removeprefix("image/").upper() for kind in profile.formats))
        warnings.warn(
            f"nothing is known about the model {model!r}: its pictures are sent as {kinds} of at most "
            f"{max(profile.fit((65_535, 65_535)))} pixels a side, and their tokens are not known; say what it can do "
            "with profile=, by a model's name (profile='gpt-4o') or a VisionProfile",
            ProfileWarning,
            stacklevel=2,
        )
        _warned.add(model)  # after the warning: where warnings are errors, every call says so
