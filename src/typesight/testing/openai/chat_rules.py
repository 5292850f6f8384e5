"""Rules for Chat Completions requests: what OpenAI rejects.

Sources: OpenAI docs (structured-outputs and images-vision 2026-09, deployment-checklist 2026-09-30), the request types
of openai 3.52.0, reported 400s. Messages quoted there are repeated verbatim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from typesight.testing.json_shapes.object_shapes import JsonPath, require
from typesight.testing.openai.chat_body import find_chat_functions, find_chosen_names, read_message_texts
from typesight.testing.openai.chat_shapes import (
    BASE_MESSAGE,
    BASE_PART,
    BODY,
    CALL,
    CALLED_FUNCTION,
    FORMAT,
    FUNCTION,
    IMAGE_URL,
    JSON_SCHEMA,
    MESSAGES,
    PARTS,
    PARTS_OF_ROLE,
    TOOL,
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
from typesight.testing.sandbox_wire import ParsedRequest, RequestRule

__all__ = ["RULES"]

WANTS_MAX_COMPLETION_TOKENS = re.compile(r"o\d|gpt-[56]")
NO_TOOLS_IN_CHAT = re.compile(r"gpt-6-astra|gpt-6\.1-")
"""Tool calling needs Responses; these have no reasoning_effort "none" either (deployment-checklist, 2026-09-30)."""
NO_TOOLS_WITH_REASONING = re.compile(r"gpt-5\.[456]|gpt-6-(sol|luna)")


def _check_body(asked: ParsedRequest) -> Iterator[Rejection]:
    yield from check_shape(asked.body, BODY)
    if not asked.model:
        yield Rejection("you must provide a model parameter")
    if not asked.body["messages"]:
        words = "Invalid 'messages': empty array. Expected an array with minimum length 1."
        yield Rejection(words, param="messages", code="empty_array")


def _check_max_tokens(asked: ParsedRequest) -> Iterator[Rejection]:
    if asked.body.get("max_tokens") is not None and WANTS_MAX_COMPLETION_TOKENS.match(asked.model):
        yield Rejection(
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            param="max_tokens",
            code="unsupported_parameter",
        )


def _check_sampling(asked: ParsedRequest) -> Iterator[Rejection]:
    yield from check_sampling(asked, asked.body.get("reasoning_effort"))


def _check_effort(asked: ParsedRequest) -> Iterator[Rejection]:
    if asked.body.get("reasoning_effort") == "none" and NO_TOOLS_IN_CHAT.match(asked.model):
        words = "Unsupported value: 'reasoning_effort' does not support 'none' with this model."
        yield Rejection(words, param="reasoning_effort", code="unsupported_value")


def _check_messages(asked: ParsedRequest) -> Iterator[Rejection]:
    for place, message in enumerate(asked.body["messages"]):
        where = ("messages", place)
        role = message.get("role") if isinstance(message, dict) else None
        if isinstance(role, str) and role not in MESSAGES:
            yield reject_value(role, tuple(MESSAGES), *where, "role")
        else:
            yield from check_shape(message, MESSAGES[role] if isinstance(role, str) else BASE_MESSAGE, *where)
        yield from _check_content(message, where)
        if role == "assistant":
            yield from _check_not_empty(message, where)
            yield from _check_calls(message, where)


def _check_not_empty(message: dict[str, Any], where: JsonPath) -> Iterator[Rejection]:
    if all(message.get(key) is None for key in ("content", "tool_calls", "function_call", "refusal", "audio")):
        path = format_path((*where, "content"))
        yield Rejection(f"Invalid value for '{path}': expected a string, got null.", param=path, code="invalid_value")


def _check_calls(message: dict[str, Any], where: JsonPath) -> Iterator[Rejection]:
    for place, call in enumerate(message.get("tool_calls") or ()):
        path = (*where, "tool_calls", place)
        yield from check_shape(call, CALL, *path)
        if call["type"] == "function":
            yield from check_shape(call.get("function"), CALLED_FUNCTION, *path, "function")


def _check_content(message: dict[str, Any], where: JsonPath) -> Iterator[Rejection]:
    content, role = message.get("content"), message["role"]
    for place, part in enumerate(content if isinstance(content, list) else ()):
        path = (*where, "content", place)
        kind = part.get("type") if isinstance(part, dict) else None
        if isinstance(kind, str) and kind not in PARTS:
            yield reject_value(kind, tuple(PARTS), *path, "type")
        yield from check_shape(part, PARTS[kind] if isinstance(kind, str) else BASE_PART, *path)
        yield from _check_part_role(role, str(kind), path)
        yield from _check_part(part, path)


def _check_part_role(role: str, kind: str, path: JsonPath) -> Iterator[Rejection]:
    if kind in PARTS_OF_ROLE[role]:
        return
    words = (
        f"Image URLs are only allowed for messages with role 'user', but this message with role '{role}' contains "
        "an image URL."
        if kind == "image_url"
        else f"Invalid value: '{kind}'. Messages with role '{role}' support: {sorted(PARTS_OF_ROLE[role])}."
    )
    yield Rejection(words, param=format_path(path), code="invalid_value")


def _check_part(part: dict[str, Any], path: JsonPath) -> Iterator[Rejection]:
    if part["type"] == "image_url":
        yield from check_shape(part["image_url"], IMAGE_URL, *path, "image_url")
    if part.get("prompt_cache_breakpoint") is not None:
        yield from check_shape(part["prompt_cache_breakpoint"], BREAKPOINT, *path, "prompt_cache_breakpoint")


def _check_call_order(asked: ParsedRequest) -> Iterator[Rejection]:
    """Every tool call needs one tool message, immediately after the call (the API's 400 says so)."""
    waiting: list[str] = []
    called: list[str] = []
    for place, message in enumerate(asked.body["messages"]):
        param = f"messages.[{place}].role"
        if message["role"] == "tool":
            yield from _check_tool_message(message["tool_call_id"], waiting, called, place)
            continue
        if waiting:
            yield _reject_unanswered(waiting, param)
        called = [call["id"] for call in message.get("tool_calls") or ()]
        waiting = list(called)
    if waiting:
        yield _reject_unanswered(waiting, f"messages.[{len(asked.body['messages'])}].role")


def _check_tool_message(call_id: str, waiting: list[str], called: list[str], place: int) -> Iterator[Rejection]:
    if not called:
        yield Rejection(
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
            "'tool_calls'.",
            param=f"messages.[{place}].role",
        )
    elif call_id not in waiting:
        words = f"Invalid parameter: 'tool_call_id' of '{call_id}' not found in 'tool_calls' of previous message."
        yield Rejection(words, param=f"messages.[{place}].tool_call_id")
    else:
        waiting.remove(call_id)


def _reject_unanswered(waiting: list[str], param: str) -> Rejection:
    return Rejection(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
        f"The following tool_call_ids did not have response messages: {', '.join(waiting)}",
        param=param,
    )


def _check_tools(asked: ParsedRequest) -> Iterator[Rejection]:
    for place, tool in enumerate(asked.body.get("tools") or ()):
        yield from check_shape(tool, TOOL, "tools", place)
        if tool["type"] == "function":
            yield from check_shape(tool.get("function"), FUNCTION, "tools", place, "function")
            yield from _check_function(tool["function"], f"tools[{place}].function")


def _check_function(function: dict[str, Any], where: str) -> Iterator[Rejection]:
    yield from check_name(function["name"], f"{where}.name")
    if function.get("strict"):
        schema, param = function.get("parameters"), f"{where}.parameters"
        yield from check_strict_schema("function", function["name"], schema, param, "invalid_function_parameters")


def _check_tools_allowed(asked: ParsedRequest) -> Iterator[Rejection]:
    if not find_chat_functions(asked.body):
        return
    if NO_TOOLS_IN_CHAT.match(asked.model):
        words = f"Function tools are not supported for {asked.model} in /v1/chat/completions. Use /v1/responses."
        yield Rejection(words, param="tools")
    elif NO_TOOLS_WITH_REASONING.match(asked.model) and asked.body.get("reasoning_effort") != "none":
        yield Rejection(
            f"Function tools with reasoning_effort are not supported for {asked.model} in /v1/chat/completions. "
            "To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
            param="reasoning_effort",
        )


def _check_tool_choice(asked: ParsedRequest) -> Iterator[Rejection]:
    choice, names = asked.body.get("tool_choice"), list(find_chat_functions(asked.body))
    if isinstance(choice, str) and choice not in TOOL_CHOICES:
        yield reject_value(choice, TOOL_CHOICES, "tool_choice")
    for name in find_chosen_names(choice):
        if name not in names:
            words = f"Invalid value for 'tool_choice': Tool choice '{name}' not found in 'tools' parameter."
            yield Rejection(words, param="tool_choice", code="invalid_value")


def _check_response_format(asked: ParsedRequest) -> Iterator[Rejection]:
    found = asked.body.get("response_format")
    if found is None:
        return
    yield from check_shape(found, FORMAT, "response_format")
    if found["type"] == "json_object" and "json" not in " ".join(read_message_texts(asked.body["messages"])).lower():
        yield Rejection(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            param="messages",
        )
    if found["type"] == "json_schema":
        yield from _check_json_schema(found.get("json_schema"))


def _check_json_schema(found: Any) -> Iterator[Rejection]:
    yield from check_shape({"json_schema": found}, {"json_schema": require(dict)}, "response_format")
    yield from check_shape(found, JSON_SCHEMA, "response_format", "json_schema")
    yield from check_name(found["name"], "response_format.json_schema.name")
    if found.get("strict"):
        yield from check_strict_schema("response_format", found["name"], found.get("schema"), "response_format", None)


RULES: tuple[RequestRule, ...] = (
    _check_body,
    _check_max_tokens,
    _check_effort,
    _check_sampling,
    _check_messages,
    _check_call_order,
    _check_tools,
    _check_tools_allowed,
    _check_tool_choice,
    _check_response_format,
    build_picture_rule("image_url.url"),
)
