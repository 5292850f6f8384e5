"""Each model's limits for pictures: formats, sizes, resize rules, token prices. Data, with dates and sources.

A model's name picks its row by pattern; the first match wins. How an endpoint changes a row is in `endpoint_rows.py`.
`VisionProfile` is public: pass your own for a model without a row here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from typesight.models.image_tokens import (
    ClaudePatches,
    DetailRule,
    FlatPrice,
    OpenAIPatches,
    OpenAITiles,
    SideLimit,
    Size,
)

__all__ = [
    "GIF", "JPEG", "LOCAL_PROFILE", "MB", "PNG", "SAFE_PROFILE", "UNKNOWN_PROFILE", "WEBP", "Detail", "ProfileWarning",
    "VisionProfile", "find_known_profile", "find_profile",
]  # fmt: skip

Detail = Literal["auto", "low", "high", "original"]

JPEG, PNG, GIF, WEBP = "image/jpeg", "image/png", "image/gif", "image/webp"
MB = 1024 * 1024


class ProfileWarning(UserWarning):
    """A model's picture limits are unknown; pictures are sent within the limits of every endpoint."""


@dataclass(frozen=True, slots=True)
class VisionProfile:
    """The picture limits of one model behind one endpoint.

    `levels` maps each detail level to its rule (endpoints without levels have the one key `""`), `detail` is
    the level used when an Image has none; `""` is not sent. `max_bytes` and `max_request_bytes` count
    base64, in bytes; `max_side` is in pixels; `crowd` is (number of images, longest side in pixels): in a request with
    more images than that, none may have a longer side. `urls`: the endpoint fetches URLs itself. `text_first`: text
    goes before pictures. `context` is the default context length of a local server, in tokens. `source`
    says where the figures are from, and `as_of` their date.

    >>> VisionProfile("our-model", max_side=1024, urls=False).fit((4000, 3000))
    (1024, 768)

    Raises ValueError if `detail` is not one of the levels.
    """

    name: str
    levels: Mapping[str, DetailRule] = field(default_factory=lambda: {"": SideLimit(2048)})
    as_of: date | None = None
    source: str = "given by the application"
    detail: str = ""
    formats: frozenset[str] = frozenset({JPEG, PNG, GIF, WEBP})
    max_bytes: int = 20 * MB
    max_request_bytes: int = 512 * MB
    max_images: int = 1500
    max_side: int = 65_535
    crowd: tuple[int, int] | None = None
    urls: bool = True
    text_first: bool = False
    context: int | None = None

    def __post_init__(self) -> None:
        if self.detail not in self.levels:
            raise ValueError(f"detail={self.detail!r} is not one of the levels {sorted(self.levels)} of {self.name}")
        object.__setattr__(self, "levels", MappingProxyType(dict(self.levels)))
        object.__setattr__(self, "formats", frozenset(self.formats))

    def __hash__(self) -> int:
        return hash((self.name, self.as_of, self.detail, frozenset(self.levels.items()), self.max_side, self.max_bytes))

    def __reduce__(self) -> tuple[Any, ...]:
        held = (getattr(self, each.name) for each in fields(self))
        return VisionProfile, tuple(dict(value) if isinstance(value, Mapping) else value for value in held)

    def rule(self, detail: str | None = None) -> DetailRule:
        """The rule of a detail level; the profile's default if `detail` is None or not one of its levels."""
        return self.levels.get(detail or self.detail) or self.levels[self.detail]

    def fit(self, size: Size, *, detail: str | None = None, images: int = 1) -> Size:
        """The size (width, height) in which to send a picture, one of `images` in its request."""
        sides = [self.max_side]
        if self.crowd and images > self.crowd[0]:
            sides.append(self.crowd[1])
        return SideLimit(min(sides)).fit(self.rule(detail).fit(size))

    def tokens(self, size: Size, *, detail: str | None = None) -> int | None:
        """Image tokens billed for a picture of `size`; None if no price is published."""
        return self.rule(detail).count_tokens(size)


# OpenAI. Source: platform.openai.com images-vision guide and image cost calculator, September 2026. 20 MB a picture
# is from the guide of 2024; that of 2026 states no limit, so the old one is kept as safe.
_OPENAI_GUIDE = "OpenAI images-vision guide, 2026-09"
_LOW = OpenAIPatches(512, None)
_HIGH = OpenAIPatches(2048, 2_500)
_FULL = OpenAIPatches(65_535, None)
_HIGH_6000 = OpenAIPatches(6_000, 10_000)


