"""What a Chat Completions body asks for: its pictures, its tools, the schema of its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from typesight.testing.pictures import OPENAI, BadPictureError, SentPicture, receive
from typesight.testing.received import ReceivedPicture
from typesight.testing.replies import Reply
from typesight.testing.wire import chosen_tool, objects

__all__ = ["chosen_names", "formed", "functions", "sent_pictures", "texts", "wanted_schema"]

DATA_URI = re.compile(r"data:(?P<media_type>[^;,]*)(;[^,]*)?;base64,", re.IGNORECASE)


def sent_pictures(body: dict[str, Any]) -> Iterator[SentPicture]:
    """Every picture of a body, decoded or not; lenient, for it runs on any JSON object."""
    for place, message in objects(body.get("messages")):
        for index, part in objects(message.get("content")):
            image = part.get("image_url")
            if part.get("type") == "image_url" and isinstance(image, dict) and isinstance(image.get("url"), str):
                detail = image.get("detail")
                known = detail if isinstance(detail, str) else None
                yield SentPicture(("messages", place, "content", index), _outcome(image["url"]), known)


def _outcome(url: str) -> ReceivedPicture | BadPictureError:
    if url.startswith(("http://", "https://")):
        return ReceivedPicture.unfetched(url)
    head = DATA_URI.match(url)
    if head is None:
        return BadPictureError("url", "expected an http(s) URL or a base64 data URI with an image MIME type")
    try:
        return receive(head["media_type"], url[head.end() :], OPENAI)
    except BadPictureError as bad:
        return bad


def functions(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The function tools of a body by name."""
    found = (tool.get("function") for _, tool in objects(body.get("tools")))
    return {str(function.get("name")): function for function in found if isinstance(function, dict)}


def called_tool(body: dict[str, Any]) -> str | None:
    """The tool a record is to be sent through; None for plain content."""
    if body.get("tool_choice") == "none":
        return None
    return chosen_tool(list(functions(body)), next(chosen_names(body.get("tool_choice")), None))


def wanted_schema(body: dict[str, Any]) -> Mapping[str, Any] | None:
    """The JSON Schema a reply should follow; None where the body gives none."""
    tool = called_tool(body)
    form = (body.get("response_format") or {}).get("json_schema") or {}
    found = functions(body)[tool].get("parameters") if tool else form.get("schema")
    return found if isinstance(found, dict) else None


def formed(body: dict[str, Any], text: str) -> Reply:
    """A record's text in the form the body asks for: arguments of a tool call, or text."""
    tool = called_tool(body)
    return Reply(calls=((tool, text),)) if tool else Reply(text=text)


def chosen_names(choice: object) -> Iterator[str | None]:
    """The function names a tool_choice mentions; None for one that mentions a function without its name."""
    if not isinstance(choice, dict):
        return
    allowed = choice.get("allowed_tools")
    tools = allowed.get("tools") if isinstance(allowed, dict) else [choice]
    for _, tool in objects(tools):
        if tool.get("type") == "function":
            function = tool.get("function")
            yield function.get("name") if isinstance(function, dict) else None


def texts(messages: list[dict[str, Any]]) -> Iterator[str]:
    """Every text of the messages."""
    for message in messages:
        content = message.get("content")
        if isinstance(content, str):
            yield content
        yield from (str(part.get("text", "")) for _, part in objects(content))
