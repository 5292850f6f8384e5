"""What the sandbox refuses and answers on the Responses wire, sent by the real SDK."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import openai
import pytest
from openai.types.responses import Response

from sdk_types import check_body
from typesight.testing import Reply, Sandbox

Body = dict[str, Any]

SCHEMA: Body = {
    "type": "object",
    "properties": {"total": {"type": "number"}},
    "required": ["total"],
    "additionalProperties": False,
}
FUNCTION: Body = {"type": "function", "name": "Receipt", "parameters": SCHEMA, "strict": True}
CALL: Body = {"type": "function_call", "call_id": "call_1", "name": "Receipt", "arguments": "{}", "id": "fc_1"}
TOLD: Body = {"type": "function_call_output", "call_id": "call_1", "output": "total: missing"}
THOUGHT: Body = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"}
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
IMAGE: Body = {"type": "input_image", "image_url": f"data:image/png;base64,{PNG}", "detail": "high"}
SAID: Body = {
    "type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "phase": "commentary",
    "content": [{"type": "output_text", "text": "Let me see.", "annotations": []}],
}  # fmt: skip


def good() -> Body:
    """Everything at once that is right."""
    question = {"role": "user", "content": [{"type": "input_text", "text": "Image 1:"}, IMAGE]}
    body = {
        "model": "gpt-6-astra",
        "input": [{"role": "developer", "content": "Extract."}, question, THOUGHT, SAID, CALL, TOLD],
        "instructions": "Be exact.",
        "tools": [FUNCTION],
        "tool_choice": {"type": "function", "name": "Receipt"},
        "reasoning": {"effort": "low"},
        "max_output_tokens": 100,
        "store": False,
        "text": {"format": {"type": "json_schema", "name": "Receipt", "schema": SCHEMA, "strict": True}},
    }
    return dict(json.loads(json.dumps(body)))


def sent(gpt: openai.OpenAI, body: Body) -> Response:
    return gpt.post("/responses", body=body, cast_to=Response)


def test_a_right_request_is_answered_through_the_tool_beside_reasoning(gpt: openai.OpenAI) -> None:
    check_body("openai_responses", good())
    (call,) = sent(gpt, good()).output
    assert call.type == "function_call"
    assert (call.name, call.arguments) == ("Receipt", '{"total":9.8}')


def put(**values: Any) -> Callable[[Body], None]:
    return lambda body: body.update(values)


def drop(key: str) -> Callable[[Body], None]:
    return lambda body: body.pop(key)


def items(*values: Any) -> Callable[[Body], None]:
    return lambda body: body.update(input=list(values))


def user(*parts: Any) -> Callable[[Body], None]:
    return items({"role": "user", "content": list(parts)})


def form(**changes: Any) -> Callable[[Body], None]:
    return lambda body: body["text"]["format"].update(changes)


def tool(**changes: Any) -> Callable[[Body], None]:
    return lambda body: body["tools"][0].update(changes)


ASK: Body = {"role": "user", "content": "Extract the JSON."}
OPEN = {**SCHEMA, "additionalProperties": True}
JSON_MODE = {"format": {"type": "json_object"}}

REFUSED: dict[str, tuple[Callable[[Body], Any], str]] = {
    "an unknown parameter": (put(nope=1), "Unknown parameter: 'nope'."),
    "no model": (drop("model"), "Missing required parameter: 'model'."),
    "no input": (drop("input"), "Missing required parameter: 'input'."),
    "an empty input": (put(input=[]), "Invalid 'input': empty."),
    "the messages of chat": (put(messages=[]), "Unknown parameter: 'messages'."),
    "the token limit of chat": (put(max_tokens=5), "Unknown parameter: 'max_tokens'."),
    "the format of chat": (put(response_format={"type": "json_object"}), "Unknown parameter: 'response_format'."),
    "the effort of chat": (put(reasoning_effort="low"), "Unknown parameter: 'reasoning_effort'."),
    "an effort nobody has": (put(reasoning={"effort": "huge"}), "Invalid value: 'huge'."),
    "sampling beside reasoning": (put(temperature=0), "'temperature' is not supported with this model"),
    "an unknown role": (items({"role": "tool", "content": "x"}), "Invalid value: 'tool'."),
    "an unknown item": (items(ASK, {"type": "nope"}), "Invalid value: 'nope'."),
    "an unknown key of a message": (items({**ASK, "name": "bob"}), "Unknown parameter: 'input[0].name'."),
    "a text of chat": (user({"type": "text", "text": "x"}), "Invalid value: 'text'. Supported values are:"),
    "an image of chat": (user({"type": "image_url", "image_url": {"url": "x"}}), "Invalid value: 'image_url'."),
    "an image of the assistant": (
        items(ASK, {"role": "assistant", "content": [IMAGE]}),
        "Invalid value: 'input_image'. Supported values are: 'output_text', and 'refusal'.",
    ),
    "an image of the developer": (items({"role": "developer", "content": [IMAGE]}), "Invalid value: 'input_image'."),
    "an image that is nowhere": (user({"type": "input_image", "detail": "low"}), "Provide image_url or file_id"),
    "an unknown level of detail": (user({**IMAGE, "detail": "huge"}), "Invalid value: 'huge'."),
    "an image that is none": (user({**IMAGE, "image_url": "data:image/png;base64,aGVsbG8="}), "valid png, jpeg"),
    "a path for a URL": (user({**IMAGE, "image_url": "/etc/passwd"}), "expected an http(s) URL"),
    "an output's image that is none": (
        items(ASK, CALL, {**TOLD, "output": [{**IMAGE, "image_url": "data:image/png;base64,aGVsbG8="}]}),
        "input[2].output[0].image_url",
    ),
    "a breakpoint of no kind": (user({**IMAGE, "prompt_cache_breakpoint": {"mode": "x"}}), "Invalid value: 'x'."),
    "a call without its output": (items(ASK, CALL), "No tool output found for function call call_1."),
    "an output without its call": (items(ASK, TOLD), "No tool call found for function call output with"),
    "a nested function": (put(tools=[{"type": "function", "function": {}}]), "required parameter: 'tools[0].name'"),
    "a name of two words": (tool(name="two words"), "Invalid 'tools[0].name'"),
    "a tool's open schema": (tool(parameters=OPEN), "Invalid schema for function 'Receipt'"),
    "a choice of nothing": (put(tool_choice="nope"), "Invalid value: 'nope'."),
    "a choice of a stranger": (put(tool_choice={"type": "function", "name": "Nope"}), "not found in 'tools'"),
    "a format without a name": (put(text={"format": {"type": "json_schema", "schema": SCHEMA}}), "text.format.name"),
    "a format's open schema": (form(schema=OPEN), "Invalid schema for response_format 'Receipt'"),
    "a nested format": (form(json_schema={}), "Unknown parameter: 'text.format.json_schema'."),
    "JSON mode without the word": (
        lambda body: body.update(input="Extract.", instructions="Give JSON.", text=JSON_MODE),
        "Response input messages must contain the word 'json'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_responses_refuses(case: str, gpt: openai.OpenAI) -> None:
    change, words = REFUSED[case]
    body = good()
    change(body)
    with pytest.raises(openai.BadRequestError) as caught:
        sent(gpt, body)
    assert words in str(caught.value)


TAKEN: dict[str, Callable[[Body], Any]] = {
    "an input that is a text": put(input="Extract."),
    "an image by its URL": user({**IMAGE, "image_url": "https://example.org/r.png"}),
    "an image by its file": user({"type": "input_image", "file_id": "file-1", "detail": "auto"}),
    "a marked image": user({**IMAGE, "prompt_cache_breakpoint": {"mode": "explicit"}}),
    "an image in an output": items(ASK, CALL, {**TOLD, "output": [IMAGE, {"type": "input_text", "text": "x"}]}),
    "an output of a stored response": lambda body: body.update(input=[TOLD], previous_response_id="resp_1"),
    "an item by its id": items(ASK, {"type": "item_reference", "id": "rs_1"}),
    "an assistant's text": items(ASK, {"role": "assistant", "content": "x"}, ASK),
    "JSON mode with the word": lambda body: body.update(input="Extract JSON.", text=JSON_MODE),
    "a function that is not strict": tool(parameters=OPEN, strict=False),
    "a choice of any": put(tool_choice="required"),
    "no tools": lambda body: [body.pop(key) for key in ("tools", "tool_choice")],
}


@pytest.mark.parametrize("case", TAKEN)
def test_responses_takes(case: str, gpt: openai.OpenAI) -> None:
    body = good()
    TAKEN[case](body)
    assert sent(gpt, body).status == "completed"


def replied(reply: object, **options: Any) -> Response:
    """The SDK's reading of one scripted reply."""
    with Sandbox([reply]) as box, openai.OpenAI(base_url=box.openai_url, api_key="test", max_retries=0) as gpt:
        made: Response = gpt.responses.create(**{"model": "gpt-6-astra", "input": "Extract JSON.", **options})
        assert [request.wire for request in box.requests] == ["openai_responses"]
        Response.model_validate(made.model_dump(), strict=True)
        return made


