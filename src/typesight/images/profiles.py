"""What each endpoint takes of a picture: formats, limits, resize rules, prices. Data, with dates and sources.

A model's name picks its row by pattern, first match wins. An endpoint's policy (what a gateway forbids) is
laid over the model's row. `VisionProfile` is public: pass your own for a model nobody here knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Literal

from typesight.images.tokens import Box, ClaudePatches, Flat, OpenAIPatches, Rule, Size, Tiles

__all__ = ["Detail", "VisionProfile", "known_profile", "profile_for"]

Detail = Literal["auto", "low", "high", "original"]

JPEG, PNG, GIF, WEBP = "image/jpeg", "image/png", "image/gif", "image/webp"
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class VisionProfile:
    """What one model, behind one endpoint, takes of a picture.

    `levels` maps each detail level to its rule (endpoints without levels have the one key `""`), `detail` is
    the level chosen when an Image names none. `max_bytes` and `max_request_bytes` count base64, in bytes;
    `max_side` is in pixels; `crowd` is (number of images, longest side in pixels): above that many images in a
    request every one must keep to that side. `urls`: the endpoint fetches URLs itself. `source` says where the
    figures are from and `as_of` of what day they are.
    """

    name: str
    levels: Mapping[str, Rule]
    as_of: date
    source: str
    detail: str = ""
    formats: frozenset[str] = frozenset({JPEG, PNG, GIF, WEBP})
    max_bytes: int = 20 * MB
    max_request_bytes: int = 512 * MB
    max_images: int = 1500
    max_side: int = 65_535
    crowd: tuple[int, int] | None = None
    urls: bool = True
    text_first: bool = False

    def rule(self, detail: str | None = None) -> Rule:
        """The rule of a detail level; of the profile's own when `detail` is None or not one of its levels."""
        return self.levels.get(detail or self.detail) or self.levels[self.detail]

    def fit(self, size: Size, *, detail: str | None = None, images: int = 1) -> Size:
        """The size (width, height) to send a picture in, one of `images` in its request."""
        sides = [self.max_side]
        if self.crowd and images > self.crowd[0]:
            sides.append(self.crowd[1])
        return Box(min(sides)).fit(self.rule(detail).fit(size))

    def tokens(self, size: Size, *, detail: str | None = None) -> int | None:
        """Image tokens billed for a picture of `size`; None where nobody says."""
        return self.rule(detail).tokens(size)


def _levels(**rules: Rule) -> Mapping[str, Rule]:
    return MappingProxyType({name.strip("_"): rule for name, rule in rules.items()})


# OpenAI. Source: platform.openai.com images-vision guide and image cost calculator, September 2026.
_OPENAI_GUIDE = "OpenAI images-vision guide, 2026-09"
_OPENAI = VisionProfile(
    name="openai", levels=_levels(high=Box(2048)), detail="high", as_of=date(2026, 9, 30), source=_OPENAI_GUIDE
)
_LOW = OpenAIPatches(512, None)
_HIGH = OpenAIPatches(2048, 2_500)
_FULL = OpenAIPatches(65_535, None)
_SIX_THOUSAND = OpenAIPatches(6_000, 10_000)


def _patches(name: str, **levels: Rule) -> VisionProfile:
    return replace(_OPENAI, name=name, levels=_levels(**levels))


def _tiles(name: str, base: int, tile: int) -> VisionProfile:
    rule = Tiles(base, tile)
    return replace(_OPENAI, name=name, levels=_levels(low=Flat(base), high=rule, auto=rule))


def _one_level(name: str, multiplier: float, budget: int = 6_144) -> VisionProfile:
    rule = OpenAIPatches(2048, budget, multiplier)
    return _patches(name, low=rule, high=rule, auto=rule)


# Claude. Source: Anthropic vision guide as of 2026-09-20; limits of the direct API.
_CLAUDE_GUIDE = "Anthropic vision guide, 2026-09-20"


def _claude(name: str, rule: ClaudePatches, images: int = 600) -> VisionProfile:
    return VisionProfile(
        name=name,
        levels=_levels(_=rule),
        as_of=date(2026, 9, 20),
        source=_CLAUDE_GUIDE,
        max_bytes=10 * MB,
        max_request_bytes=32 * MB,
        max_images=images,
        max_side=8_000,
        crowd=(20, 2_000),
    )


