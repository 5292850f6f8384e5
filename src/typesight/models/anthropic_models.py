"""Anthropic's models: one row each. The first row whose pattern matches a name is the model's.

Names are spelled with dashes by Anthropic ("claude-opus-4-5") and with dots by gateways ("claude-opus-4.5").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from typesight.models.image_tokens import ClaudePatches
from typesight.models.model_type import ModelRow, Source
from typesight.models.modes import Capability, Mode
from typesight.models.profiles import MB, VisionProfile

__all__ = ["ANTHROPIC_MODELS"]

_VISION_GUIDE = Source("Anthropic vision guide, 2026-09-20", date(2026, 9, 20))
_OLD_VISION_GUIDE = Source("Anthropic vision guide, 2024", date(2024, 10, 22))
# Modes: the errors page names the models that refuse a forced tool call; JSON outputs exist since the 4.5 models.
# Property keys: reports of 400s for its API and for Bedrock, 2024 to 2026.
_FORCING = Source('Anthropic errors page of 2026-09 and "Forcing tool use" of 2026-10-09', date(2026, 10, 9))
_STRUCTURED = Source("Anthropic structured-outputs guide", date(2026, 9, 30))
_OVERVIEW = Source("Anthropic models overview, 2024 to 2026", date(2026, 9, 30))
_CACHING = Source("Anthropic prompt-caching guide", date(2026, 9, 30))
_SECOND_HAND = Source("a second-hand page of 2026-10", date(2026, 10, 31))
# The system prompt about tools, or about the answer's schema, that Claude is given and that is billed: 159 to 530.
_TOOL_GUIDE = Source('Anthropic tool use guide, "tool use system prompt token count"', date(2025, 12, 31))
_DEPRECATIONS = Source("anthropic 2.14, _data/deprecated_models.py", date(2026, 11, 30))
_PREAMBLE = 530


def _make_profile(rule: ClaudePatches, images: int = 600) -> VisionProfile:
    return VisionProfile(
        "",
        levels={"": rule},
        as_of=_VISION_GUIDE.as_of,
        source=_VISION_GUIDE.where,
        max_bytes=10 * MB,
        max_request_bytes=32 * MB,
        max_images=images,
        max_side=8_000,
        crowd=(20, 2_000),
    )


_HIGH = _make_profile(ClaudePatches(2_576, 4_784))
_STANDARD = _make_profile(ClaudePatches(1_568, 1_568), images=100)
# 4.6 has a context of a million tokens, and the limit of 600 pictures that goes with it.
_STANDARD_600 = replace(_STANDARD, max_images=600)
_2024 = replace(
    _make_profile(ClaudePatches(1_568, 1_568, is_billed_by_area=True), images=20),
    max_bytes=5 * MB,
    as_of=_OLD_VISION_GUIDE.as_of,
    source=_OLD_VISION_GUIDE.where,
)

_ALL = Capability(short_keys=True)
_UNFORCED = replace(_ALL, forced_tools=False)
_NO_JSON_SCHEMA = Capability(modes=(Mode.TOOLS, Mode.JSON, Mode.PROMPTED), short_keys=True)


def _make_row(
    name: str,
    pattern: str,
    profile: VisionProfile,
    capability: Capability,
    modes: Source = _STRUCTURED,
    *,
    output: int | None = None,
    cache: int | None = None,
    cache_source: Source = _CACHING,
    shutdown: date | None = None,
) -> ModelRow:
    found: Mapping[str, Source | None] = {
        "capability": modes,
        "longest_output": _OVERVIEW if output else None,
        "cache_minimum": cache_source if cache else None,
        "preamble": _TOOL_GUIDE,
        "shutdown": _DEPRECATIONS if shutdown else None,
    }
    return ModelRow(
        name,
        "anthropic",
        f"claude-({pattern})",
        profile,
        capability,
        longest_output=output,
        cache_minimum=cache,
        preamble=_PREAMBLE,
        shutdown=shutdown,
        sources={fact: source for fact, source in found.items() if source},
    )


def _spell_version(families: str, version: str) -> str:
    """A pattern for both orders, "opus-4-5" and "4-5-opus"; "4" alone is followed by a date, a version or nothing."""
    dotted = version.replace("-", "[-.]")
    end = r"(?![\d.])" if "-" in version else r"([-.]0(?![\d.])|[-@]20\d{6}|-v\d|-latest|$)"
    return rf"({families})-{dotted}{end}|{dotted}-({families})"


ANTHROPIC_MODELS = (
    # Fable and Mythos 5.2 are in the SDK's list of models only: assumed to be like 5.1.
    _make_row("claude-fable-5-2", _spell_version("fable|mythos", "5-2"), _HIGH, _UNFORCED, _FORCING.assume()),
    _make_row("claude-fable-5-1", _spell_version("fable|mythos", "5-1"), _HIGH, _UNFORCED, _FORCING, cache=512),
    _make_row("claude-fable-5", r"(fable|mythos)-5", _HIGH, _ALL, cache=512),
    _make_row(
        "claude-mythos-preview", r"mythos-preview", _HIGH, _NO_JSON_SCHEMA, _STRUCTURED.assume(), cache=2_048,
        shutdown=date(2026, 6, 30),
    ),
    _make_row("claude-opus-5-5", _spell_version("opus", "5-5"), _HIGH, _UNFORCED, _FORCING, cache=512),
    _make_row("claude-opus-5", r"opus-5", _HIGH, _ALL, cache=512),
    _make_row("claude-sonnet-5-5", _spell_version("sonnet", "5-5"), _HIGH, _UNFORCED, _FORCING, cache=512),
    _make_row("claude-sonnet-5", r"sonnet-5", _HIGH, _ALL, cache=1_024),
    _make_row("claude-haiku-5-5", _spell_version("haiku", "5-5"), _HIGH, _ALL, cache=512, cache_source=_SECOND_HAND),
    _make_row("claude-opus-4-8", _spell_version("opus", "4-8"), _HIGH, _ALL, cache=1_024),
    _make_row("claude-opus-4-7", _spell_version("opus", "4-7"), _HIGH, _ALL, cache=2_048),
    _make_row("claude-opus-4-6", _spell_version("opus", "4-6"), _STANDARD_600, _ALL, cache=4_096),
    _make_row("claude-sonnet-4-6", _spell_version("sonnet", "4-6"), _STANDARD_600, _ALL, cache=1_024),
    _make_row(
        "claude-opus-4-5", _spell_version("opus", "4-5"), _STANDARD, _ALL, output=64_000, cache=4_096,
        shutdown=date(2027, 1, 22),
    ),
    _make_row(
        "claude-sonnet-4-5", _spell_version("sonnet", "4-5"), _STANDARD, _ALL, output=64_000, cache=1_024,
        shutdown=date(2026, 11, 30),
    ),
    _make_row("claude-haiku-4-5", _spell_version("haiku", "4-5"), _STANDARD, _ALL, output=64_000, cache=4_096),
    _make_row("claude-opus-4-1", _spell_version("opus", "4-1"), _STANDARD, _NO_JSON_SCHEMA, output=32_000),
    _make_row("claude-opus-4", _spell_version("opus", "4"), _STANDARD, _NO_JSON_SCHEMA, output=32_000),
    _make_row("claude-sonnet-4", _spell_version("sonnet", "4"), _STANDARD, _NO_JSON_SCHEMA, output=64_000),
    _make_row("claude-3-7-sonnet", r"3[-.]7", _2024, _NO_JSON_SCHEMA, output=64_000),
    _make_row("claude-3-5-sonnet", r"3[-.]5", _2024, _NO_JSON_SCHEMA, output=8_192),
    _make_row("claude-3-opus", r"3-(opus|sonnet|haiku)", _2024, _NO_JSON_SCHEMA, output=4_096),
    _make_row("claude-2", r"3|instant|v?2", _2024, _NO_JSON_SCHEMA),
    # Models to come: assumed to be like the newest. Any other name: without JSON outputs, as the oldest.
    _make_row(
        "claude-opus-6", r"(opus|sonnet|haiku)-4[-.][5-9]|(opus|sonnet|haiku|fable|mythos)-[5-9]", _HIGH, _ALL,
        _STRUCTURED.assume(),
    ),
    _make_row("claude-next", r"", _HIGH, _NO_JSON_SCHEMA, _STRUCTURED.assume()),
)  # fmt: skip
