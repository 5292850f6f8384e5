"""Shapes of the objects in a Responses request.

The keys are those of the request types of openai 3.52.0.
"""

from __future__ import annotations

from collections.abc import Mapping

from typesight.testing.json_shapes.object_shapes import Shape, allow, require
from typesight.testing.openai.shared import EFFORTS

__all__ = [
           "BODY",
           "FORMAT",
           "FUNCTION",
           "ITEMS",
           "MESSAGE",
           "PARTS",
           "PARTS_OF_ROLE",
           "REASONING",
           "ROLES",
           "TEXT",
           "TOOL_CHOICES",
]  # fmt: skip

BODY: Shape = {
    "model": require(str),
    "input": require(str, list),
    "access_programs": allow(dict),
    "background": allow(bool),
    "background_options": allow(dict),
    "context_management": allow(list),
    "conversation": allow(str, dict),
    "image": allow(dict),
    "include": allow(list),
    "instructions": allow(str),
    "max_output_tokens": allow(int),
    "max_tool_calls": allow(int),
    "metadata": allow(dict),
    "moderation": allow(dict),
    "parallel_tool_calls": allow(bool),
    "previous_response_id": allow(str),
    "prompt": allow(dict),
    "prompt_cache_key": allow(str),
    "prompt_cache_options": allow(dict),
    "prompt_cache_retention": allow(str),
    "reasoning": allow(dict),
    "safety_identifier": allow(str),
    "service_tier": allow(str),
    "store": allow(bool),
    "stream": allow(bool),
    "stream_options": allow(dict),
    "temperature": allow(float, int),
    "text": allow(dict),
    "tool_choice": allow(str, dict),
    "tools": allow(list),
    "top_logprobs": allow(int),
    "top_p": allow(float, int),
    "truncation": allow(str, values=("auto", "disabled")),
    "user": allow(str),
}

ROLES = ("user", "assistant", "system", "developer")
STATUSES = ("in_progress", "completed", "incomplete")
MESSAGE: Shape = {
    "role": require(str, values=ROLES),
    "content": require(str, list),
    "type": allow(str, values=("message",)),
    "phase": allow(str, values=("commentary", "final_answer")),
    "id": allow(str),
    "status": allow(str, values=STATUSES),
}

_UNCHECKED: Shape = {}
"""An item that the SDK has a type for; its keys are not checked."""

ITEMS: Mapping[str, Shape] = {
    "message": MESSAGE,
    "function_call": {
        "type": require(str),
        "call_id": require(str),
        "name": require(str),
        "arguments": require(str),
        "id": allow(str),
        "caller": allow(dict),
        "namespace": allow(str),
        "status": allow(str, values=STATUSES),
    },
    "function_call_output": {
        "type": require(str),
        "call_id": require(str),
        "output": require(str, list),
        "id": allow(str),
        "caller": allow(dict),
        "name": allow(str),
        "namespace": allow(str),
        "status": allow(str, values=STATUSES),
    },
    "reasoning": {
        "type": require(str),
        "id": require(str),
        "summary": require(list),
        "content": allow(list),
        "encrypted_content": allow(str),
        "status": allow(str, values=STATUSES),
    },
    "item_reference": {"type": allow(str), "id": require(str)},
    "file_search_call": _UNCHECKED,
    "web_search_call": _UNCHECKED,
    "computer_call": _UNCHECKED,
    "computer_call_output": _UNCHECKED,
    "image_generation_call": _UNCHECKED,
    "code_interpreter_call": _UNCHECKED,
    "local_shell_call": _UNCHECKED,
    "local_shell_call_output": _UNCHECKED,
    "mcp_list_tools": _UNCHECKED,
    "mcp_approval_request": _UNCHECKED,
    "mcp_approval_response": _UNCHECKED,
    "mcp_call": _UNCHECKED,
    "custom_tool_call": _UNCHECKED,
    "custom_tool_call_output": _UNCHECKED,
}

_BASE_PART: Shape = {"type": require(str), "prompt_cache_breakpoint": allow(dict)}
PARTS: Mapping[str, Shape] = {
    "input_text": {**_BASE_PART, "text": require(str)},
    "input_image": {
        **_BASE_PART,
        "image_url": allow(str),
        "file_id": allow(str),
        "detail": allow(str, values=("auto", "low", "high", "original")),
    },
    "input_file": {
        **_BASE_PART,
        "file_data": allow(str),
        "file_id": allow(str),
        "file_url": allow(str),
        "filename": allow(str),
        "detail": allow(str),
    },
    "output_text": {"type": require(str), "text": require(str), "annotations": require(list), "logprobs": allow(list)},
    "refusal": {"type": require(str), "refusal": require(str)},
}
_INPUT_PARTS = frozenset({"input_text", "input_image", "input_file"})
PARTS_OF_ROLE: Mapping[str, frozenset[str]] = {
    "user": _INPUT_PARTS,
    "system": frozenset({"input_text"}),
    "developer": frozenset({"input_text"}),
    "assistant": frozenset({"output_text", "refusal"}),
    "function_call_output": _INPUT_PARTS,
}
"""Allowed content parts by role, and inside a function call's output."""

FUNCTION: Shape = {
    "type": require(str),
    "name": require(str),
    "parameters": allow(dict),
    "strict": allow(bool),
    "description": allow(str),
    "allowed_callers": allow(list),
    "defer_loading": allow(bool),
    "output_schema": allow(dict),
}
TOOL_CHOICES = ("none", "auto", "required")
REASONING: Shape = {
    "effort": allow(str, values=EFFORTS),
    "summary": allow(str),
    "generate_summary": allow(str),
    "mode": allow(str),
    "context": allow(str),
}
TEXT: Shape = {"format": allow(dict), "verbosity": allow(str, values=("low", "medium", "high"))}
FORMAT: Shape = {
    "type": require(str, values=("text", "json_object", "json_schema")),
    "name": allow(str),
    "schema": allow(dict),
    "description": allow(str),
    "strict": allow(bool),
}
