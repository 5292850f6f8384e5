"""Shapes of the objects in a Decisions request.

The keys are those of the request types of openai 3.57.0 (`openai.types.decision_create_params`).
"""

from __future__ import annotations

from collections.abc import Mapping

from typesight.testing.json_shapes.object_shapes import Shape, allow, require

__all__ = [
    "BODY",
    "CACHE_OPTIONS",
    "CHOICE",
    "ITEMS",
    "LEVEL",
    "PARTS",
    "PARTS_OF",
    "PHASE",
    "QUESTIONS",
    "QUESTION_PARTS",
]

BODY: Shape = {
    "model": require(str),
    "input": require(str, list),
    "questions": require(list),
    "prompt_cache_key": allow(str),
    "prompt_cache_options": allow(dict),
    "safety_identifier": allow(str),
}
CACHE_OPTIONS: Shape = {"mode": allow(str, values=("implicit", "explicit")), "ttl": allow(str, values=("30m",))}

QUESTIONS: Mapping[str, Shape] = {
    kind: {"type": require(str), "instructions": require(str, list), "name": allow(str), **more}
    for kind, more in {
        "predicate": {},
        "choice": {"choices": require(list)},
        "score": {"levels": require(list)},
    }.items()
}
CHOICE: Shape = {"value": require(str, bool), "description": allow(str)}
LEVEL: Shape = {"label": require(str), "description": allow(str)}

_STATUS = allow(str, values=("in_progress", "completed", "incomplete"))
_CALL: Shape = {
    "type": require(str),
    "call_id": require(str),
    "name": require(str),
    "id": allow(str),
    "namespace": allow(str),
    "status": _STATUS,
}
_OUTPUT: Shape = {
    "type": require(str),
    "call_id": require(str),
    "output": require(str, list),
    "id": allow(str),
    "status": _STATUS,
}
ITEMS: Mapping[str, Shape] = {
    "message": {
        "role": require(str, values=("user", "developer", "system", "assistant")),
        "content": require(str, list),
        "type": allow(str, values=("message",)),
    },
    "function_call": {**_CALL, "arguments": require(str)},
    "function_call_output": _OUTPUT,
    "custom_tool_call": {**_CALL, "input": require(str)},
    "custom_tool_call_output": _OUTPUT,
}

PHASE: Shape = {"phase": allow(str, values=("commentary", "final_answer"))}
"""What only an assistant's message may have beside the others."""

PARTS: Mapping[str, Shape] = {
    "input_text": {"type": require(str), "text": require(str), "prompt_cache_breakpoint": allow(dict)},
    "input_image": {
        "type": require(str),
        "image_url": require(str),
        "detail": allow(str, values=("low", "high", "auto", "original")),
        "prompt_cache_breakpoint": allow(dict),
    },
    "input_json": {"type": require(str), "data": require(dict, list)},
    "output_text": {"type": require(str), "text": require(str)},
    "refusal": {"type": require(str), "refusal": require(str)},
}
QUESTION_PARTS = ("input_text", "input_image", "input_json")
PARTS_OF: Mapping[str, tuple[str, ...]] = {
    "user": QUESTION_PARTS,
    "developer": ("input_text",),
    "system": ("input_text",),
    "assistant": ("output_text", "refusal"),
    "function_call_output": ("input_text", "input_image"),
    "custom_tool_call_output": ("input_text", "input_image"),
}
"""By role, or by type of item: the parts that its content may have."""