def _make_patch_profile(name: str, **levels: DetailRule) -> VisionProfile:
    return VisionProfile(name, levels, date(2026, 9, 30), _OPENAI_GUIDE, detail="high")


def _make_one_level_profile(name: str, multiplier: float, budget: int = 6_144) -> VisionProfile:
    rule = OpenAIPatches(2048, budget, multiplier)
    return _make_patch_profile(name, low=rule, high=rule, auto=rule)


def _make_tile_profile(name: str, base: int, tile: int) -> VisionProfile:
    rule = OpenAITiles(base, tile)
    return _make_patch_profile(name, low=FlatPrice(base), high=rule, auto=rule)


def _set_2024_limits(profile: VisionProfile) -> VisionProfile:
    """A tile profile as in the guide of 2024: 85 + 170 for each tile, 20 MB a picture, 50 MB a request."""
    return replace(profile, as_of=date(2024, 10, 22), source="OpenAI vision guide, 2024", max_request_bytes=50 * MB)


_ASTRA = _make_patch_profile("gpt-6", low=_LOW, high=OpenAIPatches(65_535, 2_500), original=_FULL, auto=_FULL)
_GPT_54 = _make_patch_profile("gpt-5.4", low=OpenAIPatches(2048, 6_144), high=_HIGH, original=_HIGH_6000, auto=_HIGH)

# Claude. Source: Anthropic vision guide as of 2026-09-20; limits of the direct API.
_CLAUDE_GUIDE = "Anthropic vision guide, 2026-09-20"


def _make_claude_profile(name: str, rule: ClaudePatches, images: int = 600) -> VisionProfile:
    return VisionProfile(
        name=name,
        levels={"": rule},
        as_of=date(2026, 9, 20),
        source=_CLAUDE_GUIDE,
        max_bytes=10 * MB,
        max_request_bytes=32 * MB,
        max_images=images,
        max_side=8_000,
        crowd=(20, 2_000),
    )


_CLAUDE_HIGH = _make_claude_profile("claude-high", ClaudePatches(2_576, 4_784))
_CLAUDE_STANDARD = _make_claude_profile("claude-standard", ClaudePatches(1_568, 1_568), images=100)
_CLAUDE_2024 = replace(
    _make_claude_profile("claude-2024", ClaudePatches(1_568, 1_568, is_billed_by_area=True), images=20),
    max_bytes=5 * MB,
    as_of=date(2024, 10, 22),
    source="Anthropic vision guide, 2024",
)

# Gemini. Source: Google Cloud "Image understanding" as read 2026-11: 7 MB a picture sent as data, 900 pictures (3 Pro)
# or more, 1,120 tokens for one at Gemini 3's default resolution; Gemini 2's price by crops is not modelled. Pictures
# above 3,072 px are scaled down by Gemini (Gemini API guide, 2025).
_GEMINI = VisionProfile(
    "gemini",
    {"": SideLimit(3_072)},
    date(2026, 11, 20),
    "Google Cloud image understanding, 2026-11",
    formats=frozenset({JPEG, PNG, WEBP}),
    max_bytes=7 * MB,
    max_request_bytes=20 * MB,
    max_images=900,
)

# A model without a row, behind an endpoint with published limits.
UNKNOWN_PROFILE = VisionProfile("unknown", max_images=100, max_side=8_000, as_of=date(2026, 11, 20), source="no row")
# A model without a row, behind an unknown endpoint: the limits that every endpoint accepts.
SAFE_PROFILE = replace(
    UNKNOWN_PROFILE,
    name="safe",
    formats=frozenset({JPEG, PNG}),
    max_bytes=5 * MB,
    max_request_bytes=20 * MB,
    max_images=20,
    urls=False,
    source="the least that gateways agree on",
)
# The local reader: it gets the pixels as they are and shrinks them itself.
LOCAL_PROFILE = replace(
    SAFE_PROFILE,
    name="local",
    levels={"": SideLimit(65_535)},
    formats=frozenset({JPEG, PNG, WEBP}),
    max_bytes=100 * MB,
    max_request_bytes=1024 * MB,
    max_images=1500,
    max_side=65_535,
    source="this machine",
)

# What may follow a version number in a name: `claude-sonnet-4-5` is one, `claude-sonnet-4-20250514` is version 4.
_VERSION_END = r"(?![\d.])"

