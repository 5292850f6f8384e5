"""Read a Responses request body: its pictures, its tools, the schema for the reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from typesight.testing.openai.terms import received
from typesight.testing.received_pictures import SentPicture
from typesight.testing.sandbox_wire import called_as, chosen_tool, objects
from typesight.testing.scripted_replies import Reply

__all__ = ["chosen_name", "formed", "functions", "input_texts", "sent_pictures", "wanted_schema"]


def sent_pictures(body: dict[str, Any]) -> Iterator[SentPicture]:
    """Every picture of a body, decoded or not; lenient, because it runs on any JSON object."""
    for place, item in objects(body.get("input")):
        for key in ("content", "output"):
            for index, part in objects(item.get(key)):
                url, detail = part.get("image_url"), part.get("detail")
                if part.get("type") == "input_image" and isinstance(url, str):
                    known = detail if isinstance(detail, str) else None
                    yield SentPicture(("input", place, key, index), received(url), known)


def functions(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The function tools of a body, by name."""
    return {str(tool.get("name")): tool for _, tool in objects(body.get("tools")) if tool.get("type") == "function"}


def chosen_name(choice: object) -> str | None:
    """The function that a tool_choice names, or None."""
    if not isinstance(choice, dict) or choice.get("type") != "function":
        return None
    return str(choice.get("name"))


def _called_tool(body: dict[str, Any]) -> str | None:
    if body.get("tool_choice") == "none":
        return None
    return chosen_tool(list(functions(body)), chosen_name(body.get("tool_choice")))


def wanted_schema(body: dict[str, Any]) -> Mapping[str, Any] | None:
    """The JSON Schema that the reply should follow; None if the body has none."""
    tool = _called_tool(body)
    form = (body.get("text") or {}).get("format") or {}
    found = functions(body)[tool].get("parameters") if tool else form.get("schema")
    return found if isinstance(found, dict) else None


def formed(body: dict[str, Any], text: str) -> Reply:
    """Put a record's JSON text into the form that the body asks for: tool calls or text."""
    tool = _called_tool(body)
    if tool is None:
        return Reply(text=text)
    schemas = {name: function.get("parameters") or {} for name, function in functions(body).items()}
    return Reply(calls=called_as(text, schemas, chosen_name(body.get("tool_choice"))))


def input_texts(body: dict[str, Any]) -> Iterator[str]:
    """Every text in the input messages; `instructions` are not included."""
    given = body.get("input")
    if isinstance(given, str):
        yield given
    for _, item in objects(given):
        content = item.get("content")
        if isinstance(content, str):
            yield content
        yield from (str(part.get("text", "")) for _, part in objects(content))
