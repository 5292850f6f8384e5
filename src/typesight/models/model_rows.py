"""The table of known models, and the one function that finds a model's row by any of its spellings."""

from __future__ import annotations

import re
from functools import lru_cache

from typesight.models.anthropic_models import ANTHROPIC_MODELS
from typesight.models.google_models import GOOGLE_MODELS
from typesight.models.model_type import ModelRow
from typesight.models.modes import Capability
from typesight.models.openai_models import OPENAI_MODELS
from typesight.models.profiles import LOCAL_PROFILE, SAFE_PROFILE, VisionProfile

__all__ = ["MODELS", "find_capability", "find_known_profile", "find_model", "find_profile"]

MODELS: tuple[ModelRow, ...] = (*OPENAI_MODELS, *ANTHROPIC_MODELS, *GOOGLE_MODELS)

_PATTERNS = tuple((re.compile(row.pattern), row) for row in MODELS)
# Prefixes of a model's own name: `openai/`, `ft:`, `models/`, `us.anthropic.`, `openai.`, an ARN.
_PREFIX = re.compile(r"[/:]|(?:anthropic|openai)\.")
_UNKNOWN = Capability()


@lru_cache(maxsize=1_024)
def find_model(name: str, maker: str | None = None) -> ModelRow | None:
    """Find the row of a model by its name, whose prefixes are skipped; None if no row matches.

    `maker` ("openai", "anthropic", "google") limits the search to its models.
    """
    for part in _PREFIX.split(name.lower()):
        for pattern, row in _PATTERNS:
            if maker in {None, row.maker} and pattern.match(part):
                return row
    return None


def find_known_profile(model: str, maker: str | None = None) -> VisionProfile | None:
    """Find a model's profile at its maker's own endpoint; None if the model or its limits are not known."""
    row = find_model(model, maker)
    return row.profile if row else None


def find_profile(model: str) -> VisionProfile:
    """As `find_known_profile`, but return `SAFE_PROFILE` for a model that is not known."""
    return LOCAL_PROFILE if model == LOCAL_PROFILE.name else find_known_profile(model) or SAFE_PROFILE


def find_capability(*names: str) -> Capability:
    """What a model supports, by the first of its names whose row says it."""
    rows = filter(None, map(find_model, names))
    return next((row.capability for row in rows if row.capability), _UNKNOWN)
