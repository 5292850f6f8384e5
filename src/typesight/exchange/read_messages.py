"""Read a caller's messages, in any provider's form, into Turns.

One list may mix Chat Completions, Responses (messages and items), Anthropic Messages and the SDKs' own reply objects.
Parts and items of an unknown type are kept unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from typesight.errors import ImageError, UnsupportedImage
from typesight.exchange.cache_marks import normalise_mark
from typesight.exchange.turns import ContentPart, ImageWithKeys, ToolCall, ToolResult, Turn, read_part_text
from typesight.images.autodetect import Autodetect, find_image
from typesight.images.encoding.content_parts import IMAGE_KEYS, read_image_part
from typesight.images.image import Image
from typesight.images.unsent_pictures import warn_of_unsent_picture

__all__ = ["read_turns"]

_PICTURE_ROLES = frozenset({"user", "tool"})


def read_turns(messages: Iterable[Any], autodetect: Autodetect | None = None) -> tuple[Turn, ...]:
    """A caller's messages as turns, one each; the messages themselves are not changed.

    With `autodetect`, strings in the content lists of user turns that name a picture become Images; those from a model
    or a tool never do. Raises TypeError for an object that is not a message, ImageError for an image in a role that no
    endpoint accepts it in.
    """
    if isinstance(messages, str | Mapping):
        raise TypeError("messages must be a list of {'role': ..., 'content': ...}")
    return tuple(_read_message(message, f"messages[{number}]", autodetect) for number, message in enumerate(messages))


def _dump_object(given: BaseModel) -> dict[str, Any]:
    """An SDK's reply object as the dict that its API accepts as input."""
    dumped = given.model_dump(mode="json", exclude_none=True, by_alias=True)
    # The SDK adds `parsed`; `status` belongs to the reply, and the API accepts it only on messages.
    dropped = {"parsed"} if dumped.get("type") == "message" else {"parsed", "status"}
    return {key: value for key, value in dumped.items() if key not in dropped}


def _read_message(message: Any, where: str, autodetect: Autodetect | None) -> Turn:
    if isinstance(message, BaseModel):
        message = _dump_object(message)
    if not isinstance(message, Mapping) or not isinstance(message.get("role", ""), str):
        raise TypeError(f"{where} is not a message: it needs a 'role' and a 'content'")
    if "role" not in message:
        return _read_item(message, where)
    role = message["role"]
    content = _read_content(message.get("content"), where, autodetect if role == "user" else None)
    if role == "user":
        _check_texts(content, where, autodetect)
    extra = {key: value for key, value in message.items() if key not in {"role", "content"}}
    if role == "tool":
        result = ToolResult(extra.pop("tool_call_id", None), content)
        return Turn(role, (result,), extra)
    calls = tuple(map(_read_chat_call, extra.pop("tool_calls", None) or ()))
    turn = Turn(role, content, extra)
    if turn.images and role not in _PICTURE_ROLES:
        raise ImageError(f"{where} holds an image in a {role!r} turn: images go into user turns")
    return Turn(role, (*turn.parts, *calls), extra) if calls else turn


def _read_content(given: Any, where: str, autodetect: Autodetect | None) -> str | tuple[ContentPart, ...] | None:
    if given is None or isinstance(given, str):
        return given
    several = [given] if isinstance(given, Image | Mapping) or not isinstance(given, Iterable) else given
    return tuple(_read_part(part, where, autodetect) for part in several)


def _check_texts(content: str | tuple[ContentPart, ...] | None, where: str, autodetect: Autodetect | None) -> None:
    """Warn of text in a user's turn that looks like a picture, unless `autodetect` has decided that it is text."""
    for part in (content,) if isinstance(content, str) else content or ():
        text = None if autodetect and isinstance(part, str) and not isinstance(content, str) else read_part_text(part)
        if text:
            warn_of_unsent_picture(text, where)


def _read_part(part: Any, where: str, autodetect: Autodetect | None) -> ContentPart:
    if isinstance(part, Image):
        return part
    if isinstance(part, str):
        return (find_image(autodetect, part) if autodetect else None) or part
    if isinstance(part, BaseModel):
        part = _dump_object(part)
    if isinstance(part, Mapping):
        part = normalise_mark(part)
        read = _PART_READERS.get(str(part.get("type")))
        return read(part, where) if read else _read_picture(part, autodetect)
    try:
        return Image(part)
    except (UnsupportedImage, TypeError) as error:
        raise TypeError(f"{where} holds a {type(part).__name__}: give text, Images and dicts as content") from error


def _read_picture(part: Mapping[str, Any], autodetect: Autodetect | None) -> ContentPart:
    image = read_image_part(part, autodetect)
    if image is None:
        return part
    keys = {key: value for key, value in part.items() if key not in IMAGE_KEYS}
    return ImageWithKeys(image, keys) if keys else image


def _read_item(item: Mapping[str, Any], where: str) -> Turn:
    """An item of Responses other than a message: a tool call, its output, reasoning, a built-in tool's item."""
    kind = item.get("type")
    if not isinstance(kind, str):
        raise TypeError(f"{where} is not a message: it needs a 'role' and a 'content'")
    if kind == "function_call_output":
        return Turn("tool", (_read_output(item, where),))
    return Turn("assistant", (_read_response_call(item) if kind == "function_call" else item,))


def _read_chat_call(call: Any) -> ToolCall:
    given = _dump_object(call) if isinstance(call, BaseModel) else call
    function = given.get("function") or given.get("custom") or {}
    arguments = function["arguments"] if "arguments" in function else {"input": function.get("input")}
    return ToolCall(given.get("id"), str(function.get("name")), _write_arguments(arguments), given)


def _read_response_call(item: Mapping[str, Any]) -> ToolCall:
    return ToolCall(item.get("call_id"), str(item.get("name")), _write_arguments(item.get("arguments")), item)


def _read_claude_call(block: Mapping[str, Any], where: str) -> ToolCall:
    del where
    return ToolCall(block.get("id"), str(block.get("name")), _write_arguments(block.get("input")), block)


def _read_claude_result(block: Mapping[str, Any], where: str) -> ToolResult:
    keys = {key: value for key, value in block.items() if key not in {"type", "tool_use_id", "content", "is_error"}}
    content = _read_content(block.get("content"), where, None)
    return ToolResult(block.get("tool_use_id"), content, failed=bool(block.get("is_error")), extra=keys)


def _read_output(item: Mapping[str, Any], where: str) -> ToolResult:
    keys = {key: value for key, value in item.items() if key not in {"type", "call_id", "output"}}
    return ToolResult(item.get("call_id"), _read_content(item.get("output"), where, None), extra=keys)


def _write_arguments(arguments: Any) -> str:
    """A tool call's arguments as JSON text; some forms have them as an object."""
    return arguments or "{}" if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False)


_PART_READERS: Mapping[str, Callable[[Mapping[str, Any], str], ContentPart]] = {
    "tool_use": _read_claude_call,
    "tool_result": _read_claude_result,
}