_CLAUDE_HIGH = _claude("claude-high", ClaudePatches(2_576, 4_784))
_CLAUDE_STANDARD = _claude("claude-standard", ClaudePatches(1_568, 1_568), images=100)
_CLAUDE_2024 = replace(
    _claude("claude-2024", ClaudePatches(1_568, 1_568, by_area=True), images=20),
    max_bytes=5 * MB,
    as_of=date(2024, 10, 22),
    source="Anthropic vision guide, 2024",
)

_ASTRA = _patches("gpt-6", low=_LOW, high=OpenAIPatches(65_535, 2_500), original=_FULL, auto=_FULL)

# An endpoint that nobody here knows: what every one of them takes.
_SAFE = VisionProfile(
    name="safe",
    levels=_levels(_=Box(2048)),
    formats=frozenset({JPEG, PNG}),
    max_bytes=5 * MB,
    max_request_bytes=20 * MB,
    max_images=20,
    max_side=8_000,
    urls=False,
    as_of=date(2026, 11, 20),
    source="the least that gateways agree on",
)
# This machine: the reader shrinks for itself; it gets the pixels as they are.
_LOCAL = replace(
    _SAFE,
    name="local",
    levels=_levels(_=Box(8_000)),
    formats=frozenset({JPEG, PNG, WEBP}),
    max_bytes=100 * MB,
    max_request_bytes=1024 * MB,
    max_images=1500,
    source="this machine",
)

# Rows: (pattern of the model's name, profile). First match wins.
_ROWS: tuple[tuple[str, VisionProfile], ...] = (
    # gpt-6-sol, gpt-6-luna and gpt-6.1-* are in no published table yet: taken to be as gpt-6-astra.
    (r"gpt-6", _ASTRA),
    (r"gpt-5\.6", _patches("gpt-5.6", low=_LOW, high=_HIGH, original=_FULL, auto=_FULL)),
    (r"gpt-5\.5", _patches("gpt-5.5", low=_LOW, high=_HIGH, original=_SIX_THOUSAND, auto=_SIX_THOUSAND)),
    (
        r"gpt-5\.4",
        _patches("gpt-5.4", low=OpenAIPatches(2048, 6_144), high=_HIGH, original=_SIX_THOUSAND, auto=_HIGH),
    ),
    (r"gpt-5\.2", _one_level("gpt-5.2", 1.2)),
    (r"gpt-4\.1-mini", _one_level("gpt-4.1-mini", 1.62)),
    (r"gpt-4\.1-nano", _one_level("gpt-4.1-nano", 2.46, budget=1_536)),
    (r"gpt-5-mini", _one_level("gpt-5-mini", 1.2, budget=1_536)),
    (r"gpt-5-nano", _one_level("gpt-5-nano", 1.5, budget=1_536)),
    (r"o4-mini", _one_level("o4-mini", 1.72, budget=1_536)),
    (r"gpt-4o-mini", _tiles("gpt-4o-mini", 2_833, 5_667)),
    (r"gpt-4(o|\.1|\.5|-turbo|-vision)|chatgpt-4o", _tiles("gpt-4o", 85, 170)),
    (r"gpt-5(\.1)?(-|$)", _tiles("gpt-5", 70, 140)),
    (r"o[13](-|$)", _tiles("o1", 75, 150)),
    (r"claude-(3|instant|2)", _CLAUDE_2024),
    (r"claude-haiku-4|claude-(opus|sonnet)-4(-[0-6]|-2025\d{4}|$)", _CLAUDE_STANDARD),
    (r"claude-", _CLAUDE_HIGH),
    (r"local$", _LOCAL),
)
_COMPILED = tuple((re.compile(pattern), profile) for pattern, profile in _ROWS)


def known_profile(model: str) -> VisionProfile | None:
    """The profile of a model's name, or None for a name that is in no row.

    A vendor's prefix (`openai/`, `anthropic.`, `us.anthropic.`) is read over.
    """
    name = re.split(r"[/:]|anthropic\.", model.lower().removeprefix("models/"))
    for part in name:
        for pattern, profile in _COMPILED:
            if pattern.match(part):
                return profile
    return None


def profile_for(model: str) -> VisionProfile:
    """The profile of a model's name; the safe one for a name that is in no row."""
    return known_profile(model) or _SAFE
