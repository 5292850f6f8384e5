"""Read a Messages request body: its pictures, its tools, the schema for the reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from typesight.testing.received import ReceivedPicture
from typesight.testing.received_pictures import ANTHROPIC_LIMITS, BadPictureError, SentPicture, decode_base64_picture
from typesight.testing.sandbox_wire import build_tool_calls, choose_tool, enumerate_objects
from typesight.testing.scripted_replies import Reply

__all__ = ["build_reply", "find_input_schemas", "find_pictures", "find_reply_schema"]


def find_pictures(body: dict[str, Any]) -> Iterator[SentPicture]:
    """Every picture of a body, decoded or not; lenient, because it runs on any JSON object."""
    for place, message in enumerate_objects(body.get("messages")):
        yield from _find_block_pictures(message.get("content"), "messages", place, "content")


def _find_block_pictures(content: object, *path: str | int) -> Iterator[SentPicture]:
    for place, block in enumerate_objects(content):
        source = block.get("source")
        if block.get("type") == "tool_result":
            yield from _find_block_pictures(block.get("content"), *path, place, "content")
        elif block.get("type") == "image" and isinstance(source, dict):
            yield SentPicture((*path, place), _decode_source(source))


def _decode_source(source: dict[str, Any]) -> ReceivedPicture | BadPictureError:
    if source.get("type") != "base64":
        return ReceivedPicture.from_reference(str(source.get("url") or source.get("file_id")))
    try:
        return decode_base64_picture(str(source.get("media_type")), str(source.get("data")), ANTHROPIC_LIMITS)
    except BadPictureError as bad:
        return bad


def find_input_schemas(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The input schemas of a body's tools, by name; an empty schema for the provider's own tools."""
    return {str(tool.get("name")): tool.get("input_schema") or {} for _, tool in enumerate_objects(body.get("tools"))}


def _find_called_tool(body: dict[str, Any]) -> str | None:
    """The name of the tool that a record is sent with; None if it is sent as text."""
    choice = body.get("tool_choice") or {}
    names = [name for name, schema in find_input_schemas(body).items() if schema]
    return None if choice.get("type") == "none" else choose_tool(names, choice.get("name"))


def find_reply_schema(body: dict[str, Any]) -> Mapping[str, Any] | None:
    """The JSON Schema that the reply should follow; None if the body has none."""
    tool = _find_called_tool(body)
    form = (body.get("output_config") or {}).get("format") or {}
    return find_input_schemas(body)[tool] if tool else form.get("schema")


def build_reply(body: dict[str, Any], text: str) -> Reply:
    """Put a record's JSON text into the form that the body asks for: tool calls or text."""
    if _find_called_tool(body) is None:
        return Reply(text=text)
    schemas = {name: schema for name, schema in find_input_schemas(body).items() if schema}
    return Reply(calls=build_tool_calls(text, schemas, (body.get("tool_choice") or {}).get("name")))
