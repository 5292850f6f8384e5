"""One Image as a content part, without a client: `Image.to_openai()`, `to_responses()` and `to_anthropic()`.

This module imports the whole package, so Image cannot import it. It registers its functions in `PART_BUILDERS` instead,
and the `__init__` of the package imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from typesight.images.download import fetch
from typesight.images.encoding.content_parts import (
    PreparedPicture,
    build_anthropic_part,
    build_chat_part,
    build_responses_part,
)
from typesight.images.encoding.prepare import Preparation, find_unfetched, prepare_pictures
from typesight.images.image import PART_BUILDERS, Image
from typesight.models.model_rows import find_profile
from typesight.models.profiles import VisionProfile

__all__: list[str] = []

# The model whose profile is used when none is named: each vendor's newest, 2026-11.
_NEWEST_OPENAI, _NEWEST_CLAUDE = "gpt-6-astra", "claude-haiku-5-5"
_UNCUT = Preparation(tile=False)  # one Image is one part


def _make_builder(
    newest: str, part: Callable[[PreparedPicture, VisionProfile], dict[str, Any]]
) -> Callable[[Image, str | None], dict[str, Any]]:
    def spell(image: Image, model: str | None) -> dict[str, Any]:
        profile = find_profile(model or newest)
        fetched = {each: fetch(each.url, _UNCUT.downloads) for each in find_unfetched([image], profile)}
        (picture,) = prepare_pictures([image], profile, _UNCUT, fetched=fetched)[image]
        return part(picture, profile)

    return spell


PART_BUILDERS.update(
    chat=_make_builder(_NEWEST_OPENAI, build_chat_part),
    responses=_make_builder(_NEWEST_OPENAI, build_responses_part),
    anthropic=_make_builder(_NEWEST_CLAUDE, lambda picture, _: build_anthropic_part(picture)),
)