def test_a_reply_says_each_piece_in_its_own_item() -> None:
    made = replied(Reply(text="Done.", calls=[("Receipt", {"a": 1})], thinking="hm", commentary="Let me see."))
    assert [item.type for item in made.output] == ["reasoning", "message", "message", "function_call"]
    assert made.output_text == "Let me see.Done."
    assert [getattr(item, "phase", None) for item in made.output[1:3]] == ["commentary", "final_answer"]
    assert made.usage is not None
    assert made.usage.output_tokens_details.reasoning_tokens > 0


ENDS = [
    ("max_output_tokens", "incomplete"),
    ("content_filter", "incomplete"),
    ("failed", "failed"),
    (None, "completed"),
]


@pytest.mark.parametrize(("stop", "status"), ENDS)
def test_a_reply_ends_as_it_is_told(stop: str | None, status: str) -> None:
    made = replied(Reply(text="{}", stop=stop))
    assert made.status == status
    assert (made.error is not None) == (status == "failed")
    if status == "incomplete":
        assert made.incomplete_details is not None
        assert made.incomplete_details.reason == stop


def test_a_refusal_of_the_model_is_a_part_of_its_message() -> None:
    (item,) = replied(Reply(refusal="No.")).output
    assert item.type == "message"
    assert [(part.type, getattr(part, "refusal", None)) for part in item.content] == [("refusal", "No.")]


