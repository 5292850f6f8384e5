"""Rules for Chat Completions requests: what OpenAI rejects.

Sources: OpenAI docs (structured-outputs and images-vision 2026-09, deployment-checklist 2026-09-30), the request types
of openai 3.52.0, reported 400s. Messages quoted there are repeated verbatim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from typesight.testing.object_shapes import Path, must
from typesight.testing.openai.chat_body import chosen_names, functions, texts
from typesight.testing.openai.chat_shapes import (
    BODY,
    CALL,
    CALLED,
    CHOICES,
    FORMAT,
    FUNCTION,
    IMAGE_URL,
    JSON_SCHEMA,
    MARKED,
    MESSAGES,
    PARTS,
    PARTS_OF_ROLE,
    SPOKEN,
    TOOL,
)
from typesight.testing.openai.terms import (
    BREAKPOINT,
    named,
    no_sampling,
    no_value,
    pictures,
    shaped,
    spelled_path,
    strict_refusals,
)
from typesight.testing.rejections import Refusal
from typesight.testing.sandbox_wire import Asked, Rule

__all__ = ["RULES"]

WANTS_MAX_COMPLETION_TOKENS = re.compile(r"o\d|gpt-[56]")
NO_TOOLS_IN_CHAT = re.compile(r"gpt-6-astra|gpt-6\.1-")
"""Tool calling needs Responses; these have no reasoning_effort "none" either (deployment-checklist, 2026-09-30)."""
NO_TOOLS_WITH_REASONING = re.compile(r"gpt-5\.[456]|gpt-6-(sol|luna)")


def _body(asked: Asked) -> Iterator[Refusal]:
    yield from shaped(asked.body, BODY)
    if not asked.model:
        yield Refusal("you must provide a model parameter")
    if not asked.body["messages"]:
        words = "Invalid 'messages': empty array. Expected an array with minimum length 1."
        yield Refusal(words, param="messages", code="empty_array")


def _max_tokens(asked: Asked) -> Iterator[Refusal]:
    if asked.body.get("max_tokens") is not None and WANTS_MAX_COMPLETION_TOKENS.match(asked.model):
        yield Refusal(
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            param="max_tokens",
            code="unsupported_parameter",
        )


def _sampling(asked: Asked) -> Iterator[Refusal]:
    yield from no_sampling(asked, asked.body.get("reasoning_effort"))


def _effort(asked: Asked) -> Iterator[Refusal]:
    if asked.body.get("reasoning_effort") == "none" and NO_TOOLS_IN_CHAT.match(asked.model):
        words = "Unsupported value: 'reasoning_effort' does not support 'none' with this model."
        yield Refusal(words, param="reasoning_effort", code="unsupported_value")


def _messages(asked: Asked) -> Iterator[Refusal]:
    for place, message in enumerate(asked.body["messages"]):
        where = ("messages", place)
        role = message.get("role") if isinstance(message, dict) else None
        if isinstance(role, str) and role not in MESSAGES:
            yield no_value(role, tuple(MESSAGES), *where, "role")
        else:
            yield from shaped(message, MESSAGES[role] if isinstance(role, str) else SPOKEN, *where)
        yield from _content(message, where)
        if role == "assistant":
            yield from _said_something(message, where)
            yield from _calls(message, where)


def _said_something(message: dict[str, Any], where: Path) -> Iterator[Refusal]:
    if all(message.get(key) is None for key in ("content", "tool_calls", "function_call", "refusal", "audio")):
        path = spelled_path((*where, "content"))
        yield Refusal(f"Invalid value for '{path}': expected a string, got null.", param=path, code="invalid_value")


def _calls(message: dict[str, Any], where: Path) -> Iterator[Refusal]:
    for place, call in enumerate(message.get("tool_calls") or ()):
        path = (*where, "tool_calls", place)
        yield from shaped(call, CALL, *path)
        if call["type"] == "function":
            yield from shaped(call.get("function"), CALLED, *path, "function")


def _content(message: dict[str, Any], where: Path) -> Iterator[Refusal]:
    content, role = message.get("content"), message["role"]
    for place, part in enumerate(content if isinstance(content, list) else ()):
        path = (*where, "content", place)
        kind = part.get("type") if isinstance(part, dict) else None
        if isinstance(kind, str) and kind not in PARTS:
            yield no_value(kind, tuple(PARTS), *path, "type")
        yield from shaped(part, PARTS[kind] if isinstance(kind, str) else MARKED, *path)
        yield from _in_place(role, str(kind), path)
        yield from _details(part, path)


def _in_place(role: str, kind: str, path: Path) -> Iterator[Refusal]:
    if kind in PARTS_OF_ROLE[role]:
        return
    words = (
        f"Image URLs are only allowed for messages with role 'user', but this message with role '{role}' contains "
        "an image URL."
        if kind == "image_url"
        else f"Invalid value: '{kind}'. Messages with role '{role}' support: {sorted(PARTS_OF_ROLE[role])}."
    )
    yield Refusal(words, param=spelled_path(path), code="invalid_value")


def _details(part: dict[str, Any], path: Path) -> Iterator[Refusal]:
    if part["type"] == "image_url":
        yield from shaped(part["image_url"], IMAGE_URL, *path, "image_url")
    if part.get("prompt_cache_breakpoint") is not None:
        yield from shaped(part["prompt_cache_breakpoint"], BREAKPOINT, *path, "prompt_cache_breakpoint")


def _order(asked: Asked) -> Iterator[Refusal]:
    """Every tool call needs one tool message, immediately after the call (the API's 400 says so)."""
    waiting: list[str] = []
    called: list[str] = []
    for place, message in enumerate(asked.body["messages"]):
        param = f"messages.[{place}].role"
        if message["role"] == "tool":
            yield from _answer(message["tool_call_id"], waiting, called, place)
            continue
        if waiting:
            yield _unanswered(waiting, param)
        called = [call["id"] for call in message.get("tool_calls") or ()]
        waiting = list(called)
    if waiting:
        yield _unanswered(waiting, f"messages.[{len(asked.body['messages'])}].role")


def _answer(call_id: str, waiting: list[str], called: list[str], place: int) -> Iterator[Refusal]:
    if not called:
        yield Refusal(
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
            "'tool_calls'.",
            param=f"messages.[{place}].role",
        )
    elif call_id not in waiting:
        words = f"Invalid parameter: 'tool_call_id' of '{call_id}' not found in 'tool_calls' of previous message."
        yield Refusal(words, param=f"messages.[{place}].tool_call_id")
    else:
        waiting.remove(call_id)


def _unanswered(waiting: list[str], param: str) -> Refusal:
    return Refusal(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
        f"The following tool_call_ids did not have response messages: {', '.join(waiting)}",
        param=param,
    )


def _tools(asked: Asked) -> Iterator[Refusal]:
    for place, tool in enumerate(asked.body.get("tools") or ()):
        yield from shaped(tool, TOOL, "tools", place)
        if tool["type"] == "function":
            yield from shaped(tool.get("function"), FUNCTION, "tools", place, "function")
            yield from _function(tool["function"], f"tools[{place}].function")


def _function(function: dict[str, Any], where: str) -> Iterator[Refusal]:
    yield from named(function["name"], f"{where}.name")
    if function.get("strict"):
        schema, param = function.get("parameters"), f"{where}.parameters"
        yield from strict_refusals("function", function["name"], schema, param, "invalid_function_parameters")


def _tools_in_chat(asked: Asked) -> Iterator[Refusal]:
    if not functions(asked.body):
        return
    if NO_TOOLS_IN_CHAT.match(asked.model):
        words = f"Function tools are not supported for {asked.model} in /v1/chat/completions. Use /v1/responses."
        yield Refusal(words, param="tools")
    elif NO_TOOLS_WITH_REASONING.match(asked.model) and asked.body.get("reasoning_effort") != "none":
        yield Refusal(
            f"Function tools with reasoning_effort are not supported for {asked.model} in /v1/chat/completions. "
            "To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
            param="reasoning_effort",
        )


def _tool_choice(asked: Asked) -> Iterator[Refusal]:
    choice, names = asked.body.get("tool_choice"), list(functions(asked.body))
    if isinstance(choice, str) and choice not in CHOICES:
        yield no_value(choice, CHOICES, "tool_choice")
    for name in chosen_names(choice):
        if name not in names:
            words = f"Invalid value for 'tool_choice': Tool choice '{name}' not found in 'tools' parameter."
            yield Refusal(words, param="tool_choice", code="invalid_value")


def _response_format(asked: Asked) -> Iterator[Refusal]:
    found = asked.body.get("response_format")
    if found is None:
        return
    yield from shaped(found, FORMAT, "response_format")
    if found["type"] == "json_object" and "json" not in " ".join(texts(asked.body["messages"])).lower():
        yield Refusal(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            param="messages",
        )
    if found["type"] == "json_schema":
        yield from _json_schema(found.get("json_schema"))


def _json_schema(found: Any) -> Iterator[Refusal]:
    yield from shaped({"json_schema": found}, {"json_schema": must(dict)}, "response_format")
    yield from shaped(found, JSON_SCHEMA, "response_format", "json_schema")
    yield from named(found["name"], "response_format.json_schema.name")
    if found.get("strict"):
        yield from strict_refusals("response_format", found["name"], found.get("schema"), "response_format", None)


RULES: tuple[Rule, ...] = (
    _body,
    _max_tokens,
    _effort,
    _sampling,
    _messages,
    _order,
    _tools,
    _tools_in_chat,
    _tool_choice,
    _response_format,
    pictures("image_url.url"),
)
