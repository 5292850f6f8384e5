"""Rules for Responses requests: what OpenAI rejects.

Sources: OpenAI docs (structured-outputs and images-vision 2026-09, deployment-checklist 2026-09-30), the request types
of openai 3.52.0, reported 400s. Messages quoted there are repeated verbatim.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typesight.testing.object_shapes import Path, Shape, must
from typesight.testing.openai.response_body import chosen_name, functions, input_texts
from typesight.testing.openai.response_shapes import (
    BODY,
    CHOICES,
    FORMAT,
    FUNCTION,
    ITEMS,
    MESSAGE,
    PARTS,
    PARTS_OF_ROLE,
    REASONING,
    TEXT,
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
from typesight.testing.sandbox_wire import Asked, Rule, objects

__all__ = ["RULES"]


def _body(asked: Asked) -> Iterator[Refusal]:
    yield from shaped(asked.body, BODY)
    if not asked.model:
        yield Refusal("you must provide a model parameter")
    if not asked.body["input"] and not asked.body.get("previous_response_id"):
        yield Refusal("Invalid 'input': empty.", param="input", code="empty_array")


def _reasoning(asked: Asked) -> Iterator[Refusal]:
    reasoning = asked.body.get("reasoning") or {}
    yield from shaped(reasoning, REASONING, "reasoning")
    yield from no_sampling(asked, reasoning.get("effort"))


def _items(asked: Asked) -> Iterator[Refusal]:
    given = asked.body["input"]
    for place, item in enumerate(given if isinstance(given, list) else ()):
        where: Path = ("input", place)
        kind = item.get("type", "message" if "role" in item else None) if isinstance(item, dict) else None
        if isinstance(kind, str) and kind not in ITEMS:
            yield no_value(kind, tuple(ITEMS), *where, "type")
            continue
        shape: Shape = ITEMS.get(kind, MESSAGE) if isinstance(kind, str) else {"type": must(str)}
        if shape or not isinstance(item, dict):
            yield from shaped(item, shape, *where)
        role = item.get("role") if kind == "message" else kind
        key = "output" if kind == "function_call_output" else "content"
        if role in PARTS_OF_ROLE:
            yield from _parts(item.get(key), str(role), (*where, key))


def _parts(content: object, role: str, where: Path) -> Iterator[Refusal]:
    for place, part in enumerate(content if isinstance(content, list) else ()):
        path = (*where, place)
        kind = part.get("type") if isinstance(part, dict) else None
        if not isinstance(kind, str):
            yield from shaped(part, {"type": must(str)}, *path)
        elif kind not in PARTS_OF_ROLE[role]:
            # The API's own message, also for a picture in an assistant message.
            yield no_value(kind, tuple(sorted(PARTS_OF_ROLE[role])), *path)
        else:
            yield from shaped(part, PARTS[kind], *path)
            yield from _details(part, path)


def _details(part: dict[str, Any], path: Path) -> Iterator[Refusal]:
    if part["type"] == "input_image" and not (part.get("image_url") or part.get("file_id")):
        where = spelled_path(path)
        words = f"Missing required parameter: '{where}'. Provide image_url or file_id."
        yield Refusal(words, param=where, code="missing_required_parameter")
    if part.get("prompt_cache_breakpoint") is not None:
        yield from shaped(part["prompt_cache_breakpoint"], BREAKPOINT, *path, "prompt_cache_breakpoint")


def _calls(asked: Asked) -> Iterator[Refusal]:
    """Every function call needs an output, and every output needs a call (the API's 400s say so)."""
    items = [item for _, item in objects(asked.body["input"])]
    called = [item["call_id"] for item in items if item.get("type") == "function_call"]
    given = [item["call_id"] for item in items if item.get("type") == "function_call_output"]
    for call in called:
        if call not in given:
            yield Refusal(f"No tool output found for function call {call}.", param="input")
    for call in given:
        if call not in called and not asked.body.get("previous_response_id"):
            yield Refusal(f"No tool call found for function call output with call_id {call}.", param="input")


def _tools(asked: Asked) -> Iterator[Refusal]:
    for place, tool in enumerate(asked.body.get("tools") or ()):
        if not isinstance(tool, dict) or not isinstance(tool.get("type"), str):
            yield from shaped(tool, {"type": must(str)}, "tools", place)
        elif tool["type"] == "function":
            yield from shaped(tool, FUNCTION, "tools", place)
            yield from _function(tool, f"tools[{place}]")


def _function(tool: dict[str, Any], where: str) -> Iterator[Refusal]:
    yield from named(tool["name"], f"{where}.name")
    if tool.get("strict"):
        schema, param = tool.get("parameters"), f"{where}.parameters"
        yield from strict_refusals("function", tool["name"], schema, param, "invalid_function_parameters")


def _tool_choice(asked: Asked) -> Iterator[Refusal]:
    choice = asked.body.get("tool_choice")
    if isinstance(choice, str) and choice not in CHOICES:
        yield no_value(choice, CHOICES, "tool_choice")
    name = chosen_name(choice)
    if name is not None and name not in functions(asked.body):
        words = f"Tool choice 'function' not found in 'tools' parameter: '{name}'."
        yield Refusal(words, param="tool_choice")


def _text(asked: Asked) -> Iterator[Refusal]:
    yield from shaped(asked.body.get("text") or {}, TEXT, "text")
    found = (asked.body.get("text") or {}).get("format")
    if found is None:
        return
    yield from shaped(found, FORMAT, "text", "format")
    if found["type"] == "json_object" and "json" not in " ".join(input_texts(asked.body)).lower():
        yield Refusal(
            "Response input messages must contain the word 'json' in some form to use 'text.format' of type "
            "'json_object'.",
            param="input",
        )
    if found["type"] == "json_schema":
        yield from _json_schema(found)


def _json_schema(found: dict[str, Any]) -> Iterator[Refusal]:
    yield from shaped(found, {**FORMAT, "name": must(str), "schema": must(dict)}, "text", "format")
    yield from named(found["name"], "text.format.name")
    if found.get("strict"):
        yield from strict_refusals("response_format", found["name"], found["schema"], "text.format.schema", None)


RULES: tuple[Rule, ...] = (
    _body,
    _reasoning,
    _items,
    _calls,
    _tools,
    _tool_choice,
    _text,
    pictures("image_url"),
)
