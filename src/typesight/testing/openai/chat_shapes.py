"""Shapes of the objects in a Chat Completions request.

The keys are those of the request types of openai 3.52.0.
"""

from __future__ import annotations

from collections.abc import Mapping

from typesight.testing.json_shapes.object_shapes import Shape, allow, require
from typesight.testing.openai.shared import EFFORTS

__all__ = [
    "BASE_MESSAGE",
    "BASE_PART",
    "BODY",
    "CALL",
    "CALLED_FUNCTION",
    "FORMAT",
    "FUNCTION",
    "IMAGE_URL",
    "JSON_SCHEMA",
    "MESSAGES",
    "PARTS",
    "PARTS_OF_ROLE",
    "TOOL",
    "TOOL_CHOICES",
]

BODY: Shape = {
    "model": require(str),
    "messages": require(list),
    "audio": allow(dict),
    "frequency_penalty": allow(float, int),
    "function_call": allow(str, dict),
    "functions": allow(list),
    "logit_bias": allow(dict),
    "logprobs": allow(bool),
    "max_completion_tokens": allow(int),
    "max_tokens": allow(int),
    "metadata": allow(dict),
    "modalities": allow(list),
    "moderation": allow(),
    "n": allow(int),
    "parallel_tool_calls": allow(bool),
    "prediction": allow(dict),
    "presence_penalty": allow(float, int),
    "prompt_cache_key": allow(str),
    "prompt_cache_options": allow(dict),
    "prompt_cache_retention": allow(str),
    "reasoning_effort": allow(str, values=EFFORTS),
    "response_format": allow(dict),
    "safety_identifier": allow(str),
    "seed": allow(int),
    "service_tier": allow(str),
    "stop": allow(str, list),
    "store": allow(bool),
    "stream": allow(bool),
    "stream_options": allow(dict),
    "temperature": allow(float, int),
    "tool_choice": allow(str, dict),
    "tools": allow(list),
    "top_logprobs": allow(int),
    "top_p": allow(float, int),
    "user": allow(str),
    "verbosity": allow(str, values=("low", "medium", "high")),
    "web_search_options": allow(dict),
}

BASE_MESSAGE: Shape = {"role": require(str), "content": require(str, list), "name": allow(str)}

MESSAGES: Mapping[str, Shape] = {
    "developer": BASE_MESSAGE,
    "system": BASE_MESSAGE,
    "user": BASE_MESSAGE,
    "tool": {**BASE_MESSAGE, "tool_call_id": require(str)},
    "function": {**BASE_MESSAGE, "content": allow(str)},
    # No request type has `annotations`, but every message from the API does, and clients send those back unchanged.
    "assistant": {
        **BASE_MESSAGE,
        "content": allow(str, list),
        "annotations": allow(list),
        "audio": allow(dict),
        "function_call": allow(dict),
        "refusal": allow(str),
        "tool_calls": allow(list),
    },
}

BASE_PART: Shape = {"type": require(str), "prompt_cache_breakpoint": allow(dict)}

PARTS: Mapping[str, Shape] = {
    "text": {**BASE_PART, "text": require(str)},
    "image_url": {**BASE_PART, "image_url": require(dict)},
    "input_audio": {**BASE_PART, "input_audio": require(dict)},
    "file": {**BASE_PART, "file": require(dict)},
    "refusal": {"type": require(str), "refusal": require(str)},
}

PARTS_OF_ROLE: Mapping[str, frozenset[str]] = {
    "developer": frozenset({"text"}),
    "system": frozenset({"text"}),
    "tool": frozenset({"text"}),
    "assistant": frozenset({"text", "refusal"}),
    "user": frozenset({"text", "image_url", "input_audio", "file"}),
    "function": frozenset(),
}

IMAGE_URL: Shape = {"url": require(str), "detail": allow(str, values=("auto", "low", "high", "original"))}
CALL: Shape = {"id": require(str), "type": require(str), "function": allow(dict), "custom": allow(dict)}
CALLED_FUNCTION: Shape = {"name": require(str), "arguments": require(str)}
TOOL: Shape = {"type": require(str, values=("function", "custom")), "function": allow(dict), "custom": allow(dict)}
FUNCTION: Shape = {"name": require(str), "description": allow(str), "parameters": allow(dict), "strict": allow(bool)}
FORMAT: Shape = {"type": require(str, values=("text", "json_object", "json_schema")), "json_schema": allow(dict)}
JSON_SCHEMA: Shape = {"name": require(str), "description": allow(str), "schema": allow(dict), "strict": allow(bool)}
TOOL_CHOICES = ("none", "auto", "required")
