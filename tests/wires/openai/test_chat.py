"""OpenAI Chat Completions: what is sent, and what is made of the SDK's replies."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from openai._models import construct_type
from openai.types.chat import ChatCompletion
from pydantic import BaseModel, Field

from sdk_types import check_body
from typesight import Image, Interrupted, Mode, SchemaError, Usage
from typesight.exchange.completion import Answer, Completion, StopReason
from typesight.exchange.read_messages import read_turns
from typesight.exchange.request import Request
from typesight.exchange.sentences import OTHER_CALL_RESULT, SINGLE_CALL_DESCRIPTION
from typesight.exchange.turns import Reask, Turn
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.encoding.encode import EncodedImage
from typesight.models.model_rows import find_capability, find_profile
from typesight.schema.target import make_target
from typesight.wires.openai.chat import decode, encode

URL = "https://example.org/r.png"


class Total(BaseModel):
    """What it comes to."""

    total: float = Field(ge=0)
    note: str = ""


class Bag(BaseModel):
    meta: dict[str, str]


def request(
    *messages: dict[str, Any], kind: Any = Total, mode: Mode = Mode.TOOLS, model: str = "gpt-4o", **options: Any
) -> Request:
    asked = read_turns(messages or [{"role": "user", "content": "Read it."}])
    target = None if kind is None else make_target(kind)
    return Request(
        model,
        "openai",
        asked,
        find_profile(model),
        target,
        None if kind is None else mode,
        options,
        find_capability(model),
    )


def sent(asked: Request) -> dict[str, Any]:
    """The body of a request, held against the SDK's own types."""
    body = encode(asked)
    check_body("openai_chat", json.loads(json.dumps(body)))
    return body


def picture(image: Image, data: bytes | str = b"abc", model: str = "gpt-4o") -> dict[str, Any]:
    """The one part that a picture becomes."""
    ready = data if isinstance(data, str) else EncodedImage("image/png", data, (2, 2), "ab" * 32)
    asked = replace(
        request(model=model, mode=Mode.JSON_SCHEMA), turns=(Turn("user", (PreparedPicture(image, ready),)),)
    )
    part: dict[str, Any] = sent(asked)["messages"][0]["content"][0]
    return part


def test_tool_mode_asks_for_one_strict_call_by_name() -> None:
    body = sent(request())
    (tool,) = body["tools"]
    assert tool["function"]["name"] == "Total"
    assert tool["function"]["description"] == "What it comes to."
    assert tool["function"]["strict"] is True
    assert tool["function"]["parameters"]["required"] == ["total", "note"]
    assert body["tool_choice"] == {"type": "function", "function": {"name": "Total"}}
    assert body["parallel_tool_calls"] is False


def test_a_tool_without_a_description_says_what_to_do() -> None:
    assert sent(request(kind=list[Total]))["tools"][0]["function"]["description"] == SINGLE_CALL_DESCRIPTION


def test_a_tool_whose_schema_cannot_be_strict_is_sent_as_it_is() -> None:
    function = sent(request(kind=Bag))["tools"][0]["function"]
    assert function["strict"] is False
    assert function["parameters"]["properties"]["meta"]["additionalProperties"] == {"type": "string"}


def test_schema_mode_asks_for_a_strict_response_format() -> None:
    body = sent(request(mode=Mode.JSON_SCHEMA))
    wanted = body["response_format"]["json_schema"]
    assert (wanted["name"], wanted["strict"]) == ("Total", True)
    assert "tools" not in body


def test_schema_mode_refuses_what_it_cannot_carry() -> None:
    with pytest.raises(SchemaError, match="meta"):
        encode(request(kind=Bag, mode=Mode.JSON_SCHEMA))


def test_without_a_target_only_messages_and_options_are_sent() -> None:
    assert sent(request(kind=None, top_p=0.5)) == {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": "Read it."}],
        "top_p": 0.5,
    }


TOKENS = [("gpt-4o", "max_completion_tokens"), ("gpt-6-luna", "max_completion_tokens"), ("llama3", "max_tokens")]


@pytest.mark.parametrize(("model", "spelled"), TOKENS)
def test_max_tokens_is_spelled_as_the_model_wants_it(model: str, spelled: str) -> None:
    body = sent(request(model=model, mode=Mode.JSON_SCHEMA, max_tokens=50))
    assert {key: value for key, value in body.items() if key.startswith("max_")} == {spelled: 50}


def test_an_own_max_completion_tokens_is_kept() -> None:
    assert sent(request(max_completion_tokens=9, max_tokens=50))["max_completion_tokens"] == 9


def test_a_model_that_takes_tools_only_without_reasoning_gets_them_so() -> None:
    assert sent(request(model="gpt-5.6-sol"))["reasoning_effort"] == "none"
    assert "reasoning_effort" not in sent(request(model="gpt-5.6-sol", mode=Mode.JSON_SCHEMA))


