"""Rules for Responses requests: what OpenAI rejects.

Sources: OpenAI docs (structured-outputs and images-vision 2026-09, deployment-checklist 2026-09-30), the request types
of openai 3.52.0, reported 400s. Messages quoted there are repeated verbatim.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typesight.testing.json_shapes.object_shapes import JsonPath, Shape, require
from typesight.testing.openai.response_body import find_chosen_name, find_response_functions, read_input_texts
from typesight.testing.openai.response_shapes import (
    BODY,
    FORMAT,
    FUNCTION,
    ITEMS,
    MESSAGE,
    PARTS,
    PARTS_OF_ROLE,
    REASONING,
    TEXT,
    TOOL_CHOICES,
)
from typesight.testing.openai.shared import (
    BREAKPOINT,
    build_picture_rule,
    check_name,
    check_sampling,
    check_shape,
    check_strict_schema,
    format_path,
    reject_value,
)
from typesight.testing.rejections import Rejection
from typesight.testing.sandbox_wire import ParsedRequest, RequestRule, enumerate_objects

__all__ = ["RULES"]


def _check_body(asked: ParsedRequest) -> Iterator[Rejection]:
    yield from check_shape(asked.body, BODY)
    if not asked.model:
        yield Rejection("you must provide a model parameter")
    if not asked.body["input"] and not asked.body.get("previous_response_id"):
        yield Rejection("Invalid 'input': empty.", param="input", code="empty_array")


def _check_reasoning(asked: ParsedRequest) -> Iterator[Rejection]:
    reasoning = asked.body.get("reasoning") or {}
    yield from check_shape(reasoning, REASONING, "reasoning")
    yield from check_sampling(asked, reasoning.get("effort"))


def _check_items(asked: ParsedRequest) -> Iterator[Rejection]:
    given = asked.body["input"]
    for place, item in enumerate(given if isinstance(given, list) else ()):
        where: JsonPath = ("input", place)
        kind = item.get("type", "message" if "role" in item else None) if isinstance(item, dict) else None
        if isinstance(kind, str) and kind not in ITEMS:
            yield reject_value(kind, tuple(ITEMS), *where, "type")
            continue
        shape: Shape = ITEMS.get(kind, MESSAGE) if isinstance(kind, str) else {"type": require(str)}
        if shape or not isinstance(item, dict):
            yield from check_shape(item, shape, *where)
        role = item.get("role") if kind == "message" else kind
        key = "output" if kind == "function_call_output" else "content"
        if role in PARTS_OF_ROLE:
            yield from _check_parts(item.get(key), str(role), (*where, key))


def _check_parts(content: object, role: str, where: JsonPath) -> Iterator[Rejection]:
    for place, part in enumerate(content if isinstance(content, list) else ()):
        path = (*where, place)
        kind = part.get("type") if isinstance(part, dict) else None
        if not isinstance(kind, str):
            yield from check_shape(part, {"type": require(str)}, *path)
        elif kind not in PARTS_OF_ROLE[role]:
            # The API's own message, also for a picture in an assistant message.
            yield reject_value(kind, tuple(sorted(PARTS_OF_ROLE[role])), *path)
        else:
            yield from check_shape(part, PARTS[kind], *path)
            yield from _check_part(part, path)


def _check_part(part: dict[str, Any], path: JsonPath) -> Iterator[Rejection]:
    if part["type"] == "input_image" and not (part.get("image_url") or part.get("file_id")):
        where = format_path(path)
        words = f"Missing required parameter: '{where}'. Provide image_url or file_id."
        yield Rejection(words, param=where, code="missing_required_parameter")
    if part.get("prompt_cache_breakpoint") is not None:
        yield from check_shape(part["prompt_cache_breakpoint"], BREAKPOINT, *path, "prompt_cache_breakpoint")


def _check_calls(asked: ParsedRequest) -> Iterator[Rejection]:
    """Every function call needs an output, and every output needs a call (the API's 400s say so)."""
    items = [item for _, item in enumerate_objects(asked.body["input"])]
    called = [item["call_id"] for item in items if item.get("type") == "function_call"]
    given = [item["call_id"] for item in items if item.get("type") == "function_call_output"]
    for call in called:
        if call not in given:
            yield Rejection(f"No tool output found for function call {call}.", param="input")
    for call in given:
        if call not in called and not asked.body.get("previous_response_id"):
            yield Rejection(f"No tool call found for function call output with call_id {call}.", param="input")


def _check_tools(asked: ParsedRequest) -> Iterator[Rejection]:
    for place, tool in enumerate(asked.body.get("tools") or ()):
        if not isinstance(tool, dict) or not isinstance(tool.get("type"), str):
            yield from check_shape(tool, {"type": require(str)}, "tools", place)
        elif tool["type"] == "function":
            yield from check_shape(tool, FUNCTION, "tools", place)
            yield from _check_function(tool, f"tools[{place}]")


def _check_function(tool: dict[str, Any], where: str) -> Iterator[Rejection]:
    yield from check_name(tool["name"], f"{where}.name")
    if tool.get("strict"):
        schema, param = tool.get("parameters"), f"{where}.parameters"
        yield from check_strict_schema("function", tool["name"], schema, param, "invalid_function_parameters")


def _check_tool_choice(asked: ParsedRequest) -> Iterator[Rejection]:
    choice = asked.body.get("tool_choice")
    if isinstance(choice, str) and choice not in TOOL_CHOICES:
        yield reject_value(choice, TOOL_CHOICES, "tool_choice")
    name = find_chosen_name(choice)
    if name is not None and name not in find_response_functions(asked.body):
        words = f"Tool choice 'function' not found in 'tools' parameter: '{name}'."
        yield Rejection(words, param="tool_choice")


def _check_text_format(asked: ParsedRequest) -> Iterator[Rejection]:
    yield from check_shape(asked.body.get("text") or {}, TEXT, "text")
    found = (asked.body.get("text") or {}).get("format")
    if found is None:
        return
    yield from check_shape(found, FORMAT, "text", "format")
    if found["type"] == "json_object" and "json" not in " ".join(read_input_texts(asked.body)).lower():
        yield Rejection(
            "Response input messages must contain the word 'json' in some form to use 'text.format' of type "
            "'json_object'.",
            param="input",
        )
    if found["type"] == "json_schema":
        yield from _check_json_schema(found)


def _check_json_schema(found: dict[str, Any]) -> Iterator[Rejection]:
    yield from check_shape(found, {**FORMAT, "name": require(str), "schema": require(dict)}, "text", "format")
    yield from check_name(found["name"], "text.format.name")
    if found.get("strict"):
        yield from check_strict_schema("response_format", found["name"], found["schema"], "text.format.schema", None)


RULES: tuple[RequestRule, ...] = (
    _check_body,
    _check_reasoning,
    _check_items,
    _check_calls,
    _check_tools,
    _check_tool_choice,
    _check_text_format,
    build_picture_rule("image_url"),
)