# Rows by maker: (pattern of the model's name, profile). First match wins.
_ROWS: Mapping[str, tuple[tuple[str, VisionProfile], ...]] = {
    "openai": (
        # gpt-6-sol, gpt-6-luna and gpt-6.1-* are in no published table yet: assumed to be like gpt-6-astra.
        (r"gpt-6", _ASTRA),
        (r"gpt-5\.6", _make_patch_profile("gpt-5.6", low=_LOW, high=_HIGH, original=_FULL, auto=_FULL)),
        (r"gpt-5\.5", _make_patch_profile("gpt-5.5", low=_LOW, high=_HIGH, original=_HIGH_6000, auto=_HIGH_6000)),
        (r"gpt-5\.4", _GPT_54),
        (r"gpt-5\.2", _make_one_level_profile("gpt-5.2", 1.2)),
        # Shut down or being retired: multipliers from the pages of August 2026, budgets from earlier pages.
        (r"gpt-4\.1-mini", _make_one_level_profile("gpt-4.1-mini", 1.62)),
        (r"gpt-4\.1-nano", _make_one_level_profile("gpt-4.1-nano", 2.46, budget=1_536)),
        (r"gpt-5-mini", _make_one_level_profile("gpt-5-mini", 1.2, budget=1_536)),
        (r"gpt-5-nano", _make_one_level_profile("gpt-5-nano", 1.5, budget=1_536)),
        (r"o4-mini", _make_one_level_profile("o4-mini", 1.72, budget=1_536)),
        (r"gpt-4o-mini", _make_tile_profile("gpt-4o-mini", 2_833, 5_667)),
        (
            r"gpt-4-turbo|gpt-4-(1106-)?vision|gpt-4o-2024-05-13",
            _set_2024_limits(_make_tile_profile("gpt-4-turbo", 85, 170)),
        ),
        (r"(chat)?gpt-4o|gpt-4\.[15]", _make_tile_profile("gpt-4o", 85, 170)),
        (r"gpt-5(\.1)?(-|$)", _make_tile_profile("gpt-5", 70, 140)),
        (r"o[13](-|$)", _make_tile_profile("o1", 75, 150)),
    ),
    "anthropic": (
        (r"claude-(3|instant|v?2)", _CLAUDE_2024),
        # 4.6 has a context of a million tokens, and the limit of 600 pictures that goes with it.
        (
            rf"claude-(opus|sonnet)-4[-.]6{_VERSION_END}|claude-4[-.]6-(opus|sonnet)",
            replace(_CLAUDE_STANDARD, name="claude-4.6", max_images=600),
        ),
        (rf"claude-(opus|sonnet|haiku)-4([-.][0-6]{_VERSION_END}|[-@]20\d{{6}}|-v\d|-latest|$)", _CLAUDE_STANDARD),
        (rf"claude-4([-.][0-6]{_VERSION_END})?-(opus|sonnet|haiku)", _CLAUDE_STANDARD),
        (r"claude-", _CLAUDE_HIGH),
    ),
    "google": (
        (r"gemini-3", replace(_GEMINI, name="gemini-3", levels={"": FlatPrice(1_120, 3_072)})),
        (r"gemini-[12]", replace(_GEMINI, max_images=3_000)),
        (r"gemini-", _GEMINI),
    ),
}
_PATTERNS = {maker: tuple((re.compile(pattern), profile) for pattern, profile in rows) for maker, rows in _ROWS.items()}
# Prefixes of a model's own name: `openai/`, `ft:`, `models/`, `us.anthropic.`, `openai.`, an ARN.
_PREFIX = re.compile(r"[/:]|(?:anthropic|openai)\.")


def find_known_profile(model: str, maker: str | None = None) -> VisionProfile | None:
    """The profile of a model by its name, or None if no row matches.

    A prefix of the name (`openai/`, `ft:`, `models/`, `us.anthropic.`) is skipped. `maker` ("openai", "anthropic",
    "google") limits the search to its models.
    """
    rows = [row for each in _PATTERNS if maker in {None, each} for row in _PATTERNS[each]]
    for part in _PREFIX.split(model.lower()):
        for pattern, profile in rows:
            if pattern.match(part):
                return profile
    return None


def find_profile(model: str) -> VisionProfile:
    """The profile of a model by its name, at its maker's own endpoint; `SAFE_PROFILE` if no row matches."""
    return LOCAL_PROFILE if model == "local" else find_known_profile(model) or SAFE_PROFILE
