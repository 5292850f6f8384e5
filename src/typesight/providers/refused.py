"""Refused: what an endpoint's error says against the way it was asked, if it says anything of the kind.

Sources, quoted in `tests/providers/test_refused.py`: error pages of OpenAI and Anthropic of 2026-09, and reports for
DeepSeek, LM Studio, Mistral, Ollama, OpenRouter and vLLM of 2025 and 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from typesight.providers.modes import Capability, Mode, Refused

__all__ = ["refused_by"]

# What is read of an answer, which may be a page of HTML.
_LONGEST = 4_000
# OpenRouter answers 404 where no endpoint of a model takes tools; FastAPI servers answer 422 to a key they do not know.
_STATUSES = frozenset({400, 404, 422, 501})
# What a mode is called in an endpoint's words.
_NAMES: dict[Mode, re.Pattern[str]] = {
    Mode.TOOLS: re.compile(r"\btools?\b|tool_use|tool_choice|\bfunctions?\b|function[_ ]call"),
    Mode.JSON_SCHEMA: re.compile(
        r"json_schema|response_format|text\.format|output_config|output_format|structured[_ ]outputs?"
    ),
    Mode.JSON: re.compile(r"json_object|response_format|text\.format|json[_ ]mode"),
}
_DENIED = re.compile(
    r"not (be )?(currently |yet )?(support|permitted|allowed|available|enabled|implemented|recogni[sz]ed)"
    r"|n't (support|accept|allow)|not (support|accept|allow)|unsupported|unavailable|unrecogni[sz]ed"
    r"|extra inputs|invalid tool_choice|unknown (parameter|field|name)|no endpoints found|must be |may not be "
)
# What speaks of one schema, or of the caller's own tools, and not of the mode.
_OF_ITS_CONTENT = re.compile(r"invalid schema|\.schema\b|input_schema|too complex|in context=|tools[\[.]\d")


def refused_by(error: BaseException, mode: Mode, can: Capability) -> Refused | None:
    """What an SDK's error refuses of a mode: the mode, or that a tool be forced; None for any other error."""
    if getattr(error, "status_code", None) not in _STATUSES or mode not in _NAMES:
        return None
    said = _said(error).lower()
    if not _NAMES[mode].search(said) or not _DENIED.search(said) or _OF_ITS_CONTENT.search(said):
        return None
    return "forced_tools" if mode is Mode.TOOLS and "tool_choice" in said and can.forced_tools else mode


def _said(error: BaseException) -> str:
    """What the endpoint said. The SDK tells no more than the status where the words are not where OpenAI has them.

    LM Studio's `error` is a text, Google's stands in a list, FastAPI's is called `detail`.
    """
    body = getattr(error, "body", None)
    told = body is None or (isinstance(body, Mapping) and isinstance(body.get("message"), str))
    return str(error) if told else f"{error} {str(body)[:_LONGEST]}"
