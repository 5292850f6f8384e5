"""What the sandbox refuses on OpenAI's wire, sent by the real SDK."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletion

from typesight.testing import Sandbox

Body = dict[str, Any]
Painter = Callable[..., str]

SCHEMA: Body = {
    "type": "object",
    "properties": {"total": {"type": "number"}},
    "required": ["total"],
    "additionalProperties": False,
}
FUNCTION: Body = {"type": "function", "function": {"name": "Receipt", "parameters": SCHEMA, "strict": True}}
CALL: Body = {"id": "call_1", "type": "function", "function": {"name": "Receipt", "arguments": "{}"}}
CALLING: Body = {"role": "assistant", "content": None, "tool_calls": [CALL]}
TOLD: Body = {"role": "tool", "tool_call_id": "call_1", "content": "total: missing"}
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
IMAGE: Body = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}", "detail": "high"}}


def good() -> Body:
    """Everything at once that is right."""
    question = {"role": "user", "content": [{"type": "text", "text": "Image 1:"}, IMAGE]}
    body = {
        "model": "gpt-6-luna",
        "messages": [{"role": "developer", "content": "Extract."}, question, CALLING, TOLD],
        "tools": [FUNCTION],
        "tool_choice": {"type": "function", "function": {"name": "Receipt"}},
        "reasoning_effort": "none",
        "max_completion_tokens": 100,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "Receipt", "schema": SCHEMA, "strict": True},
        },
    }
    return dict(json.loads(json.dumps(body)))


def sent(gpt: openai.OpenAI, body: Body) -> ChatCompletion:
    return gpt.post("/chat/completions", body=body, cast_to=ChatCompletion)


def test_a_right_request_is_answered_through_the_tool(gpt: openai.OpenAI) -> None:
    calls = sent(gpt, good()).choices[0].message.tool_calls
    assert calls is not None
    assert [(call.type, call.function.arguments) for call in calls if call.type == "function"] == [
        ("function", '{"total":9.8}')
    ]


def put(**values: Any) -> Callable[[Body], None]:
    return lambda body: body.update(values)


def drop(key: str) -> Callable[[Body], None]:
    return lambda body: body.pop(key)


def messages(*values: Any) -> Callable[[Body], None]:
    return lambda body: body.update(messages=list(values))


def user(*parts: Any) -> Callable[[Body], None]:
    return messages({"role": "user", "content": list(parts)})


def image(url: str, **more: Any) -> Callable[[Body], None]:
    return user({"type": "image_url", "image_url": {"url": url, **more}})


def schema(**changes: Any) -> Callable[[Body], None]:
    def change(body: Body) -> None:
        body["response_format"]["json_schema"]["schema"] |= changes

    return change


def prop(value: Any) -> Callable[[Body], None]:
    return schema(properties={"total": value})


def tool(**changes: Any) -> Callable[[Body], None]:
    return lambda body: body["tools"][0]["function"].update(changes)


def nested(levels: int) -> Body:
    inner: Body = {"type": "string"}
    for _ in range(levels):
        inner = {"type": "object", "properties": {"a": inner}, "required": ["a"], "additionalProperties": False}
    return inner


ASK: Body = {"role": "user", "content": "Extract the JSON."}

REFUSED: dict[str, tuple[Callable[[Body], Any], str]] = {
    # the body
    "an unknown parameter": (put(nope=1), "Unknown parameter: 'nope'."),
    "no model": (drop("model"), "Missing required parameter: 'model'."),
    "an empty model": (put(model=""), "you must provide a model parameter"),
    "no messages": (drop("messages"), "Missing required parameter: 'messages'."),
    "empty messages": (put(messages=[]), "Invalid 'messages': empty array."),
    "a string for messages": (put(messages="hello"), "Invalid type for 'messages': expected an array"),
    "a boolean for a number": (put(max_completion_tokens=True), "Invalid type for 'max_completion_tokens'"),
    "max_tokens where it has another name": (
        put(max_tokens=10),
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    ),
    "an unknown effort": (put(reasoning_effort="huge"), "Invalid value: 'huge'."),
    "sampling while reasoning": (
        lambda body: body.update(tools=None, tool_choice=None, reasoning_effort="low", temperature=0),
        "'temperature' is not supported with this model",
    ),
    # the messages
    "an unknown role": (messages({"role": "robot", "content": "x"}), "Invalid value: 'robot'."),
    "a message without a role": (messages({"content": "x"}), "Missing required parameter: 'messages[0].role'."),
    "a message that is a string": (messages("hello"), "Invalid type for 'messages[0]': expected an object"),
    "a user message without content": (messages({"role": "user"}), "'messages[0].content'"),
    "an unknown key of a message": (messages({**ASK, "nope": 1}), "Unknown parameter: 'messages[0].nope'."),
    "an assistant who says nothing": (
        messages(ASK, {"role": "assistant", "content": None}, ASK),
        "expected a string, got null",
    ),
    "an unknown part": (user({"type": "image", "source": {}}), "Invalid value: 'image'."),
    "a part without a type": (user({"text": "x"}), "Missing required parameter: 'messages[0].content[0].type'."),
    "an unknown key beside an image": (
        user({**IMAGE, "cache_control": {"type": "ephemeral"}}),
        "Unknown parameter: 'messages[0].content[0].cache_control'.",
    ),
    "an unknown key in an image": (image(f"data:image/png;base64,{PNG}", nope=1), "image_url.nope'"),
    "an image_url that is a string": (user({"type": "image_url", "image_url": "x"}), "expected an object, but got a s"),
    "an unknown detail": (image("https://example.com/a.png", detail="ultra"), "Invalid value: 'ultra'."),
    "a wrong cache breakpoint": (
        user({"type": "text", "text": "x", "prompt_cache_breakpoint": {"mode": "implicit"}}),
        "Invalid value: 'implicit'.",
    ),
    **{
        f"an image of the {role}": (
            messages(ASK, CALLING, {"role": role, "tool_call_id": "call_1", "content": [IMAGE]})
            if role == "tool"
            else messages(ASK, {"role": role, "content": [IMAGE]}, ASK),
            f"but this message with role '{role}' contains an image URL",
        )
        for role in ("system", "developer", "assistant", "tool")
    },
    # the order of tool calls
    "a call that is never answered": (messages(ASK, CALLING), "tool_call_ids did not have response messages: call_1"),
    "a call that is answered late": (messages(ASK, CALLING, ASK, TOLD), "must be followed by tool messages"),
    "one call of two that is answered": (
        messages(ASK, {**CALLING, "tool_calls": [CALL, {**CALL, "id": "call_2"}]}, TOLD, ASK),
        "did not have response messages: call_2",
    ),
    "a call that is answered twice": (messages(ASK, CALLING, TOLD, TOLD), "'tool_call_id' of 'call_1' not found"),
    "an answer to no call": (messages(ASK, TOLD), "must be a response to a preceeding message with 'tool_calls'"),
    "an answer to another call": (messages(ASK, CALLING, {**TOLD, "tool_call_id": "x"}), "'tool_call_id' of 'x' not"),
    "a call without arguments": (
        messages(ASK, {**CALLING, "tool_calls": [{**CALL, "function": {"name": "Receipt"}}]}, TOLD),
        "'messages[1].tool_calls[0].function.arguments'",
    ),
    # tools
    "an illegal tool name": (tool(name="my tool"), "^[a-zA-Z0-9_-]{1,64}$"),
    "an unknown key of a tool": (tool(nope=1), "Unknown parameter: 'tools[0].function.nope'."),
    "a tool of Anthropic's shape": (put(tools=[{"name": "x", "input_schema": {}}]), "'tools[0].type'"),
    "a strict tool with an open schema": (
        tool(parameters={"type": "object", "properties": {}, "required": []}),
        "Invalid schema for function 'Receipt': In context=(), 'additionalProperties' is required",
    ),
    "an unknown word for tool_choice": (put(tool_choice="any"), "Invalid value: 'any'."),
    "a tool_choice of a tool that is not there": (
        put(tool_choice={"type": "function", "function": {"name": "Other"}}),
        "Tool choice 'Other' not found in 'tools' parameter",
    ),
    "allowed tools that are not there": (
        put(
            tool_choice={
                "type": "allowed_tools",
                "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "Other"}}]},
            }
        ),
        "Tool choice 'Other' not found",
    ),
    **{
        f"tools with reasoning on {model}": (
            put(model=model, reasoning_effort=None),
            f"Function tools with reasoning_effort are not supported for {model} in /v1/chat/completions. "
            "To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
        )
        for model in ("gpt-5.4-mini", "gpt-5.5", "gpt-5.6-sol", "gpt-6-sol", "gpt-6-luna")
    },
    **{
        f"tools in Chat on {model}": (put(model=model, reasoning_effort=None), "/v1/responses")
        for model in ("gpt-6-astra", "gpt-6.1-sol", "gpt-6.1-terra")
    },
    "effort none where there is none": (
        put(model="gpt-6-astra", tools=None, tool_choice=None),
        "does not support 'none'",
    ),
    # response formats
    "json_object without the word": (
        lambda body: body.update(
            messages=[{"role": "user", "content": "Extract."}], response_format={"type": "json_object"}
        ),
        "must contain the word 'json' in some form",
    ),
    "an unknown response format": (put(response_format={"type": "xml"}), "Invalid value: 'xml'."),
    "a response format without its schema": (put(response_format={"type": "json_schema"}), "'response_format.json_sch"),
    "an illegal name of a response format": (
        lambda body: body["response_format"]["json_schema"].update(name="list[Receipt]"),
        "Invalid 'response_format.json_schema.name'",
    ),
    # strict schemas
    "a root that is an array": (schema(type="array"), "got 'type: \"array\"'"),
    "a root that is a union": (schema(anyOf=[]), "not use 'anyOf' at the top level"),
    "an open object": (schema(additionalProperties=True), "'additionalProperties' is required"),
    "an open object inside": (prop({"type": "object", "properties": {}}), "In context=('properties', 'total')"),
    "an optional property": (schema(required=[]), "Missing 'total'"),
    "a required property that is not there": (schema(required=["total", "b"]), "Extra required key 'b'"),
    "oneOf": (prop({"oneOf": [{"type": "string"}]}), "'oneOf' is not permitted"),
    "allOf": (prop({"allOf": [{"type": "string"}]}), "'allOf' is not permitted"),
    "not": (prop({"not": {"type": "string"}}), "'not' is not permitted"),
    "a property without a type": (prop({}), "schema must have a 'type' key"),
    "a type of no JSON": (prop({"type": "decimal"}), "'decimal' is not a supported type"),
    "an unknown format": (prop({"type": "string", "format": "uri"}), "'uri' is not a valid format"),
    "a reference to nothing": (prop({"$ref": "#/$defs/Item"}), "'#/$defs/Item' was not found"),
    "eleven levels": (prop(nested(10)), "11 levels of nesting exceeds limit of 10"),
    "5,001 properties": (
        schema(properties={f"p{n}": {"type": "string"} for n in range(5001)}, required=[f"p{n}" for n in range(5001)]),
        "Expected at most 5000 object properties",
    ),
    "1,001 enum values": (prop({"enum": list(range(1001))}), "Expected at most 1000 enum values"),
    "a long enum of long words": (prop({"enum": [f"{n:080}" for n in range(251)]}), "characters in one enum"),
    "very long names": (prop({"type": "string", "const": "x" * 120_001}), "Expected at most 120000 characters"),
    # pictures
    "base64 with a newline": (image(f"data:image/png;base64,{PNG[:20]}\n{PNG[20:]}"), "is not base64"),
    "url-safe base64": (image("data:image/png;base64," + PNG.replace("/", "_")), "is not base64"),
    "base64 without its padding": (image(f"data:image/png;base64,{PNG}AA"), "is not base64"),
    "no data": (image("data:image/png;base64,"), "the data is empty"),
    "a media type that the bytes are not": (image(f"data:image/jpeg;base64,{PNG}"), "but the bytes are image/png"),
    "image/jpg": (image(f"data:image/jpg;base64,{PNG}"), "image/jpg is none of image/jpeg"),
    "bytes that are no image": (image("data:image/png;base64,aGVsbG8="), "the bytes are none of"),
    "a picture that breaks off": (image(f"data:image/png;base64,{PNG[:68]}"), "does not decode"),
    "bare base64": (image(PNG), "expected an http(s) URL or a base64 data URI"),
    "a path": (image("file:///tmp/receipt.png"), "expected an http(s) URL or a base64 data URI"),
    "1,501 images": (user(*[{"type": "image_url", "image_url": {"url": "https://a.b/c"}}] * 1501), "Too many images"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_openai_refuses(case: str, gpt: openai.OpenAI) -> None:
    change, words = REFUSED[case]
    body = good()
    change(body)
    with pytest.raises(openai.BadRequestError) as caught:
        sent(gpt, body)
    assert words in caught.value.message
    assert caught.value.type == "invalid_request_error"
    assert caught.value.request_id is not None


def test_openai_refuses_an_animated_gif(gpt: openai.OpenAI, paint: Painter) -> None:
    body = good()
    image(f"data:image/gif;base64,{paint('GIF', frames=2)}")(body)
    with pytest.raises(openai.BadRequestError, match="is animated"):
        sent(gpt, body)


def test_openai_refuses_more_than_30000_patches_where_nothing_is_shrunk(gpt: openai.OpenAI, paint: Painter) -> None:
    body = good()
    image(f"data:image/png;base64,{paint(size=(6000, 6000))}", detail="original")(body)
    with pytest.raises(openai.BadRequestError, match="35344 patches"):
        sent(gpt, body)


ACCEPTED: dict[str, Callable[[Body], Any]] = {
    "max_tokens on an older model": put(model="gpt-4o", max_tokens=10, max_completion_tokens=None),
    "tools without an effort on gpt-5.1": put(model="gpt-5.1", reasoning_effort=None),
    "a default and a minLength, of which the docs say nothing": prop(
        {"type": "string", "default": "x", "minLength": 1}
    ),
    "a recursive schema": schema(
        properties={"total": {"anyOf": [{"$ref": "#/$defs/N"}, {"type": "null"}]}},
        **{
            "$defs": {
                "N": {
                    "type": "object",
                    "properties": {"next": {"anyOf": [{"$ref": "#/$defs/N"}, {"type": "null"}]}},
                    "required": ["next"],
                    "additionalProperties": False,
                }
            }
        },
    ),
    "a property that is called oneOf": schema(properties={"oneOf": {"type": "string"}}, required=["oneOf"]),
    "ten levels": prop(nested(9)),
    "a tool that is not strict": tool(strict=False, parameters={"type": "object"}),
    "two users in a row": messages(ASK, ASK),
    "an http image": image("https://example.com/a.jpg"),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_openai_takes(case: str, gpt: openai.OpenAI) -> None:
    body = good()
    ACCEPTED[case](body)
    assert sent(gpt, body).choices[0].finish_reason in ("tool_calls", "stop")


def test_a_refused_request_is_remembered_with_its_status(sandbox: Sandbox, gpt: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError):
        sent(gpt, good() | {"nope": 1})
    assert sandbox.requests[-1].status == 400
    assert sandbox.requests[-1].body["nope"] == 1
