"""Shapes of the objects in a Messages request, and Anthropic's error messages for a mismatch.

The keys are those of the request types of anthropic 2.11.0 (`user_profile_id` and `workspace_id` are headers).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from typesight.testing.json_shapes.object_shapes import (
    Flaw,
    JsonPath,
    Shape,
    allow,
    find_flaws,
    name_json_type,
    require,
)
from typesight.testing.rejections import Rejection

__all__ = [
    "BLOCKS",
    "BLOCKS_OF",
    "BODY",
    "CACHE_CONTROL",
    "FORMAT",
    "MESSAGE",
    "NO_SAMPLING_SINCE",
    "OUTPUT_CONFIG",
    "SAMPLING",
    "SOURCES",
    "TOOL",
    "TOOL_CHOICES",
    "TOOL_NAME",
    "TRANSFORMATIONS",
    "check_shape",
    "check_tagged",
    "format_path",
]

BODY: Shape = {
    "model": require(str),
    "max_tokens": require(int),
    "messages": require(list),
    "cache_control": allow(dict),
    "container": allow(str, dict),
    "diagnostics": allow(dict),
    "inference_geo": allow(str),
    "metadata": allow(dict),
    "output_config": allow(dict),
    "service_tier": allow(str, values=("auto", "standard_only")),
    "speed": allow(str, values=("standard", "fast")),
    "stop_sequences": allow(list),
    "stream": allow(bool),
    "system": allow(str, list),
    "thinking": allow(dict),
    "tool_choice": allow(dict),
    "tools": allow(list),
}

SAMPLING: Shape = {"temperature": allow(float, int), "top_p": allow(float, int), "top_k": allow(int)}
NO_SAMPLING_SINCE = "2026-10-21"
"""The API version from which sampling is rejected; dates compare as text (Anthropic docs, migration-2026-10-21)."""

ROLES = ("user", "assistant", "system")
MESSAGE: Shape = {"role": require(str, values=ROLES), "content": require(str, list)}
CACHE_CONTROL: Shape = {"type": require(str, values=("ephemeral",)), "ttl": allow(str, values=("5m", "1h"))}

_BASE_BLOCK: Shape = {"type": require(str), "cache_control": allow(dict)}
_UNCHECKED: Shape = {}
"""A block that the SDK has a type for; its keys are not checked."""

BLOCKS: Mapping[str, Shape] = {
    "text": {**_BASE_BLOCK, "text": require(str), "citations": allow(list)},
    "image": {**_BASE_BLOCK, "source": require(dict), "transformations": allow(dict)},
    "thinking": {"type": require(str), "thinking": require(str), "signature": require(str)},
    "redacted_thinking": {"type": require(str), "data": require(str)},
    "tool_use": {
        **_BASE_BLOCK,
        "id": require(str),
        "name": require(str),
        "input": require(dict),
        "caller": allow(dict),
        "toolset_name": allow(str),
    },
    "tool_result": {
        **_BASE_BLOCK,
        "tool_use_id": require(str),
        "content": allow(str, list),
        "is_error": allow(bool),
        "toolset_name": allow(str),
    },
    "document": _UNCHECKED,
    "search_result": _UNCHECKED,
    "container_upload": _UNCHECKED,
    "tool_reference": _UNCHECKED,
    "browser_state": _UNCHECKED,
    "server_tool_use": _UNCHECKED,
    "web_search_tool_result": _UNCHECKED,
    "web_fetch_tool_result": _UNCHECKED,
    "code_execution_tool_result": _UNCHECKED,
    "bash_code_execution_tool_result": _UNCHECKED,
    "text_editor_code_execution_tool_result": _UNCHECKED,
    "tool_search_tool_result": _UNCHECKED,
}

_SERVER_BLOCKS = frozenset({"server_tool_use", *(name for name in BLOCKS if name.endswith("_tool_result"))})

BLOCKS_OF: Mapping[str, frozenset[str]] = {
    "user": frozenset({"text", "image", "document", "search_result", "tool_result", "container_upload"}),
    "assistant": frozenset({"text", "thinking", "redacted_thinking", "tool_use", "container_upload"}) | _SERVER_BLOCKS,
    "system": frozenset({"text"}),
    "tool_result": frozenset({"text", "image", "document", "search_result", "tool_reference", "browser_state"}),
}
"""Allowed blocks by role, and inside a tool result. Images: user and tool_result only (docs, vision, 2026-09-20)."""

MEDIA_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
SOURCES: Mapping[str, Shape] = {
    "base64": {"type": require(str), "media_type": require(str, values=MEDIA_TYPES), "data": require(str)},
    "url": {"type": require(str), "url": require(str)},
    "file": {"type": require(str), "file_id": require(str)},
}
TRANSFORMATIONS: Shape = {"oversized_image": allow(str, values=("downsize", "error"))}

TOOL: Shape = {
    "name": require(str),
    "input_schema": require(dict),
    "type": allow(str),
    "description": allow(str),
    "cache_control": allow(dict),
    "strict": allow(bool),
    "input_examples": allow(list),
    "allowed_callers": allow(list),
    "defer_loading": allow(bool),
    "eager_input_streaming": allow(bool),
}
TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")

_BASE_CHOICE: Shape = {"type": require(str), "disable_parallel_tool_use": allow(bool)}
TOOL_CHOICES: Mapping[str, Shape] = {
    "auto": _BASE_CHOICE,
    "any": _BASE_CHOICE,
    "tool": {**_BASE_CHOICE, "name": require(str)},
    "none": {"type": require(str)},
}
OUTPUT_CONFIG: Shape = {
    "effort": allow(str, values=("low", "medium", "high", "xhigh", "max")),
    "format": allow(dict),
}
FORMAT: Shape = {"type": require(str, values=("json_schema",)), "schema": require(dict)}


def format_path(path: JsonPath) -> str:
    """A JSON path as Anthropic writes it: messages.0.content.1.image."""
    return ".".join(map(str, path))


def _join_words(words: tuple[str, ...]) -> str:
    quoted = [f"'{word}'" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def reject_flaw(flaw: Flaw) -> Rejection:
    words = {
        "missing": "Field required",
        "unknown": "Extra inputs are not permitted",
        "type": f"Input should be {' or '.join(name_json_type(kind) for kind in flaw.kinds)}",
        "value": f"Input should be {_join_words(flaw.values or ('',))}",
    }
    return Rejection(f"{format_path(flaw.path)}: {words[flaw.kind]}")


def check_shape(value: object, shape: Shape, *path: str | int) -> Iterator[Rejection]:
    """Check an object against a shape; yields a rejection per mismatch."""
    yield from map(reject_flaw, find_flaws(value, shape, path))


def check_tagged(value: object, shapes: Mapping[str, Shape], *path: str | int) -> Iterator[Rejection]:
    """Check an object against the shape for its `type`; a shape without keys allows anything."""
    tag = value.get("type") if isinstance(value, dict) else None
    if not isinstance(tag, str):
        yield from check_shape(value, {"type": require(str)}, *path)
    elif tag not in shapes:
        tags = _join_words(tuple(shapes))
        words = f"Input tag '{tag}' found using 'type' does not match any of the expected tags: {tags}"
        yield Rejection(f"{format_path(path)}: {words}")
    elif shapes[tag]:
        yield from check_shape(value, shapes[tag], *path, tag)
