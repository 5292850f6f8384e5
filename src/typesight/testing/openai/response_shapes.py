"""Shapes of the objects in a Responses request.

The keys are those of the request types of openai 3.52.0.
"""

from __future__ import annotations

from collections.abc import Mapping

from typesight.testing.object_shapes import Shape, may, must
from typesight.testing.openai.terms import EFFORTS

__all__ = ["BODY", "CHOICES", "FORMAT", "FUNCTION", "ITEMS", "MESSAGE", "PARTS", "PARTS_OF_ROLE", "REASONING", "ROLES",
           "TEXT"]  # fmt: skip

BODY: Shape = {
    "model": must(str),
    "input": must(str, list),
    "access_programs": may(dict),
    "background": may(bool),
    "background_options": may(dict),
    "context_management": may(list),
    "conversation": may(str, dict),
    "image": may(dict),
    "include": may(list),
    "instructions": may(str),
    "max_output_tokens": may(int),
    "max_tool_calls": may(int),
    "metadata": may(dict),
    "moderation": may(dict),
    "parallel_tool_calls": may(bool),
    "previous_response_id": may(str),
    "prompt": may(dict),
    "prompt_cache_key": may(str),
    "prompt_cache_options": may(dict),
    "prompt_cache_retention": may(str),
    "reasoning": may(dict),
    "safety_identifier": may(str),
    "service_tier": may(str),
    "store": may(bool),
    "stream": may(bool),
    "stream_options": may(dict),
    "temperature": may(float, int),
    "text": may(dict),
    "tool_choice": may(str, dict),
    "tools": may(list),
    "top_logprobs": may(int),
    "top_p": may(float, int),
    "truncation": may(str, values=("auto", "disabled")),
    "user": may(str),
}

ROLES = ("user", "assistant", "system", "developer")
STATUSES = ("in_progress", "completed", "incomplete")
MESSAGE: Shape = {
    "role": must(str, values=ROLES),
    "content": must(str, list),
    "type": may(str, values=("message",)),
    "phase": may(str, values=("commentary", "final_answer")),
    "id": may(str),
    "status": may(str, values=STATUSES),
}

_OPEN: Shape = {}
"""An item that the SDK has a type for; its keys are not checked."""

ITEMS: Mapping[str, Shape] = {
    "message": MESSAGE,
    "function_call": {
        "type": must(str),
        "call_id": must(str),
        "name": must(str),
        "arguments": must(str),
        "id": may(str),
        "caller": may(dict),
        "namespace": may(str),
        "status": may(str, values=STATUSES),
    },
    "function_call_output": {
        "type": must(str),
        "call_id": must(str),
        "output": must(str, list),
        "id": may(str),
        "caller": may(dict),
        "name": may(str),
        "namespace": may(str),
        "status": may(str, values=STATUSES),
    },
    "reasoning": {
        "type": must(str),
        "id": must(str),
        "summary": must(list),
        "content": may(list),
        "encrypted_content": may(str),
        "status": may(str, values=STATUSES),
    },
    "item_reference": {"type": may(str), "id": must(str)},
    "file_search_call": _OPEN,
    "web_search_call": _OPEN,
    "computer_call": _OPEN,
    "computer_call_output": _OPEN,
    "image_generation_call": _OPEN,
    "code_interpreter_call": _OPEN,
    "local_shell_call": _OPEN,
    "local_shell_call_output": _OPEN,
    "mcp_list_tools": _OPEN,
    "mcp_approval_request": _OPEN,
    "mcp_approval_response": _OPEN,
    "mcp_call": _OPEN,
    "custom_tool_call": _OPEN,
    "custom_tool_call_output": _OPEN,
}

_MARKED: Shape = {"type": must(str), "prompt_cache_breakpoint": may(dict)}
PARTS: Mapping[str, Shape] = {
    "input_text": {**_MARKED, "text": must(str)},
    "input_image": {
        **_MARKED,
        "image_url": may(str),
        "file_id": may(str),
        "detail": may(str, values=("auto", "low", "high", "original")),
    },
    "input_file": {
        **_MARKED,
        "file_data": may(str),
        "file_id": may(str),
        "file_url": may(str),
        "filename": may(str),
        "detail": may(str),
    },
    "output_text": {"type": must(str), "text": must(str), "annotations": must(list), "logprobs": may(list)},
    "refusal": {"type": must(str), "refusal": must(str)},
}
_GIVEN = frozenset({"input_text", "input_image", "input_file"})
PARTS_OF_ROLE: Mapping[str, frozenset[str]] = {
    "user": _GIVEN,
    "system": frozenset({"input_text"}),
    "developer": frozenset({"input_text"}),
    "assistant": frozenset({"output_text", "refusal"}),
    "function_call_output": _GIVEN,
}
"""Allowed content parts by role, and inside a function call's output."""

FUNCTION: Shape = {
    "type": must(str),
    "name": must(str),
    "parameters": may(dict),
    "strict": may(bool),
    "description": may(str),
    "allowed_callers": may(list),
    "defer_loading": may(bool),
    "output_schema": may(dict),
}
CHOICES = ("none", "auto", "required")
REASONING: Shape = {
    "effort": may(str, values=EFFORTS),
    "summary": may(str),
    "generate_summary": may(str),
    "mode": may(str),
    "context": may(str),
}
TEXT: Shape = {"format": may(dict), "verbosity": may(str, values=("low", "medium", "high"))}
FORMAT: Shape = {
    "type": must(str, values=("text", "json_object", "json_schema")),
    "name": may(str),
    "schema": may(dict),
    "description": may(str),
    "strict": may(bool),
}