def test_the_caller_s_own_tools_stand_before_ours_and_are_left_as_they_are() -> None:
    own = [{"type": "function", "function": {"name": "look"}}]
    before = copy.deepcopy(own)
    body = sent(request(tools=own))
    assert [tool["function"]["name"] for tool in body["tools"]] == ["look", "Total"]
    assert own == before


def test_messages_keep_their_roles_keys_and_text() -> None:
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "Be exact."},
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": ["a", {"type": "text", "text": "b"}], "name": "bob"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "c", "content": "42"},
    ]
    expected = copy.deepcopy(messages)
    expected[2]["content"] = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert sent(request(*messages))["messages"] == expected


def test_a_picture_is_sent_as_a_data_uri_with_the_profile_s_detail() -> None:
    assert picture(Image(b"abc")) == {
        "type": "image_url",
        "image_url": {"url": "data:image/png;base64,YWJj", "detail": "high"},
    }


@pytest.mark.parametrize("detail", ["low", "high", "auto"])
def test_a_picture_s_own_detail_is_sent(detail: Any) -> None:
    assert picture(Image(b"abc", detail=detail))["image_url"]["detail"] == detail


def test_a_detail_that_the_model_does_not_have_becomes_the_profile_s() -> None:
    assert picture(Image(b"abc", detail="original"))["image_url"]["detail"] == "high"


def test_a_url_is_passed_through() -> None:
    assert picture(Image(URL), URL)["image_url"]["url"] == URL


def test_a_gateway_is_sent_no_detail_unless_the_picture_names_one() -> None:
    bare = picture(Image(b"abc"), model="llama3")["image_url"]
    assert bare == {"url": "data:image/png;base64,YWJj"}
    assert picture(Image(b"abc", detail="low"), model="llama3")["image_url"] == {**bare, "detail": "low"}


def call(arguments: Any = '{"total": 1}', name: str = "Total", id: str = "call_1") -> dict[str, Any]:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def reply(message: dict[str, Any] | None, finish: str | None = "stop", **more: Any) -> ChatCompletion:
    """A reply as the SDK makes it of what came over the wire: unchecked."""
    choice = {"index": 0, "finish_reason": finish, "message": message and {"role": "assistant", **message}}
    told = {"id": "x", "object": "chat.completion", "created": 1, "model": "gpt-4o-2024", "choices": [choice], **more}
    made: ChatCompletion = construct_type(type_=ChatCompletion, value=told)  # type: ignore[assignment]  # object
    return made


@pytest.mark.parametrize("finish", ["stop", "tool_calls", None])
def test_a_tool_call_is_an_answer_whatever_the_finish_reason_says(finish: str | None) -> None:
    got = decode(reply({"content": None, "tool_calls": [call()]}, finish), request())
    assert got.answers == (Answer('{"total": 1}', "call_1", "Total"),)
    assert got.stop is StopReason.DONE


def test_an_answer_s_text_is_the_model_s_to_the_letter() -> None:
    text = '{ "total" : 12.50 }'
    assert decode(reply({"tool_calls": [call(text)]}), request()).answers[0].text == text
    assert decode(reply({"content": text}), request(mode=Mode.JSON_SCHEMA)).answers[0].text == text


def test_every_call_is_an_answer() -> None:
    calls = [call(id="a"), call(id="b", name="Other")]
    assert [answer.tool for answer in decode(reply({"tool_calls": calls}), request()).answers] == ["Total", "Other"]


def test_text_beside_no_call_is_said_and_no_answer() -> None:
    got = decode(reply({"content": "Hm."}), request())
    assert (got.answers, got.text) == ((), "Hm.")


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_no_content_is_no_answer(content: str | None) -> None:
    assert decode(reply({"content": content}), request(mode=Mode.JSON_SCHEMA)).answers == ()


STOPS = [
    ("stop", StopReason.DONE),
    ("length", StopReason.LENGTH),
    ("content_filter", StopReason.FILTER),
    ("function_call", StopReason.DONE),
]


@pytest.mark.parametrize(("finish", "stop"), STOPS)
def test_a_finish_reason_is_a_stop(finish: str, stop: StopReason) -> None:
    assert decode(reply({"content": "{}"}, finish), request(mode=Mode.JSON_SCHEMA)).stop is stop


def test_a_finish_reason_of_error_is_an_interruption() -> None:
    assert decode(reply({"content": "{}"}, "error"), request(mode=Mode.JSON_SCHEMA)).stop is StopReason.INTERRUPTED


def test_a_refusal_is_a_refusal_and_what_was_said() -> None:
    got = decode(reply({"content": None, "refusal": "No."}), request(mode=Mode.JSON_SCHEMA))
    assert (got.stop, got.text) == (StopReason.REFUSAL, "No.")


