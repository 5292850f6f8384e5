"""Read a Messages request body: its pictures, its tools, the schema for the reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from typesight.testing.received import ReceivedPicture
from typesight.testing.received_pictures import ANTHROPIC, BadPictureError, SentPicture, receive
from typesight.testing.sandbox_wire import called_as, chosen_tool, objects
from typesight.testing.scripted_replies import Reply

__all__ = ["formed", "input_schemas", "sent_pictures", "wanted_schema"]


def sent_pictures(body: dict[str, Any]) -> Iterator[SentPicture]:
    """Every picture of a body, decoded or not; lenient, because it runs on any JSON object."""
    for place, message in objects(body.get("messages")):
        yield from _sent_blocks(message.get("content"), "messages", place, "content")


def _sent_blocks(content: object, *path: str | int) -> Iterator[SentPicture]:
    for place, block in objects(content):
        source = block.get("source")
        if block.get("type") == "tool_result":
            yield from _sent_blocks(block.get("content"), *path, place, "content")
        elif block.get("type") == "image" and isinstance(source, dict):
            yield SentPicture((*path, place), _outcome(source))


def _outcome(source: dict[str, Any]) -> ReceivedPicture | BadPictureError:
    if source.get("type") != "base64":
        return ReceivedPicture.unfetched(str(source.get("url") or source.get("file_id")))
    try:
        return receive(str(source.get("media_type")), str(source.get("data")), ANTHROPIC)
    except BadPictureError as bad:
        return bad


def input_schemas(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The input schemas of a body's tools, by name; an empty schema for the provider's own tools."""
    return {str(tool.get("name")): tool.get("input_schema") or {} for _, tool in objects(body.get("tools"))}


def called_tool(body: dict[str, Any]) -> str | None:
    """The name of the tool that a record is sent with; None if it is sent as text."""
    choice = body.get("tool_choice") or {}
    names = [name for name, schema in input_schemas(body).items() if schema]
    return None if choice.get("type") == "none" else chosen_tool(names, choice.get("name"))


def wanted_schema(body: dict[str, Any]) -> Mapping[str, Any] | None:
    """The JSON Schema that the reply should follow; None if the body has none."""
    tool = called_tool(body)
    form = (body.get("output_config") or {}).get("format") or {}
    return input_schemas(body)[tool] if tool else form.get("schema")


def formed(body: dict[str, Any], text: str) -> Reply:
    """Put a record's JSON text into the form that the body asks for: tool calls or text."""
    if called_tool(body) is None:
        return Reply(text=text)
    schemas = {name: schema for name, schema in input_schemas(body).items() if schema}
    return Reply(calls=called_as(text, schemas, (body.get("tool_choice") or {}).get("name")))
