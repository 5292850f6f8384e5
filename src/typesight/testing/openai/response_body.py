"""Read a Responses request body: its pictures, its tools, the schema for the reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from typesight.testing.openai.shared import decode_picture_url
from typesight.testing.received_pictures import SentPicture
from typesight.testing.sandbox_wire import build_tool_calls, choose_tool, enumerate_objects
from typesight.testing.scripted_replies import Reply

__all__ = [
    "build_reply",
    "find_chosen_name",
    "find_pictures",
    "find_reply_schema",
    "find_response_functions",
    "read_input_texts",
]


def find_pictures(body: dict[str, Any]) -> Iterator[SentPicture]:
    """Every picture of a body, decoded or not; lenient, because it runs on any JSON object."""
    for place, item in enumerate_objects(body.get("input")):
        for key in ("content", "output"):
            for index, part in enumerate_objects(item.get(key)):
                url, detail = part.get("image_url"), part.get("detail")
                if part.get("type") == "input_image" and isinstance(url, str):
                    known = detail if isinstance(detail, str) else None
                    yield SentPicture(("input", place, key, index), decode_picture_url(url), known)


def find_response_functions(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The function tools of a body, by name."""
    return {
        str(tool.get("name")): tool
        for _, tool in enumerate_objects(body.get("tools"))
        if tool.get("type") == "function"
    }


def find_chosen_name(choice: object) -> str | None:
    """The function that a tool_choice names, or None."""
    if not isinstance(choice, dict) or choice.get("type") != "function":
        return None
    return str(choice.get("name"))


def _find_called_tool(body: dict[str, Any]) -> str | None:
    if body.get("tool_choice") == "none":
        return None
    return choose_tool(list(find_response_functions(body)), find_chosen_name(body.get("tool_choice")))


def find_reply_schema(body: dict[str, Any]) -> Mapping[str, Any] | None:
    """The JSON Schema that the reply should follow; None if the body has none."""
    tool = _find_called_tool(body)
    form = (body.get("text") or {}).get("format") or {}
    found = find_response_functions(body)[tool].get("parameters") if tool else form.get("schema")
    return found if isinstance(found, dict) else None


def build_reply(body: dict[str, Any], text: str) -> Reply:
    """Put a record's JSON text into the form that the body asks for: tool calls or text."""
    tool = _find_called_tool(body)
    if tool is None:
        return Reply(text=text)
    schemas = {name: function.get("parameters") or {} for name, function in find_response_functions(body).items()}
    return Reply(calls=build_tool_calls(text, schemas, find_chosen_name(body.get("tool_choice"))))


def read_input_texts(body: dict[str, Any]) -> Iterator[str]:
    """Every text in the input messages; `instructions` are not included."""
    given = body.get("input")
    if isinstance(given, str):
        yield given
    for _, item in enumerate_objects(given):
        content = item.get("content")
        if isinstance(content, str):
            yield content
        yield from (str(part.get("text", "")) for _, part in enumerate_objects(content))
