"""Policy: what an endpoint makes of a model's profile. Data, with dates and sources.

A gateway or a cloud serves models of other makers: the model's resize rule and price stay, the endpoint's
formats and limits hold.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from threading import RLock

from typesight.models.profiles import (
    GIF,
    JPEG,
    MB,
    PNG,
    SAFE_PROFILE,
    UNKNOWN_PROFILE,
    WEBP,
    ProfileWarning,
    VisionProfile,
    find_known_profile,
)

__all__ = [
    "POLICIES",
    "Policy",
    "find_profile_at",
    "make_unknown_policy",
    "read_profile",
    "read_profile_at",
    "serves_as_maker",
    "split_endpoint_name",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Policy:
    """What one endpoint allows, laid over a model's row: of two limits the smaller holds.

    `levels`: the endpoint passes OpenAI's detail levels on; where it does not, none is named. `native` is the
    maker whose models, by their bare names, keep their own row untouched. `opaque` is the row under a name
    that nobody knows. `prices` is the name its prices stand under at genai-prices. Other fields are those of
    VisionProfile.
    """

    name: str
    as_of: date
    source: str
    formats: frozenset[str] = frozenset({JPEG, PNG, GIF, WEBP})
    max_bytes: int | None = None
    max_request_bytes: int | None = None
    max_images: int | None = None
    urls: bool = True
    levels: bool = False
    text_first: bool = False
    context: int | None = None
    native: str = ""
    prices: str = ""
    opaque: VisionProfile = UNKNOWN_PROFILE

    def limit_profile(self, row: VisionProfile) -> VisionProfile:
        """The row as it is behind this endpoint."""
        named = {} if self.levels or not row.detail else {"levels": {"": row.rule(), **row.levels}, "detail": ""}
        return replace(
            row,
            name=f"{self.name}/{row.name}",
            as_of=min(self.as_of, row.as_of or self.as_of),
            source=f"{row.source}; {self.source}",
            formats=row.formats & self.formats,
            max_bytes=min(row.max_bytes, self.max_bytes or row.max_bytes),
            max_request_bytes=min(row.max_request_bytes, self.max_request_bytes or row.max_request_bytes),
            max_images=min(row.max_images, self.max_images or row.max_images),
            urls=row.urls and self.urls,
            text_first=self.text_first,
            context=self.context,
            **named,  # type: ignore[arg-type]  # the two fields of another type
        )


_TODAY = date(2026, 11, 20)
_SEPTEMBER = date(2026, 9, 20)
_STILL = frozenset({JPEG, PNG, WEBP})

# Rows: an endpoint each.
_ALL = (
    Policy(
        "openai",
        date(2026, 9, 30),
        "api.openai.com",
        levels=True,
        native="openai",
        prices="openai",
        opaque=SAFE_PROFILE,
    ),
    Policy("anthropic", _SEPTEMBER, "api.anthropic.com", native="anthropic", prices="anthropic", opaque=SAFE_PROFILE),
    # Its guide knows the levels low, high and auto, 10 pictures a request and 20 MB a picture.
    Policy(
        "azure",
        _TODAY,
        "Azure OpenAI, vision-enabled chat models, read 2026-11",
        max_bytes=20 * MB,
        max_images=10,
        levels=True,
        prices="azure",
        opaque=SAFE_PROFILE,
    ),
    Policy(
        "bedrock",
        date(2026, 10, 7),
        "Anthropic vision guide 2026-09-20; request size as reported 2026-10-07",
        max_bytes=5 * MB,
        max_request_bytes=20 * MB,
        urls=False,
        prices="aws",
        opaque=SAFE_PROFILE,
    ),
    Policy(
        "vertex",
        date(2026, 10, 7),
        "Anthropic vision guide 2026-09-20; request size as reported 2026-10-07",
        max_bytes=5 * MB,
        max_request_bytes=30 * MB,
        urls=False,
        prices="google",
        opaque=SAFE_PROFILE,
    ),
    # A gateway may route a model to any cloud that has it: the smallest limit of those clouds.
    Policy(
        "openrouter",
        _TODAY,
        "openrouter.ai images page, read 2026-11",
        max_bytes=5 * MB,
        max_request_bytes=20 * MB,
        text_first=True,
        prices="openrouter",
    ),
    Policy(
        "infron",
        _TODAY,
        "infron.ai images inputs page, read 2026-11",
        formats=_STILL,
        max_bytes=5 * MB,
        max_request_bytes=20 * MB,
        text_first=True,
        prices="infron",
    ),
    # Context: 4k below 24 GiB of video memory (ollama docs/context-length.mdx, 2026).
    Policy(
        "ollama",
        _TODAY,
        "ollama openai/openai.go, 2026-10",
        formats=_STILL,
        urls=False,
        context=4_096,
        prices="ollama",
    ),
    # WebP: listed in its guide, yet refused as a data URI, by many reports of 2026. Context: its default at loading.
    Policy(
        "lmstudio",
        _TODAY,
        "reports of 2026",
        formats=frozenset({JPEG, PNG}),
        urls=False,
        context=4_096,
        prices="lmstudio",
    ),
    # How many pictures a prompt may hold is a flag of the server (--limit-mm-per-prompt).
    Policy("vllm", _TODAY, "docs.vllm.ai multimodal inputs, read 2026-11", formats=_STILL, prices="vllm"),
    Policy(
        "gemini",
        _TODAY,
        "Google Cloud image understanding and the Gemini API's OpenAI guide, 2026-11",
        formats=_STILL,
        max_bytes=7 * MB,
        max_request_bytes=20 * MB,
        urls=False,
        prices="google",
    ),
)
POLICIES: Mapping[str, Policy] = {policy.name: policy for policy in _ALL}

# An endpoint nobody knows, by the SDK that talks to it. A proxy serves its maker's models by their bare names and as
# they are; whatever else it serves goes through a gateway, of which nothing is known.
_GATEWAY = Policy(
    "gateway",
    _TODAY,
    "the least that gateways agree on",
    formats=SAFE_PROFILE.formats,
    max_bytes=SAFE_PROFILE.max_bytes,
    max_request_bytes=SAFE_PROFILE.max_request_bytes,
    urls=False,
    opaque=SAFE_PROFILE,
)


def make_unknown_policy(maker: str) -> Policy:
    """The policy of an endpoint that nobody knows, spoken to by the SDK of a maker."""
    return replace(_GATEWAY, native=maker)


def find_profile_at(policy: Policy, model: str) -> VisionProfile:
    """What a model takes behind an endpoint; for a name that nobody knows a safe profile and one warning."""
    found = _find_known_at(policy, model)
    if found is None:
        found = policy.limit_profile(policy.opaque)
        _warn_once(model, found)
    return found


def read_profile_at(given: str | VisionProfile, policy: Policy) -> VisionProfile:
    """The profile that a caller names, behind an endpoint; a VisionProfile holds as it is.

    A name is a model's ("gpt-4o"), an endpoint's ("vllm"), or both ("openrouter/openai/gpt-4o"). Raises
    ValueError for a name in no row.
    """
    if isinstance(given, VisionProfile):
        return given
    named, model = split_endpoint_name(given)
    if named and not model:
        return named.limit_profile(named.opaque)
    found = _find_known_at(policy if named is None or named.native else named, model)
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
    return read_profile_at(given if named else find_known_profile(given) or given, named or _GATEWAY)


def split_endpoint_name(name: str) -> tuple[Policy | None, str]:
    """The endpoint that a name begins with, and the model's own name: "azure/gpt-4o", "vllm", "gpt-4o"."""
    first, _, rest = name.partition("/")
    return (POLICIES[first], rest) if first in POLICIES else (None, name)


def serves_as_maker(policy: Policy, model: str) -> bool:
    """Whether a model's own rules hold behind an endpoint: its maker's, Azure, or a proxy that serves it as it is."""
    return policy.levels or bool(policy.native and not _FOREIGN.search(model))


def _find_known_at(policy: Policy, model: str) -> VisionProfile | None:
    if policy.native and not _FOREIGN.search(model) and (own := find_known_profile(model, policy.native)):
        return own
    row = find_known_profile(model)
    return policy.limit_profile(row) if row else None


# Names as a gateway ("openai/gpt-4o"), Bedrock ("us.anthropic.claude-...") or Vertex ("claude-...@20260101") has them.
_FOREIGN = re.compile(r"/|anthropic\.|@")

_warned: set[str] = set()
_warning = RLock()


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
