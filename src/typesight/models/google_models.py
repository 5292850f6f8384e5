"""Google's models: one row each. The first row whose pattern matches a name is the model's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from typesight.models.image_tokens import FlatPrice, SideLimit
from typesight.models.model_type import ModelRow
from typesight.models.profiles import JPEG, MB, PNG, WEBP, VisionProfile

__all__ = ["GOOGLE_MODELS"]

# 7 MB a picture sent as data, 900 pictures (3 Pro) or more, 1,120 tokens for one at Gemini 3's default resolution;
# Gemini 2's price by crops is not modelled. Pictures above 3,072 px are scaled down by Gemini (Gemini API guide, 2025).
_GEMINI = VisionProfile(
    "",
    {"": SideLimit(3_072)},
    date(2026, 11, 20),
    "Google Cloud image understanding, 2026-11",
    formats=frozenset({JPEG, PNG, WEBP}),
    max_bytes=7 * MB,
    max_request_bytes=20 * MB,
    max_images=900,
)
_LIKE_GEMINI = replace(_GEMINI, source=f"{_GEMINI.source}, about other models: assumed")
_GEMINI_3 = replace(_GEMINI, levels={"": FlatPrice(1_120, 3_072)})

GOOGLE_MODELS = (
    ModelRow("gemini-3", "google", r"gemini-3", _GEMINI_3),
    ModelRow("gemini-2.5", "google", r"gemini-[12]", replace(_GEMINI, max_images=3_000)),
    ModelRow("gemini-latest", "google", r"gemini-", _LIKE_GEMINI),
)
