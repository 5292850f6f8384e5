"""Read a Chat Completions request body: its pictures, its tools, the schema for the reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from typesight.testing.openai.shared import decode_picture_url
from typesight.testing.received_pictures import SentPicture
from typesight.testing.sandbox_wire import build_tool_calls, choose_tool, enumerate_objects
from typesight.testing.scripted_replies import Reply

__all__ = [
    "build_reply",
    "find_chat_functions",
    "find_chosen_names",
    "find_pictures",
    "find_reply_schema",
    "read_message_texts",
]


def find_pictures(body: dict[str, Any]) -> Iterator[SentPicture]:
    """Every picture of a body, decoded or not; lenient, because it runs on any JSON object."""
    for place, message in enumerate_objects(body.get("messages")):
        for index, part in enumerate_objects(message.get("content")):
            image = part.get("image_url")
            if part.get("type") == "image_url" and isinstance(image, dict) and isinstance(image.get("url"), str):
                detail = image.get("detail")
                known = detail if isinstance(detail, str) else None
                yield SentPicture(("messages", place, "content", index), decode_picture_url(image["url"]), known)


def find_chat_functions(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The function tools of a body, by name."""
    found = (tool.get("function") for _, tool in enumerate_objects(body.get("tools")))
    return {str(function.get("name")): function for function in found if isinstance(function, dict)}


def _find_called_tool(body: dict[str, Any]) -> str | None:
    """The name of the tool that a record is sent with; None if it is sent as text."""
    if body.get("tool_choice") == "none":
        return None
    return choose_tool(list(find_chat_functions(body)), next(find_chosen_names(body.get("tool_choice")), None))


def find_reply_schema(body: dict[str, Any]) -> Mapping[str, Any] | None:
    """The JSON Schema that the reply should follow; None if the body has none."""
    tool = _find_called_tool(body)
    form = (body.get("response_format") or {}).get("json_schema") or {}
    found = find_chat_functions(body)[tool].get("parameters") if tool else form.get("schema")
    return found if isinstance(found, dict) else None


def build_reply(body: dict[str, Any], text: str) -> Reply:
    """Put a record's JSON text into the form that the body asks for: tool calls or text."""
    if _find_called_tool(body) is None:
        return Reply(text=text)
    schemas = {name: function.get("parameters") or {} for name, function in find_chat_functions(body).items()}
    return Reply(calls=build_tool_calls(text, schemas, next(find_chosen_names(body.get("tool_choice")), None)))


def find_chosen_names(choice: object) -> Iterator[str | None]:
    """The function names in a tool_choice; None for a function entry without a name."""
    if not isinstance(choice, dict):
        return
    allowed = choice.get("allowed_tools")
    tools = allowed.get("tools") if isinstance(allowed, dict) else [choice]
    for _, tool in enumerate_objects(tools):
        if tool.get("type") == "function":
            function = tool.get("function")
            yield function.get("name") if isinstance(function, dict) else None


def read_message_texts(messages: list[dict[str, Any]]) -> Iterator[str]:
    """Every text in the messages."""
    for message in messages:
        content = message.get("content")
        if isinstance(content, str):
            yield content
        yield from (str(part.get("text", "")) for _, part in enumerate_objects(content))
