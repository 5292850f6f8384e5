"""Shapes of the objects in a Chat Completions request.

The keys are those of the request types of openai 3.52.0.
"""

from __future__ import annotations

from collections.abc import Mapping

from typesight.testing.object_shapes import Shape, may, must
from typesight.testing.openai.terms import EFFORTS

__all__ = [
    "BODY",
    "CALL",
    "CALLED",
    "CHOICES",
    "FORMAT",
    "FUNCTION",
    "IMAGE_URL",
    "JSON_SCHEMA",
    "MARKED",
    "MESSAGES",
    "PARTS",
    "PARTS_OF_ROLE",
    "SPOKEN",
    "TOOL",
]

BODY: Shape = {
    "model": must(str),
    "messages": must(list),
    "audio": may(dict),
    "frequency_penalty": may(float, int),
    "function_call": may(str, dict),
    "functions": may(list),
    "logit_bias": may(dict),
    "logprobs": may(bool),
    "max_completion_tokens": may(int),
    "max_tokens": may(int),
    "metadata": may(dict),
    "modalities": may(list),
    "moderation": may(),
    "n": may(int),
    "parallel_tool_calls": may(bool),
    "prediction": may(dict),
    "presence_penalty": may(float, int),
    "prompt_cache_key": may(str),
    "prompt_cache_options": may(dict),
    "prompt_cache_retention": may(str),
    "reasoning_effort": may(str, values=EFFORTS),
    "response_format": may(dict),
    "safety_identifier": may(str),
    "seed": may(int),
    "service_tier": may(str),
    "stop": may(str, list),
    "store": may(bool),
    "stream": may(bool),
    "stream_options": may(dict),
    "temperature": may(float, int),
    "tool_choice": may(str, dict),
    "tools": may(list),
    "top_logprobs": may(int),
    "top_p": may(float, int),
    "user": may(str),
    "verbosity": may(str, values=("low", "medium", "high")),
    "web_search_options": may(dict),
}

SPOKEN: Shape = {"role": must(str), "content": must(str, list), "name": may(str)}

MESSAGES: Mapping[str, Shape] = {
    "developer": SPOKEN,
    "system": SPOKEN,
    "user": SPOKEN,
    "tool": {**SPOKEN, "tool_call_id": must(str)},
    "function": {**SPOKEN, "content": may(str)},
    # No request type has `annotations`, but every message from the API does, and clients send those back unchanged.
    "assistant": {
        **SPOKEN,
        "content": may(str, list),
        "annotations": may(list),
        "audio": may(dict),
        "function_call": may(dict),
        "refusal": may(str),
        "tool_calls": may(list),
    },
}

MARKED: Shape = {"type": must(str), "prompt_cache_breakpoint": may(dict)}

PARTS: Mapping[str, Shape] = {
    "text": {**MARKED, "text": must(str)},
    "image_url": {**MARKED, "image_url": must(dict)},
    "input_audio": {**MARKED, "input_audio": must(dict)},
    "file": {**MARKED, "file": must(dict)},
    "refusal": {"type": must(str), "refusal": must(str)},
}

PARTS_OF_ROLE: Mapping[str, frozenset[str]] = {
    "developer": frozenset({"text"}),
    "system": frozenset({"text"}),
    "tool": frozenset({"text"}),
    "assistant": frozenset({"text", "refusal"}),
    "user": frozenset({"text", "image_url", "input_audio", "file"}),
    "function": frozenset(),
}

IMAGE_URL: Shape = {"url": must(str), "detail": may(str, values=("auto", "low", "high", "original"))}
CALL: Shape = {"id": must(str), "type": must(str), "function": may(dict), "custom": may(dict)}
CALLED: Shape = {"name": must(str), "arguments": must(str)}
TOOL: Shape = {"type": must(str, values=("function", "custom")), "function": may(dict), "custom": may(dict)}
FUNCTION: Shape = {"name": must(str), "description": may(str), "parameters": may(dict), "strict": may(bool)}
FORMAT: Shape = {"type": must(str, values=("text", "json_object", "json_schema")), "json_schema": may(dict)}
JSON_SCHEMA: Shape = {"name": must(str), "description": may(str), "schema": may(dict), "strict": may(bool)}
CHOICES = ("none", "auto", "required")
