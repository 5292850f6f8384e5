"""Shapes of the objects in a Messages request, and Anthropic's error messages for a mismatch.

The keys are those of the request types of anthropic 2.11.0 (`user_profile_id` and `workspace_id` are headers).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from typesight.testing.object_shapes import Flaw, Path, Shape, flaws, may, must, said
from typesight.testing.rejections import Refusal

__all__ = [
    "BLOCKS",
    "BLOCKS_OF",
    "BODY",
    "CACHE_CONTROL",
    "CHOICES",
    "FORMAT",
    "MESSAGE",
    "NO_SAMPLING_SINCE",
    "OUTPUT_CONFIG",
    "SAMPLING",
    "SOURCES",
    "TOOL",
    "TOOL_NAME",
    "TRANSFORMATIONS",
    "shaped",
    "spelled_path",
    "tagged",
]

BODY: Shape = {
    "model": must(str),
    "max_tokens": must(int),
    "messages": must(list),
    "cache_control": may(dict),
    "container": may(str, dict),
    "diagnostics": may(dict),
    "inference_geo": may(str),
    "metadata": may(dict),
    "output_config": may(dict),
    "service_tier": may(str, values=("auto", "standard_only")),
    "speed": may(str, values=("standard", "fast")),
    "stop_sequences": may(list),
    "stream": may(bool),
    "system": may(str, list),
    "thinking": may(dict),
    "tool_choice": may(dict),
    "tools": may(list),
}

SAMPLING: Shape = {"temperature": may(float, int), "top_p": may(float, int), "top_k": may(int)}
NO_SAMPLING_SINCE = "2026-10-21"
"""The API version from which sampling is rejected; dates compare as text (Anthropic docs, migration-2026-10-21)."""

ROLES = ("user", "assistant", "system")
MESSAGE: Shape = {"role": must(str, values=ROLES), "content": must(str, list)}
CACHE_CONTROL: Shape = {"type": must(str, values=("ephemeral",)), "ttl": may(str, values=("5m", "1h"))}

_BLOCK: Shape = {"type": must(str), "cache_control": may(dict)}
_OPEN: Shape = {}
"""A block that the SDK has a type for; its keys are not checked."""

BLOCKS: Mapping[str, Shape] = {
    "text": {**_BLOCK, "text": must(str), "citations": may(list)},
    "image": {**_BLOCK, "source": must(dict), "transformations": may(dict)},
    "thinking": {"type": must(str), "thinking": must(str), "signature": must(str)},
    "redacted_thinking": {"type": must(str), "data": must(str)},
    "tool_use": {
        **_BLOCK,
        "id": must(str),
        "name": must(str),
        "input": must(dict),
        "caller": may(dict),
        "toolset_name": may(str),
    },
    "tool_result": {
        **_BLOCK,
        "tool_use_id": must(str),
        "content": may(str, list),
        "is_error": may(bool),
        "toolset_name": may(str),
    },
    "document": _OPEN,
    "search_result": _OPEN,
    "container_upload": _OPEN,
    "tool_reference": _OPEN,
    "browser_state": _OPEN,
    "server_tool_use": _OPEN,
    "web_search_tool_result": _OPEN,
    "web_fetch_tool_result": _OPEN,
    "code_execution_tool_result": _OPEN,
    "bash_code_execution_tool_result": _OPEN,
    "text_editor_code_execution_tool_result": _OPEN,
    "tool_search_tool_result": _OPEN,
}

_SERVED = frozenset({"server_tool_use", *(name for name in BLOCKS if name.endswith("_tool_result"))})

BLOCKS_OF: Mapping[str, frozenset[str]] = {
    "user": frozenset({"text", "image", "document", "search_result", "tool_result", "container_upload"}),
    "assistant": frozenset({"text", "thinking", "redacted_thinking", "tool_use", "container_upload"}) | _SERVED,
    "system": frozenset({"text"}),
    "tool_result": frozenset({"text", "image", "document", "search_result", "tool_reference", "browser_state"}),
}
"""Allowed blocks by role, and inside a tool result. Images: user and tool_result only (docs, vision, 2026-09-20)."""

MEDIA_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
SOURCES: Mapping[str, Shape] = {
    "base64": {"type": must(str), "media_type": must(str, values=MEDIA_TYPES), "data": must(str)},
    "url": {"type": must(str), "url": must(str)},
    "file": {"type": must(str), "file_id": must(str)},
}
TRANSFORMATIONS: Shape = {"oversized_image": may(str, values=("downsize", "error"))}

TOOL: Shape = {
    "name": must(str),
    "input_schema": must(dict),
    "type": may(str),
    "description": may(str),
    "cache_control": may(dict),
    "strict": may(bool),
    "input_examples": may(list),
    "allowed_callers": may(list),
    "defer_loading": may(bool),
    "eager_input_streaming": may(bool),
}
TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")

_PARALLEL: Shape = {"type": must(str), "disable_parallel_tool_use": may(bool)}
CHOICES: Mapping[str, Shape] = {
    "auto": _PARALLEL,
    "any": _PARALLEL,
    "tool": {**_PARALLEL, "name": must(str)},
    "none": {"type": must(str)},
}
OUTPUT_CONFIG: Shape = {
    "effort": may(str, values=("low", "medium", "high", "xhigh", "max")),
    "format": may(dict),
}
FORMAT: Shape = {"type": must(str, values=("json_schema",)), "schema": must(dict)}


def spelled_path(path: Path) -> str:
    """A JSON path as Anthropic writes it: messages.0.content.1.image."""
    return ".".join(map(str, path))


def _listed(words: tuple[str, ...]) -> str:
    quoted = [f"'{word}'" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def worded(flaw: Flaw) -> Refusal:
    words = {
        "missing": "Field required",
        "unknown": "Extra inputs are not permitted",
        "type": f"Input should be {' or '.join(said(kind) for kind in flaw.kinds)}",
        "value": f"Input should be {_listed(flaw.values or ('',))}",
    }
    return Refusal(f"{spelled_path(flaw.path)}: {words[flaw.kind]}")


def shaped(value: object, shape: Shape, *path: str | int) -> Iterator[Refusal]:
    """Check an object against a shape; yields a rejection per mismatch."""
    yield from map(worded, flaws(value, shape, path))


def tagged(value: object, shapes: Mapping[str, Shape], *path: str | int) -> Iterator[Refusal]:
    """Check an object against the shape for its `type`; a shape without keys allows anything."""
    tag = value.get("type") if isinstance(value, dict) else None
    if not isinstance(tag, str):
        yield from shaped(value, {"type": must(str)}, *path)
    elif tag not in shapes:
        tags = _listed(tuple(shapes))
        words = f"Input tag '{tag}' found using 'type' does not match any of the expected tags: {tags}"
        yield Refusal(f"{spelled_path(path)}: {words}")
    elif shapes[tag]:
        yield from shaped(value, shapes[tag], *path, tag)
