"""Detects from an endpoint's error message that it refuses a mode, or a part of it.

Sources, quoted in `tests/endpoints/test_mode_refusals.py`: error pages of OpenAI and Anthropic of 2026-09, and reports
for Bedrock, DeepSeek, Gemini, llama.cpp, LM Studio, Mistral, Ollama, OpenRouter and vLLM of 2025 and 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from typesight.models.modes import Capability, Mode, RefusedFeature

__all__ = ["detect_refusal"]

# Characters to read of an error body, which may be a page of HTML.
_LONGEST = 4_000
# OpenRouter answers 404 where no endpoint of a model takes tools; FastAPI servers answer 422 to a key they do not know.
_STATUSES = frozenset({400, 404, 422, 501})
# How error messages name each mode.
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
# Errors about one schema or the caller's own tools, not about the mode.
_OF_ITS_CONTENT = re.compile(r"invalid schema|\.schema\b|input_schema|in context=|tools[\[.]\d")
_OF_ITS_KEYS = re.compile(r"property keys should match")
# Errors about a schema that is too large to compile: OpenAI's and Anthropic's, which never come for a tool that is not
# strict, and those of servers that compile every schema.
_TOO_LARGE = re.compile(
    r"grammar (is|was) too (large|big|complex)|grammar compilation (timed out|took too long)|too many (states|rules)"
    r"|schemas? (is|was|are) too (complex|large|deep)|schemas? (exceeds?|contains? too many|has too many)"
    r"|too many (optional|union|strict|nested|parameters|properties|enum)|levels? of nesting exceeds"
    r"|expected at most [\d,]+ (object properties|enum values|characters)"
)
_NEVER_COMPILED = re.compile(
    r"(failed|unable|error|could ?n.t|cannot) (in |to )?(pars(e|ing)|compil(e|ing)|build(ing)?|convert(ing)?) "
    r"(the |a )?(json.?schema to )?grammar|exceeds sane defaults|grammar error|not supported by xgrammar"
)
_COMPILED_MODES = frozenset({Mode.TOOLS, Mode.JSON_SCHEMA})


def detect_refusal(error: BaseException, mode: Mode, capability: Capability) -> RefusedFeature | None:
    """Find out what an SDK's error refuses: the mode, or a part such as forced tools; None for any other error."""
    if getattr(error, "status_code", None) not in _STATUSES or mode not in _NAMES:
        return None
    text = _read_error_text(error).lower()
    if mode in _COMPILED_MODES and (refused := _detect_schema_refusal(text, mode, capability)):
        return refused
    if not _NAMES[mode].search(text) or not _DENIED.search(text) or _OF_ITS_CONTENT.search(text):
        return None
    return "forced_tools" if mode is Mode.TOOLS and "tool_choice" in text and capability.forced_tools else mode


def _detect_schema_refusal(text: str, mode: Mode, capability: Capability) -> RefusedFeature | None:
    """Find out what to change about a refused schema, if it could be accepted in another form or mode."""
    if _OF_ITS_KEYS.search(text) and not capability.short_keys:
        return "keys"
    if _NEVER_COMPILED.search(text):
        return "grammar"
    if not _TOO_LARGE.search(text):
        return None
    return "strict" if mode is Mode.JSON_SCHEMA else "grammar"


def _read_error_text(error: BaseException) -> str:
    """Read the endpoint's message. If it is not where OpenAI has it, the SDK's error has only the status: add the body.

    LM Studio's `error` is a text, Google's is inside a list, FastAPI's is called `detail`.
    """
    body = getattr(error, "body", None)
    has_message = body is None or (isinstance(body, Mapping) and isinstance(body.get("message"), str))
    return str(error) if has_message else f"{error} {str(body)[:_LONGEST]}"
