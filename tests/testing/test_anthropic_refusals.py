"""What the sandbox refuses on Anthropic's wire, sent by the real SDK."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import anthropic
import pytest
from anthropic.types import Message

Body = dict[str, Any]
Painter = Callable[..., str]

SCHEMA: Body = {
    "type": "object",
    "properties": {"total": {"type": "number"}},
    "required": ["total"],
    "additionalProperties": False,
}
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
IMAGE: Body = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
TEXT: Body = {"type": "text", "text": "Extract."}
ASK: Body = {"role": "user", "content": "Extract."}
USE: Body = {"type": "tool_use", "id": "toolu_1", "name": "Receipt", "input": {}}
RESULT: Body = {"type": "tool_result", "tool_use_id": "toolu_1", "is_error": True, "content": [TEXT, IMAGE]}
USING: Body = {"role": "assistant", "content": [USE]}
TOOL: Body = {"name": "Receipt", "description": "A receipt.", "input_schema": SCHEMA, "strict": True}
MARK: Body = {"cache_control": {"type": "ephemeral"}}
HOUR: Body = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}


def good() -> Body:
    """Everything at once that is right."""
    body = {
        "model": "claude-sonnet-5-5",
        "max_tokens": 100,
        "system": [{**TEXT, **HOUR}],
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "Image 1:"}, {**IMAGE, **MARK}]},
            USING,
            {"role": "user", "content": [RESULT, {"type": "text", "text": "Call the tool again."}]},
        ],
        "tools": [TOOL],
        "tool_choice": {"type": "auto", "disable_parallel_tool_use": True},
        "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": SCHEMA}},
    }
    return dict(json.loads(json.dumps(body)))


def sent(claude: anthropic.Anthropic, body: Body, **headers: str) -> Message:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return claude.post("/v1/messages", body=body, cast_to=Message, options={"headers": named})


def test_a_right_request_is_answered_through_the_tool(claude: anthropic.Anthropic) -> None:
    block = sent(claude, good()).content[0]
    assert block.type == "tool_use"
    assert block.input == {"total": 9.8}


def put(**values: Any) -> Callable[[Body], None]:
    return lambda body: body.update(values)


def drop(key: str) -> Callable[[Body], None]:
    return lambda body: body.pop(key)


def messages(*values: Any) -> Callable[[Body], None]:
    return put(messages=list(values))


def user(*blocks: Any) -> Callable[[Body], None]:
    return messages({"role": "user", "content": list(blocks)})


def image(data: str, media_type: str = "image/png") -> Callable[[Body], None]:
    return user({"type": "image", "source": {"type": "base64", "media_type": media_type, "data": data}})


def schema(**changes: Any) -> Callable[[Body], None]:
    def change(body: Body) -> None:
        body["output_config"]["format"]["schema"] |= changes

    return change


def prop(value: Any) -> Callable[[Body], None]:
    return schema(properties={"total": value})


def tool(**changes: Any) -> Callable[[Body], None]:
    return lambda body: body["tools"][0].update(changes)


NODE: Body = {
    "type": "object",
    "properties": {"next": {"$ref": "#/$defs/Node"}},
    "required": [],
    "additionalProperties": False,
}

REFUSED: dict[str, tuple[Callable[[Body], Any], str]] = {
    # the body
    "an unknown parameter": (put(nope=1), "nope: Extra inputs are not permitted"),
    **{
        f"{name} in the version of 2026-10-21": (put(**{name: 1}), f"{name}: Extra inputs are not permitted")
        for name in ("temperature", "top_p", "top_k")
    },
    "no model": (drop("model"), "model: Field required"),
    "no max_tokens": (drop("max_tokens"), "max_tokens: Field required"),
    "a negative max_tokens": (put(max_tokens=-1), "max_tokens: Input should be greater than or equal to 0"),
    "no messages": (drop("messages"), "messages: Field required"),
    "empty messages": (put(messages=[]), "messages: at least one message is required"),
    # the messages
    "a tool role": (messages(ASK, {"role": "tool", "content": "x"}, ASK), "messages.1.role: Input should be 'user'"),
    "a message without content": (messages({"role": "user"}), "messages.0.content: Field required"),
    "an unknown key of a message": (messages({**ASK, "name": "Ada"}), "messages.0.name: Extra inputs"),
    "an assistant first": (messages({"role": "assistant", "content": "x"}, ASK), "first message must use the"),
    "a prefill": (messages(ASK, {"role": "assistant", "content": "{"}), "must end with a user message"),
    "an empty text": (user({"type": "text", "text": ""}), "text content blocks must be non-empty"),
    "an empty message": (messages({"role": "user", "content": ""}), "text content blocks must be non-empty"),
    "an empty text in the system prompt": (put(system=[{"type": "text", "text": " "}]), "system.0: text content"),
    "an OpenAI image": (user({"type": "image_url", "image_url": {"url": "x"}}), "Input tag 'image_url' found using"),
    "a block without a type": (user({"text": "x"}), "messages.0.content.0.type: Field required"),
    "an unknown key beside an image": (user({**IMAGE, "detail": "high"}), "image.detail: Extra inputs"),
    "an unknown key in an image": (user({"type": "image", "source": {**IMAGE["source"], "x": 1}}), "base64.x: Extra"),
    "an unknown source": (user({"type": "image", "source": {"type": "path"}}), "Input tag 'path' found"),
    "an unknown transformation": (user({**IMAGE, "transformations": {"oversized_image": "crop"}}), "'downsize' or 'e"),
    "an image of the assistant": (
        messages(ASK, {"role": "assistant", "content": [IMAGE]}, ASK),
        "`image` blocks can only be in `user` and `tool_result` messages, not in `assistant`",
    ),
    "an image in the system prompt": (put(system=[IMAGE]), "not in `system`"),
    "a tool use of the user": (user(USE), "`tool_use` blocks can only be in `assistant` messages"),
    "a tool result of the assistant": (
        messages(ASK, {"role": "assistant", "content": [RESULT]}, ASK),
        "`tool_result` blocks can only be in `user`",
    ),
    # the order of tool uses
    "a use that is never answered": (messages(ASK, USING, ASK), "without `tool_result` blocks immediately after: tool"),
    "a use that ends the conversation": (messages(ASK, USING), "must end with a user message"),
    "text before the result": (
        messages(ASK, USING, {"role": "user", "content": [TEXT, RESULT]}),
        "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1",
    ),
    "one use of two that is answered": (
        messages(
            ASK,
            {"role": "assistant", "content": [USE, {**USE, "id": "toolu_2"}]},
            {"role": "user", "content": [RESULT]},
        ),
        "immediately after: toolu_2",
    ),
    "a result of no use": (user(RESULT), "unexpected `tool_use_id` found in `tool_result` blocks: toolu_1"),
    "two results of one use": (
        messages(ASK, USING, {"role": "user", "content": [RESULT, RESULT]}),
        "messages.2.content.1: unexpected `tool_use_id`",
    ),
    "a result without its id": (user({"type": "tool_result"}), "tool_result.tool_use_id: Field required"),
    "an image of OpenAI inside a result": (
        messages(ASK, USING, {"role": "user", "content": [{**RESULT, "content": [{"type": "image_url"}]}]}),
        "messages.2.content.0.content.0: Input tag 'image_url'",
    ),
    # tools
    "a tool of OpenAI's shape": (put(tools=[{"function": {"name": "x"}}]), "tools.0.custom.name: Field required"),
    "an illegal tool name": (tool(name="my tool"), "tools.0.custom.name: String should match pattern"),
    "an input schema of no object": (
        tool(input_schema={"type": "array"}),
        "input_schema.type: Input should be 'object'",
    ),
    "a forced tool that is not there": (
        put(model="claude-haiku-5-5", tool_choice={"type": "tool", "name": "Other"}),
        "Tool 'Other' not found in provided tools",
    ),
    "tool_choice as a word": (put(tool_choice="auto"), "tool_choice: Input should be an object"),
    "an unknown tool_choice": (put(tool_choice={"type": "required"}), "Input tag 'required' found"),
    "a forced tool while thinking": (
        put(
            model="claude-haiku-4-5",
            tool_choice={"type": "any"},
            thinking={"type": "enabled", "budget_tokens": 1024},
        ),
        "Thinking may not be enabled when tool_choice forces tool use.",
    ),
    **{
        f"tool_choice {choice['type']} on {model}": (
            put(model=model, tool_choice=choice),
            'tool_choice: type "tool" and "any" are not supported for this model.',
        )
        for choice in ({"type": "any"}, {"type": "tool", "name": "Receipt"})
        for model in (
            "claude-opus-5-5",
            "claude-sonnet-5-5",
            "claude-sonnet-5-5-20261001",
            "claude-fable-5-1",
            "claude-mythos-5-1",
            "claude-fable-5-2",
        )
    },
    # caching
    "five cache marks": (
        user(*[{**TEXT, **HOUR}] * 5),
        "A maximum of 4 blocks with cache_control may be provided. Found 6",
    ),
    "an hour after five minutes": (
        user({**TEXT, **MARK}, {**TEXT, **HOUR}),
        "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block",
    ),
    "an unknown ttl": (
        user({**TEXT, "cache_control": {"type": "ephemeral", "ttl": "24h"}}),
        "Input should be '5m' or '1h'",
    ),
    "cache_control true": (user({**TEXT, "cache_control": True}), "cache_control: Input should be an object"),
    # strict schemas
    "an unknown effort": (put(output_config={"effort": "none"}), "output_config.effort: Input should be 'low'"),
    "a format without a schema": (
        put(output_config={"format": {"type": "json_schema"}}),
        "format.schema: Field required",
    ),
    "a root that is an array": (schema(type="array"), "the root must be of type 'object', not 'array'"),
    "an open object": (schema(additionalProperties=True), "'additionalProperties' must be explicitly set to false"),
    "a minimum": (prop({"type": "number", "minimum": 0}), "For 'number' type, properties minimum are not supported"),
    "a minLength": (prop({"type": "string", "minLength": 1}), "For 'string' type, properties minLength are not"),
    "two minItems": (prop({"type": "array", "items": {"type": "string"}, "minItems": 2}), "'minItems' values other"),
    "maxItems": (prop({"type": "array", "items": {"type": "string"}, "maxItems": 2}), "properties maxItems are not"),
    "oneOf": (prop({"oneOf": [{"type": "string"}]}), "properties oneOf are not supported"),
    "allOf with a reference": (
        schema(properties={"total": {"allOf": [{"$ref": "#/$defs/A"}]}}, **{"$defs": {"A": {"type": "string"}}}),
        "'allOf' with '$ref' is not supported",
    ),
    "an external reference": (prop({"$ref": "https://example.com/schema"}), "only internal references are supported"),
    "an unknown format": (prop({"type": "string", "format": "regex"}), "String format 'regex' is not supported"),
    "an enum of objects": (prop({"enum": [{"a": 1}]}), "'enum' may hold strings, numbers, booleans and null only"),
    "recursion": (schema(**{"$defs": {"Node": NODE}}), "recursive schemas are not supported"),
    "25 optional parameters": (
        tool(input_schema={**SCHEMA, "properties": {f"p{n}": {"type": "string"} for n in range(25)}, "required": []}),
        "too many optional parameters (25)",
    ),
    "17 unions": (
        tool(
            input_schema={
                **SCHEMA,
                "properties": {f"p{n}": {"type": ["string", "null"]} for n in range(17)},
                "required": [f"p{n}" for n in range(17)],
            }
        ),
        "too many parameters with union types (17",
    ),
    "21 strict tools": (put(tools=[{**TOOL, "name": f"t{n}"} for n in range(21)]), "at most 20 strict tools"),
    # pictures
    "base64 with a newline": (image(f"{PNG[:20]}\n{PNG[20:]}"), "invalid base64 data"),
    "url-safe base64": (image(PNG.replace("/", "_")), "invalid base64 data"),
    "base64 without its padding": (image(f"{PNG}AA"), "invalid base64 data"),
    "a data URI": (image(f"data:image/png;base64,{PNG}"), "invalid base64 data"),
    "a media type that the bytes are not": (
        image(PNG, "image/jpeg"),
        "specified as image/jpeg, but the bytes are image",
    ),
    "image/bmp": (image(PNG, "image/bmp"), "media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or"),
    "bytes that are no image": (image("aGVsbG8="), "Could not process image"),
    "a picture that breaks off": (image(PNG[:68]), "Could not process image"),
    "more than 10 MB": (image("A" * (10 * 1024 * 1024 + 4)), "image exceeds 10 MB maximum: 10485764 bytes > 10485760"),
    "601 images": (
        user(*[{"type": "image", "source": {"type": "url", "url": "https://a.b/c"}}] * 601),
        "601 images > 600",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_anthropic_refuses(case: str, claude: anthropic.Anthropic) -> None:
    change, words = REFUSED[case]
    body = good()
    change(body)
    with pytest.raises(anthropic.BadRequestError) as caught:
        sent(claude, body)
    assert words in (caught.value.api_message or "")
    assert caught.value.type == "invalid_request_error"
    assert caught.value.request_id is not None


def test_anthropic_refuses_a_side_of_more_than_8000_pixels(claude: anthropic.Anthropic, paint: Painter) -> None:
    body = good()
    image(paint(size=(8001, 10)))(body)
    with pytest.raises(anthropic.BadRequestError, match="exceed max allowed size: 8000 pixels"):
        sent(claude, body)


def test_anthropic_refuses_a_side_of_more_than_2000_pixels_among_21(
    claude: anthropic.Anthropic, paint: Painter
) -> None:
    body = good()
    large = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": paint(size=(2001, 10))}}
    user(*[large] * 20)(body)
    sent(claude, body)
    user(*[large] * 21)(body)
    with pytest.raises(anthropic.BadRequestError, match="many-image requests: 2000 pixels"):
        sent(claude, body)


def test_anthropic_refuses_a_request_of_more_than_32_megabytes(claude: anthropic.Anthropic) -> None:
    body = good()
    user({"type": "text", "text": "x" * (32 * 1024 * 1024)})(body)
    with pytest.raises(anthropic.RequestTooLargeError, match="Request exceeds the maximum size"):
        sent(claude, body)


ACCEPTED: dict[str, Callable[[Body], Any]] = {
    "a prefill on Claude 4.5": lambda body: body.update(
        model="claude-haiku-4-5", messages=[ASK, {"role": "assistant", "content": "{"}]
    ),
    "a forced tool on Haiku 5.5": put(model="claude-haiku-5-5", tool_choice={"type": "tool", "name": "Receipt"}),
    "two users in a row": messages(ASK, ASK),
    "two users in a row after a tool use": messages(ASK, USING, {"role": "user", "content": [RESULT]}, ASK),
    "an empty tool result": messages(ASK, USING, {"role": "user", "content": [{**RESULT, "content": ""}]}),
    "optional properties": schema(required=[]),
    "a default and a pattern": prop({"type": "string", "default": "x", "pattern": "^x"}),
    "one minItems and a uri": prop({"type": "array", "items": {"type": "string", "format": "uri"}, "minItems": 1}),
    "a definition used twice": schema(
        properties={"total": {"$ref": "#/$defs/A"}, "b": {"$ref": "#/$defs/A"}},
        **{"$defs": {"A": {"type": "string"}}},
    ),
    "a tool that is not strict": tool(strict=False, input_schema={"type": "object"}),
    "a server tool": put(tools=[{"type": "web_search_20260318", "name": "web_search"}]),
    "an http image": user({"type": "image", "source": {"type": "url", "url": "https://example.com/a.jpg"}}),
    "a file": user({"type": "image", "source": {"type": "file", "file_id": "file_011"}}),
    "a thinking block sent back": messages(
        ASK,
        {"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm.", "signature": "s"}, TEXT]},
        ASK,
    ),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_anthropic_takes(case: str, claude: anthropic.Anthropic) -> None:
    body = good()
    ACCEPTED[case](body)
    assert sent(claude, body).stop_reason in ("tool_use", "end_turn")


def test_the_older_version_takes_sampling(claude: anthropic.Anthropic) -> None:
    body = good() | {"model": "claude-sonnet-4-6", "temperature": 0}
    assert sent(claude, body, anthropic_version="2023-06-01").stop_reason == "tool_use"


def test_an_animation_is_taken_for_its_first_frame(claude: anthropic.Anthropic, paint: Painter) -> None:
    body = good()
    image(paint("GIF", frames=2), "image/gif")(body)
    assert sent(claude, body).stop_reason == "tool_use"
