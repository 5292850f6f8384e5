"""OpenAI's models: one row each. The first row whose pattern matches a name is the model's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from typesight.models.image_tokens import DetailRule, FlatPrice, OpenAIPatches, OpenAITiles
from typesight.models.model_type import ModelRow, Source
from typesight.models.modes import Capability, Mode
from typesight.models.profiles import MB, VisionProfile

__all__ = ["OPENAI_MODELS"]

# Pictures. 20 MB a picture is from the guide of 2024; that of 2026 states no limit, so the old one is kept as safe.
_VISION_GUIDE = Source("OpenAI images-vision guide, 2026-09", date(2026, 9, 30))
_OLD_VISION_GUIDE = Source("OpenAI vision guide, 2024", date(2024, 10, 22))
# Modes. The checklist names GPT-6 Astra and GPT-6.1 Sol (tools in Responses only) and GPT-6 Sol and Luna (tools in Chat
# Completions only without reasoning); the same refusal is reported for gpt-5.4 and gpt-5.6. JSON mode: since 2023-11.
_CHECKLIST = Source("OpenAI deployment checklist", date(2026, 9, 30))
_UNLISTED = _CHECKLIST.assume()
_REPORTS = Source('error reports: "Function tools with reasoning_effort are not supported"', date(2026, 9, 30))
_STRUCTURED = Source("OpenAI structured-outputs guide", date(2026, 9, 30))
_CACHING = Source("OpenAI prompt-caching guide", date(2026, 9, 30))
# The SDK's list of models has the announced days.
_DEPRECATIONS = Source("openai 3.57, types/shared/chat_model.py", date(2026, 11, 30))

_LOW = OpenAIPatches(512, None)
_HIGH = OpenAIPatches(2048, 2_500)
_FULL = OpenAIPatches(65_535, None)
_HIGH_6000 = OpenAIPatches(6_000, 10_000)


def _make_patch_profile(**levels: DetailRule) -> VisionProfile:
    return VisionProfile("", levels, _VISION_GUIDE.as_of, _VISION_GUIDE.where, detail="high")


def _make_one_level_profile(multiplier: float, budget: int = 6_144) -> VisionProfile:
    rule = OpenAIPatches(2048, budget, multiplier)
    return _make_patch_profile(low=rule, high=rule, auto=rule)


def _make_tile_profile(base: int, tile: int) -> VisionProfile:
    rule = OpenAITiles(base, tile)
    return _make_patch_profile(low=FlatPrice(base), high=rule, auto=rule)


_ASTRA = _make_patch_profile(low=_LOW, high=OpenAIPatches(65_535, 2_500), original=_FULL, auto=_FULL)
# The other models of GPT-6 are in no published table yet: assumed to be like gpt-6-astra.
_LIKE_ASTRA = replace(_ASTRA, source=f"{_VISION_GUIDE.where}, about gpt-6-astra: assumed")
_GPT_54 = _make_patch_profile(low=OpenAIPatches(2048, 6_144), high=_HIGH, original=_HIGH_6000, auto=_HIGH)
_GPT_55 = _make_patch_profile(low=_LOW, high=_HIGH, original=_HIGH_6000, auto=_HIGH_6000)
_GPT_56 = _make_patch_profile(low=_LOW, high=_HIGH, original=_FULL, auto=_FULL)
_GPT_4O = _make_tile_profile(85, 170)
_GPT_5 = _make_tile_profile(70, 140)
_O1 = _make_tile_profile(75, 150)
_2024 = replace(_GPT_4O, as_of=_OLD_VISION_GUIDE.as_of, source=_OLD_VISION_GUIDE.where, max_request_bytes=50 * MB)

_ALL = Capability(token_limit_name="max_completion_tokens")
_UNREASONED = replace(_ALL, chat_tools="unreasoned")
_NO_CHAT_TOOLS = replace(_ALL, chat_tools="never")
_NO_JSON_SCHEMA = Capability(modes=(Mode.TOOLS, Mode.JSON, Mode.PROMPTED))
_TOOLS_ONLY = Capability(modes=(Mode.TOOLS, Mode.PROMPTED))


def _make_row(
    name: str,
    pattern: str,
    profile: VisionProfile | None,
    capability: Capability,
    modes: Source = _STRUCTURED,
    *,
    cache_minimum: int | None = None,
    shutdown: date | None = None,
) -> ModelRow:
    found: Mapping[str, Source | None] = {
        "capability": modes,
        "cache_minimum": _CACHING if cache_minimum else None,
        "shutdown": _DEPRECATIONS if shutdown else None,
    }
    return ModelRow(
        name,
        "openai",
        pattern,
        profile,
        capability,
        cache_minimum=cache_minimum,
        shutdown=shutdown,
        sources={fact: source for fact, source in found.items() if source},
    )


_OCTOBER, _DECEMBER = date(2026, 10, 23), date(2026, 12, 11)
_JANUARY, _APRIL = date(2027, 1, 14), date(2027, 4, 1)

OPENAI_MODELS = (
    _make_row("gpt-6-astra", r"gpt-6-astra", _ASTRA, _NO_CHAT_TOOLS, _CHECKLIST, cache_minimum=1_024),
    _make_row("gpt-6.1-sol", r"gpt-6\.1-sol", _LIKE_ASTRA, _NO_CHAT_TOOLS, _CHECKLIST, cache_minimum=1_024),
    # In the SDK's list of models only: assumed to be like the newest that the checklist names.
    _make_row("gpt-6.1-terra", r"gpt-6\.1", _LIKE_ASTRA, _NO_CHAT_TOOLS, _UNLISTED, cache_minimum=1_024),
    _make_row("gpt-6.2-astra", r"gpt-6\.2-astra", _LIKE_ASTRA, _NO_CHAT_TOOLS, _UNLISTED, cache_minimum=1_024),
    _make_row("gpt-6.2-sol", r"gpt-6\.[2-9]", _LIKE_ASTRA, _NO_CHAT_TOOLS, _UNLISTED, cache_minimum=1_024),
    _make_row("gpt-6-sol", r"gpt-6-sol", _LIKE_ASTRA, _UNREASONED, _CHECKLIST, cache_minimum=1_024),
    _make_row("gpt-6-luna", r"gpt-6", _LIKE_ASTRA, _UNREASONED, _CHECKLIST, cache_minimum=1_024),
    _make_row("gpt-5.6-sol", r"gpt-5\.6", _GPT_56, _UNREASONED, _REPORTS, cache_minimum=1_024),
    _make_row("gpt-5.5", r"gpt-5\.5", _GPT_55, _UNREASONED, _REPORTS.assume()),
    _make_row("gpt-5.4-nano", r"gpt-5\.4-nano", _GPT_54, _UNREASONED, _REPORTS, shutdown=_APRIL),
    _make_row("gpt-5.4", r"gpt-5\.4", _GPT_54, _UNREASONED, _REPORTS),
    _make_row("gpt-5.2", r"gpt-5\.2", _make_one_level_profile(1.2), _ALL),
    # Multipliers of retired models are from pages of August 2026, budgets from earlier pages.
    _make_row("gpt-5-mini", r"gpt-5-mini", _make_one_level_profile(1.2, 1_536), _ALL, shutdown=_DECEMBER),
    _make_row("gpt-5-nano", r"gpt-5-nano", _make_one_level_profile(1.5, 1_536), _ALL, shutdown=_DECEMBER),
    _make_row("gpt-5.1", r"gpt-5\.1(-|$)", _GPT_5, _ALL, shutdown=_APRIL),
    _make_row("gpt-5", r"gpt-5(-|$)", _GPT_5, _ALL, shutdown=_DECEMBER),
    _make_row("gpt-5.3-chat-latest", r"gpt-5", None, _ALL, _STRUCTURED.assume()),
    _make_row("gpt-4.1-mini", r"gpt-4\.1-mini", _make_one_level_profile(1.62), _ALL, shutdown=_JANUARY),
    _make_row("gpt-4.1-nano", r"gpt-4\.1-nano", _make_one_level_profile(2.46, 1_536), _ALL, shutdown=_OCTOBER),
    _make_row("gpt-4.1", r"gpt-4\.1", _GPT_4O, _ALL, shutdown=_JANUARY),
    _make_row("gpt-4.5-preview", r"gpt-4\.5", _GPT_4O, _ALL, _STRUCTURED.assume()),
    _make_row("gpt-4o-mini", r"gpt-4o-mini", _make_tile_profile(2_833, 5_667), _ALL, shutdown=_JANUARY),
    _make_row("gpt-4o-2024-05-13", r"gpt-4o-2024-05", _2024, _NO_JSON_SCHEMA, shutdown=_OCTOBER),
    _make_row("gpt-4o", r"(chat)?gpt-4o", _GPT_4O, _ALL, shutdown=_JANUARY),
    _make_row("gpt-4-turbo", r"gpt-4-turbo|gpt-4-(1106-)?vision", _2024, _NO_JSON_SCHEMA, shutdown=_OCTOBER),
    _make_row("gpt-4", r"gpt-4(-0\d{3})?$", None, _TOOLS_ONLY, shutdown=_OCTOBER),
    _make_row("gpt-4-32k", r"gpt-4-", None, _NO_JSON_SCHEMA, _STRUCTURED.assume()),
    _make_row("gpt-3.5-turbo", r"gpt-3\.5", None, _NO_JSON_SCHEMA, shutdown=_OCTOBER),
    _make_row("o4-mini", r"o4-mini", _make_one_level_profile(1.72, 1_536), _ALL, shutdown=_OCTOBER),
    _make_row("o3-mini", r"o3-mini", _O1, _ALL, shutdown=_OCTOBER),
    _make_row("o3", r"o3(-|$)", _O1, _ALL, shutdown=_DECEMBER),
    _make_row("o1", r"o1(-|$)", _O1, _ALL, shutdown=_OCTOBER),
    _make_row("o4", r"o\d", None, _ALL, _STRUCTURED.assume()),
)
