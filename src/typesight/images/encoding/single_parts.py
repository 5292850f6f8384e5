"""One Image as a content part, without a client: `Image.to_openai()`, `to_responses()` and `to_anthropic()`.

This module imports the whole package, so Image cannot import it. It registers its functions in `SPELLINGS` instead,
and the `__init__` of the package imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from typesight.images.download import fetch
from typesight.images.encoding.content_parts import Picture, anthropic_part, chat_part, responses_part
from typesight.images.encoding.prepare import Preparation, prepare, to_fetch
from typesight.images.image import SPELLINGS, Image
from typesight.models.profiles import VisionProfile, profile_for

__all__: list[str] = []

# The model whose profile is used when none is named: each vendor's newest, 2026-11.
_OPENAI, _CLAUDE = "gpt-6-astra", "claude-haiku-5-5"
_WHOLE = Preparation(tile=False)  # one Image is one part


def _spelling(
    newest: str, part: Callable[[Picture, VisionProfile], dict[str, Any]]
) -> Callable[[Image, str | None], dict[str, Any]]:
    def spell(image: Image, model: str | None) -> dict[str, Any]:
        profile = profile_for(model or newest)
        fetched = {each: fetch(each.url, _WHOLE.downloads) for each in to_fetch([image], profile)}
        (picture,) = prepare([image], profile, _WHOLE, fetched=fetched)[image]
        return part(picture, profile)

    return spell


SPELLINGS.update(
    chat=_spelling(_OPENAI, chat_part),
    responses=_spelling(_OPENAI, responses_part),
    anthropic=_spelling(_CLAUDE, lambda picture, _: anthropic_part(picture)),
)