def test_a_record_goes_out_in_the_form_that_was_asked_for() -> None:
    assert replied({"total": 9.8}).output_text == '{"total":9.8}'
    (call,) = replied({"total": 9.8}, tools=[FUNCTION]).output
    assert call.type == "function_call"


OTHER: Body = {
    "type": "function", "name": "Shop", "strict": True,
    "parameters": {
        "type": "object", "properties": {"shop": {"type": "string"}}, "required": ["shop"],
        "additionalProperties": False,
    },
}  # fmt: skip


def test_a_list_goes_out_as_a_call_for_each_through_the_tool_that_it_fits() -> None:
    made = replied([{"shop": "x"}, {"total": 1}], tools=[FUNCTION, OTHER], tool_choice="required")
    calls = [(item.name, item.arguments) for item in made.output if item.type == "function_call"]
    assert calls == [("Shop", '{"shop": "x"}'), ("Receipt", '{"total": 1}')]


def test_pictures_of_messages_and_of_outputs_arrive_decoded(sandbox: Sandbox, gpt: openai.OpenAI) -> None:
    body = good()
    body["input"] = [body["input"][1], CALL, {**TOLD, "output": [IMAGE]}]
    sent(gpt, body)
    assert [picture.size for picture in sandbox.requests[-1].pictures] == [(1, 1), (1, 1)]
