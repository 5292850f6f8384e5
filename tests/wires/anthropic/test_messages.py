"""Anthropic Messages: what is sent, and what is made of the SDK's replies."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from anthropic._models import construct_type
from anthropic.types import Message
from pydantic import BaseModel

from sdk_types import check_body
from typesight import Image, Interrupted, Mode, SchemaError, Usage
from typesight.exchange.completion import Answer, Completion, StopReason
from typesight.exchange.read_messages import read_turns
from typesight.exchange.request import Request
from typesight.exchange.sentences import OTHER_CALL_RESULT, SINGLE_CALL_DESCRIPTION
from typesight.exchange.turns import Reask, Turn
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.encoding.encode import EncodedImage
from typesight.models.modes import find_capability
from typesight.models.profiles import find_profile
from typesight.schema.target import make_target
from typesight.wires.anthropic.messages import DEFAULT_LIMIT, decode, encode

URL = "https://example.org/r.png"
MODEL = "claude-haiku-5-5"


class Total(BaseModel):
    """What it comes to."""

    total: float
    note: str = ""


class Bag(BaseModel):
    meta: dict[str, str]


def request(
    *messages: dict[str, Any], kind: Any = Total, mode: Mode = Mode.TOOLS, model: str = MODEL, **options: Any
) -> Request:
    asked = read_turns(messages or [{"role": "user", "content": "Read it."}])
    target = None if kind is None else make_target(kind)
    return Request(
        model,
        "anthropic",
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
    check_body("anthropic_messages", json.loads(json.dumps(body)))
    return body


def picture(image: Image, data: bytes | str = b"abc") -> dict[str, Any]:
    """The one block that a picture becomes."""
    ready = data if isinstance(data, str) else EncodedImage("image/png", data, (2, 2), "ab" * 32)
    asked = replace(request(), turns=(Turn("user", (PreparedPicture(image, ready),)),))
    block: dict[str, Any] = sent(asked)["messages"][0]["content"][0]
    return block


def test_tool_mode_asks_for_one_strict_call_by_name() -> None:
    body = sent(request())
    (tool,) = body["tools"]
    assert (tool["name"], tool["strict"]) == ("Total", True)
    assert tool["description"] == f"What it comes to.\n{SINGLE_CALL_DESCRIPTION}"
    assert tool["input_schema"]["required"] == ["total"]
    assert body["tool_choice"] == {"type": "tool", "name": "Total", "disable_parallel_tool_use": True}


UNFORCED = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-fable-5-1", "claude-mythos-5-2", "claude-opus-5-5-20261001"]


@pytest.mark.parametrize("model", UNFORCED)
def test_a_model_that_cannot_be_forced_is_left_to_call(model: str) -> None:
    assert sent(request(model=model))["tool_choice"] == {"type": "auto", "disable_parallel_tool_use": True}


def test_a_call_is_not_forced_beside_manual_thinking() -> None:
    body = sent(request(thinking={"type": "enabled", "budget_tokens": 1024}, model="claude-sonnet-4-5"))
    assert body["tool_choice"]["type"] == "auto"


def test_a_tool_whose_schema_cannot_be_strict_is_sent_as_it_is() -> None:
    (tool,) = sent(request(kind=Bag))["tools"]
    assert "strict" not in tool
    assert tool["input_schema"]["properties"]["meta"]["additionalProperties"] == {"type": "string"}


def test_schema_mode_asks_for_native_output_beside_an_own_effort() -> None:
    body = sent(request(mode=Mode.JSON_SCHEMA, output_config={"effort": "low"}))
    assert body["output_config"]["format"]["type"] == "json_schema"
    assert body["output_config"]["effort"] == "low"
    assert "tools" not in body


def test_schema_mode_refuses_what_it_cannot_carry() -> None:
    with pytest.raises(SchemaError, match="meta"):
        encode(request(kind=Bag, mode=Mode.JSON_SCHEMA))


def test_max_tokens_is_filled_in_where_it_was_left_out() -> None:
    assert sent(request())["max_tokens"] == DEFAULT_LIMIT == 8_192
    assert sent(request(max_tokens=50))["max_tokens"] == 50


def test_no_sampling_parameter_that_would_be_refused_is_sent() -> None:
    assert {"temperature", "top_p", "top_k"}.isdisjoint(encode(request(temperature=0, top_p=1, top_k=1)))


def test_system_and_developer_turns_are_hoisted_in_order() -> None:
    body = sent(
        request(
            {"role": "system", "content": "a"},
            {"role": "user", "content": "x"},
            {"role": "developer", "content": ["b", {"type": "text", "text": "c"}]},
        )
    )
    assert [block["text"] for block in body["system"]] == ["a", "b", "c"]
    assert [message["role"] for message in body["messages"]] == ["user"]


@pytest.mark.parametrize("system", ["s", [{"type": "text", "text": "s"}]], ids=["text", "blocks"])
def test_an_own_system_option_stands_before_what_is_hoisted(system: Any) -> None:
    body = sent(request({"role": "system", "content": "a"}, {"role": "user", "content": "x"}, system=system))
    assert [block["text"] for block in body["system"]] == ["s", "a"]


def test_without_a_system_turn_there_is_no_system() -> None:
    assert "system" not in sent(request())


def test_the_mark_of_a_system_block_survives() -> None:
    block = {"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}
    assert sent(request({"role": "system", "content": [block]}, {"role": "user", "content": "x"}))["system"] == [block]


def test_a_picture_is_sent_as_base64_with_its_media_type() -> None:
    assert picture(Image(b"abc")) == {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": "YWJj"},
    }


def test_a_picture_s_mark_is_sent() -> None:
    assert picture(Image(b"abc", cache_control=True))["cache_control"] == {"type": "ephemeral"}
    mark = {"type": "ephemeral", "ttl": "1h"}
    assert picture(Image(b"abc", cache_control=mark))["cache_control"] == mark


def test_a_url_is_passed_through() -> None:
    assert picture(Image(URL), URL)["source"] == {"type": "url", "url": URL}


def test_an_empty_text_part_is_left_out() -> None:
    assert sent(request({"role": "user", "content": ["", "a"]}))["messages"][0]["content"] == [
        {"type": "text", "text": "a"}
    ]


def test_own_tool_turns_of_claude_pass_as_they_are() -> None:
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "x"},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "s"},
                {"type": "tool_use", "id": "t", "name": "look", "input": {}},
            ],
        },
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "42"}]},
    ]
    assert sent(request(*messages))["messages"] == messages


def test_tool_turns_of_openai_are_spelled_for_claude() -> None:
    calls = [{"id": "c", "type": "function", "function": {"name": "look", "arguments": '{"a": 1}'}}]
    body = encode(
        request(
            {"role": "user", "content": "x"},
            {"role": "assistant", "content": None, "tool_calls": calls},
            {"role": "tool", "tool_call_id": "c", "content": "42"},
        )
    )
    said, result = body["messages"][1:]
    assert said == {
        "role": "assistant",
        "content": [{"type": "tool_use", "id": "c", "name": "look", "input": {"a": 1}}],
    }
    assert result["role"] == "user"
    assert result["content"][0] | {"content": "42"} == {"type": "tool_result", "tool_use_id": "c", "content": "42"}


def test_the_caller_s_own_tools_and_options_are_left_as_they_are() -> None:
    options: dict[str, Any] = {"tools": [{"name": "look", "input_schema": {"type": "object"}}], "system": "s"}
    before = copy.deepcopy(options)
    assert [tool["name"] for tool in sent(request(**options))["tools"]] == ["look", "Total"]
    assert options == before


def test_without_a_target_only_messages_and_options_are_sent() -> None:
    assert set(sent(request(kind=None))) == {"model", "messages", "max_tokens"}


USED = {"input_tokens": 10, "output_tokens": 20}


def reply(*blocks: dict[str, Any], stop: str | None = "end_turn", usage: Any = USED, **more: Any) -> Message:
    """A reply as the SDK makes it of what came over the wire: unchecked."""
    told = {
        "id": "m", "type": "message", "role": "assistant", "model": "claude-haiku-5-5-20261001",
        "content": list(blocks), "stop_reason": stop, "stop_sequence": None, "usage": usage, **more,
    }  # fmt: skip
    made: Message = construct_type(type_=Message, value=told)  # type: ignore[assignment]  # object
    return made


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


def use(id: str = "t1", name: str = "Total", **given: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": id, "name": name, "input": given}


THOUGHT = {"type": "thinking", "thinking": "Let me look.", "signature": "sig"}
HIDDEN = {"type": "redacted_thinking", "data": "xyz"}


def test_a_tool_call_is_an_answer_of_json_text() -> None:
    got = decode(reply(THOUGHT, use(total=1.5, note="é")), request())
    assert got.answers == (Answer('{"total": 1.5, "note": "é"}', "t1", "Total"),)
    assert got.stop is StopReason.DONE


def test_the_text_of_a_reply_is_the_answer_in_schema_mode_after_any_thinking() -> None:
    got = decode(reply(THOUGHT, text('{"total": '), text("12.50}")), request(mode=Mode.JSON_SCHEMA))
    assert got.answers == (Answer('{"total": 12.50}'),)


def test_a_text_is_the_answer_in_schema_mode_beside_a_call_of_the_caller_s_own_tool() -> None:
    blocks = (text('{"total": 1}'), use(name="lookup", total=2))
    body = json.dumps({"content": blocks}).encode()
    assert decode(reply(*blocks), request(mode=Mode.JSON_SCHEMA), body).answers == (Answer('{"total": 1}'),)


def test_text_beside_no_call_is_said_and_no_answer() -> None:
    got = decode(reply(text("Hm.")), request())
    assert (got.answers, got.text) == ((), "Hm.")


def test_a_reply_without_blocks_is_no_answer() -> None:
    for mode in Mode:
        assert decode(reply(), request(mode=mode)).answers == ()


STOPS = [
    ("end_turn", StopReason.DONE),
    ("tool_use", StopReason.DONE),
    ("stop_sequence", StopReason.DONE),
    (None, StopReason.DONE),
    ("max_tokens", StopReason.LENGTH),
    ("model_context_window_exceeded", StopReason.OVERFLOW),
    ("refusal", StopReason.REFUSAL),
    ("pause_turn", StopReason.INTERRUPTED),
]


@pytest.mark.parametrize(("reason", "stop"), STOPS)
def test_a_stop_reason_is_a_stop(reason: str | None, stop: StopReason) -> None:
    assert decode(reply(use(total=1), stop=reason), request()).stop is stop


def test_input_is_all_input_tokens_cached_ones_included() -> None:
    told = {**USED, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 1000}
    got = decode(reply(use(total=1), usage=told), request()).usage
    assert got == Usage(input=1110, output=20, cache_read=100, cache_write=1000)


@pytest.mark.parametrize(
    "usage", [None, {}, {"input_tokens": None, "output_tokens": None}], ids=["none", "empty", "null"]
)
def test_usage_that_is_missing_counts_nothing(usage: Any) -> None:
    assert decode(reply(use(total=1), usage=usage), request()).usage == Usage()


def test_the_model_and_the_raw_reply_are_kept() -> None:
    raw = reply(use(total=1))
    got = decode(raw, request())
    assert got.model == "claude-haiku-5-5-20261001"
    assert got.raw is raw


@pytest.mark.parametrize("odd", ["<html>", None, 5, {"content": []}], ids=str)
def test_what_is_no_message_is_an_interruption_that_names_the_base_url(odd: Any) -> None:
    with pytest.raises(Interrupted, match="base URL"):
        decode(odd, request())


def reasked(got: Completion, mode: Mode = Mode.TOOLS) -> list[dict[str, Any]]:
    """The messages that a reask appends, without a cache mark."""
    asked = replace(request(mode=mode), caching=False)
    before = sent(asked)["messages"]
    messages: list[dict[str, Any]] = sent(asked.append_reask(Reask(got, "Wrong.")))["messages"]
    assert messages[: len(before)] == before
    return messages[len(before) :]


def test_a_call_is_answered_by_an_error_result_in_a_user_turn() -> None:
    assert reasked(decode(reply(use(total=1)), request())) == [
        {"role": "assistant", "content": [use(total=1)]},
        {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": "t1", "is_error": True, "content": "Wrong."}],
        },
    ]


def test_every_call_is_answered_in_one_turn_and_the_first_bears_the_complaint() -> None:
    _, turn = reasked(decode(reply(use("a"), use("b"), use("c")), request()))
    assert [(each["tool_use_id"], each["content"]) for each in turn["content"]] == [
        ("a", "Wrong."),
        ("b", OTHER_CALL_RESULT),
        ("c", OTHER_CALL_RESULT),
    ]


def test_thinking_goes_back_whole_and_in_its_place() -> None:
    turn, _ = reasked(decode(reply(THOUGHT, HIDDEN, text("So:"), use(total=1)), request()))
    assert turn["content"] == [THOUGHT, HIDDEN, text("So:"), use(total=1)]


def test_thinking_that_is_empty_goes_back_with_its_signature() -> None:
    empty = {"type": "thinking", "thinking": "", "signature": "sig"}
    turn, _ = reasked(decode(reply(empty, use(total=1)), request()))
    assert turn["content"][0] == empty


def test_nulls_in_a_call_s_input_go_back_with_it() -> None:
    turn, _ = reasked(decode(reply(use(total=None, note=[None, {"a": None}])), request()))
    assert turn["content"][0]["input"] == {"total": None, "note": [None, {"a": None}]}


def test_a_text_is_answered_by_a_user_turn() -> None:
    said, turn = reasked(decode(reply(THOUGHT, text("{}")), request(mode=Mode.JSON_SCHEMA)), Mode.JSON_SCHEMA)
    assert said["content"] == [THOUGHT, text("{}")]
    assert turn == {"role": "user", "content": [text("Wrong.")]}


def test_a_reply_without_blocks_is_answered_without_an_empty_turn() -> None:
    assert reasked(decode(reply(), request())) == [{"role": "user", "content": [text("Wrong.")]}]


@pytest.mark.parametrize("said", ["", " \n"])
def test_an_empty_text_does_not_go_back_since_it_would_be_refused(said: str) -> None:
    assert reasked(decode(reply(text(said)), request())) == [{"role": "user", "content": [text("Wrong.")]}]


def test_a_call_with_half_a_character_can_go_back_over_the_wire() -> None:
    turn, _ = reasked(decode(reply(use(total=1, note="\ud800")), request()))
    json.dumps(turn, ensure_ascii=False).encode()