def test_usage_is_read_with_its_details() -> None:
    told = {
        "prompt_tokens": 100,
        "completion_tokens": 20,
        "total_tokens": 120,
        "prompt_tokens_details": {"cached_tokens": 30, "image_tokens": 60},
        "completion_tokens_details": {"reasoning_tokens": 5},
    }
    got = decode(reply({"content": "{}"}, usage=told), request())
    assert got.usage == Usage(input=100, output=20, cache_read=30, image=60, reasoning=5)


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": 5}, {"prompt_tokens": None, "completion_tokens": None}])
def test_usage_that_is_missing_in_part_counts_nothing(usage: Any) -> None:
    assert decode(reply({"content": "{}"}, usage=usage), request()).usage.output == 0


def test_the_model_and_the_raw_reply_are_kept() -> None:
    raw = reply({"content": "{}"})
    got = decode(raw, request())
    assert got.model == "gpt-4o-2024"
    assert got.raw is raw


@pytest.mark.parametrize("odd", ["<html>", None, 5, reply(None, choices=[]), reply(None, choices=None)], ids=str)
def test_what_is_no_completion_is_an_interruption_that_names_the_base_url(odd: Any) -> None:
    with pytest.raises(Interrupted, match="base URL"):
        decode(odd, request())


def test_a_choice_without_a_message_is_an_interruption() -> None:
    with pytest.raises(Interrupted):
        decode(reply(None), request())


def test_two_choices_are_no_choice_made_in_silence() -> None:
    choices = [
        {
            "index": place,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": json.dumps({"total": place})},
        }
        for place in range(2)
    ]
    assert len(decode(reply(None, choices=choices), request(mode=Mode.JSON_SCHEMA)).answers) == 2


@pytest.mark.parametrize("arguments", [None, {"total": 1}], ids=["none", "an object"])
def test_arguments_that_are_no_text_are_still_an_answer_of_text(arguments: Any) -> None:
    (answer,) = decode(reply({"tool_calls": [call(arguments)]}), request()).answers
    assert isinstance(answer.text, str)


def test_content_in_parts_is_text() -> None:
    content = [{"type": "text", "text": '{"total": 1}'}]
    (answer,) = decode(reply({"content": content}), request(mode=Mode.JSON_SCHEMA)).answers
    assert answer.text == '{"total": 1}'


def reasked(got: Completion, mode: Mode = Mode.TOOLS) -> list[dict[str, Any]]:
    """The messages that a reask appends."""
    asked = request(mode=mode)
    before = sent(asked)["messages"]
    messages: list[dict[str, Any]] = sent(asked.append_reask(Reask(got, "Wrong.")))["messages"]
    assert messages[: len(before)] == before
    return messages[len(before) :]


def test_a_call_is_answered_by_a_tool_message_with_its_id() -> None:
    got = decode(reply({"content": None, "tool_calls": [call()]}), request())
    assert reasked(got) == [
        {"role": "assistant", "content": None, "tool_calls": [call()]},
        {"role": "tool", "tool_call_id": "call_1", "content": "Wrong."},
    ]


def test_every_call_is_answered_at_once_and_the_first_bears_the_complaint() -> None:
    got = decode(reply({"tool_calls": [call(id="a"), call(id="b"), call(id="c")]}), request())
    assert [(each["role"], each.get("tool_call_id"), each["content"]) for each in reasked(got)[1:]] == [
        ("tool", "a", "Wrong."),
        ("tool", "b", OTHER_CALL_RESULT),
        ("tool", "c", OTHER_CALL_RESULT),
    ]


def test_a_text_is_answered_by_a_user_message() -> None:
    got = decode(reply({"content": '{"total": "x"}'}), request(mode=Mode.JSON_SCHEMA))
    assert reasked(got, Mode.JSON_SCHEMA) == [
        {"role": "assistant", "content": '{"total": "x"}'},
        {"role": "user", "content": "Wrong."},
    ]


@pytest.mark.parametrize("content", [None, ""])
def test_an_empty_reply_is_answered_without_an_empty_turn(content: str | None) -> None:
    assert reasked(decode(reply({"content": content}), request())) == [{"role": "user", "content": "Wrong."}]


def test_what_a_gateway_adds_to_a_call_goes_back_with_it() -> None:
    added = call() | {"extra_content": {"google": {"thought_signature": "s"}}}
    got = decode(reply({"tool_calls": [added]}), request())
    assert got.echo["tool_calls"] == [added]


def test_a_request_that_is_longer_by_a_reask_differs_in_its_messages_alone() -> None:
    asked = request()
    got = decode(reply({"tool_calls": [call()]}), asked)
    first, second = sent(asked), sent(asked.append_reask(Reask(got, "Wrong.")))
    assert {**first, "messages": None} == {**second, "messages": None}
    assert (
        json.dumps(first["messages"])[:-1] == json.dumps(second["messages"])[: len(json.dumps(first["messages"])) - 1]
    )


def test_what_a_local_model_thinks_aloud_is_no_answer_and_goes_back_with_the_reask() -> None:
    text = '<think>\nmaybe {"total": 1}?\n</think>\n{"total": 2}'
    got = decode(reply({"content": text}), request(mode=Mode.PROMPTED))
    assert [answer.text.strip() for answer in got.answers] == ['{"total": 2}']
    assert got.echo["content"] == text
