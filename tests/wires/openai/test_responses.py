"""Responses: what goes over the wire for each mode, and what an answer of every shape is read as."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.responses import Response
from pydantic import BaseModel

from sdk_types import check_body
from typesight import Interrupted, Mode, SchemaError, Usage
from typesight.exchange.completion import Answer, Completion, StopReason
from typesight.exchange.read_messages import read_turns
from typesight.exchange.request import Request
from typesight.exchange.sentences import OTHER_CALL_RESULT, SINGLE_CALL_DESCRIPTION
from typesight.exchange.turns import Reask
from typesight.models.model_rows import find_capability, find_profile
from typesight.schema.target import make_target
from typesight.wires.openai.responses import decode, encode

MODEL = "gpt-6-astra"


class Total(BaseModel):
    """What it comes to."""

    total: float
    note: str = ""


class Bag(BaseModel):
    meta: dict[str, str]


class Other(BaseModel):
    other: int


def request(*messages: Any, kind: Any = Total, mode: Mode = Mode.TOOLS, **options: Any) -> Request:
    """A request for a record, or with kind=None for the SDK's own reply."""
    asked = read_turns(messages or [{"role": "user", "content": "Read it as JSON."}])
    target = None if kind is None else make_target(kind)
    mode_ = None if kind is None else mode
    return Request(MODEL, "openai", asked, find_profile(MODEL), target, mode_, options, find_capability(MODEL))


def sent(asked: Request) -> dict[str, Any]:
    """The body, held against the SDK's own types."""
    body = encode(asked)
    check_body("openai_responses", body)
    return body


def test_tool_mode_asks_for_one_strict_flat_function_by_name() -> None:
    body = sent(request())
    (tool,) = body["tools"]
    assert (tool["type"], tool["name"], tool["strict"]) == ("function", "Total", True)
    assert tool["description"] == "What it comes to."
    assert tool["parameters"]["required"] == ["total", "note"]
    assert body["tool_choice"] == {"type": "function", "name": "Total"}
    assert body["parallel_tool_calls"] is False


def test_several_kinds_are_several_functions_one_of_which_has_to_be_called() -> None:
    body = sent(request(kind=list[Total | Other]))
    assert [tool["name"] for tool in body["tools"]] == ["Total", "Other"]
    assert (body["tool_choice"], body["parallel_tool_calls"]) == ("required", True)


def test_a_function_whose_schema_cannot_be_strict_is_sent_as_it_is() -> None:
    (tool,) = sent(request(kind=Bag))["tools"]
    assert tool["strict"] is False
    assert tool["description"] == SINGLE_CALL_DESCRIPTION


def test_schema_mode_asks_for_a_strict_flat_format() -> None:
    body = sent(request(mode=Mode.JSON_SCHEMA, text={"verbosity": "low"}))
    assert body["text"]["verbosity"] == "low"
    made = body["text"]["format"]
    assert (made["type"], made["name"], made["strict"]) == ("json_schema", "Total", True)
    assert "tools" not in body


def test_schema_mode_refuses_what_it_cannot_carry() -> None:
    with pytest.raises(SchemaError, match="meta"):
        encode(request(kind=Bag, mode=Mode.JSON_SCHEMA))


@pytest.mark.parametrize(("mode", "text"), [(Mode.JSON, {"format": {"type": "json_object"}}), (Mode.PROMPTED, None)])
def test_the_other_modes_tell_the_schema_in_the_system_turn_of_the_input(mode: Mode, text: Any) -> None:
    """JSON mode wants the word in the input itself; `instructions` do not count."""
    body = sent(request(mode=mode, instructions="Be exact."))
    assert body.get("text") == text
    assert body["instructions"] == "Be exact."
    first, _ = body["input"]
    assert first["role"] == "system"
    assert "JSON Schema" in first["content"]
    assert '"total"' in first["content"]


def test_nothing_is_stored_unless_it_is_asked_for() -> None:
    assert sent(request())["store"] is False
    assert sent(request(store=True))["store"] is True


SPELLED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"max_tokens": 9}, {"max_output_tokens": 9}),
    ({"max_completion_tokens": 9}, {"max_output_tokens": 9}),
    ({"max_tokens": 9, "max_output_tokens": 8}, {"max_output_tokens": 8}),
    ({"reasoning_effort": "low"}, {"reasoning": {"effort": "low"}}),
    (
        {"reasoning_effort": "low", "reasoning": {"summary": "auto"}},
        {"reasoning": {"effort": "low", "summary": "auto"}},
    ),
    ({"verbosity": "low"}, {"text": {"verbosity": "low"}}),
    ({"temperature": None}, {}),
]


@pytest.mark.parametrize(("given", "spelled"), SPELLED)
def test_options_of_chat_are_spelled_as_they_are_here(given: dict[str, Any], spelled: dict[str, Any]) -> None:
    body = sent(request(kind=None, **given))
    assert {key: value for key, value in body.items() if key not in {"model", "input", "store"}} == spelled


def response(*output: dict[str, Any], **more: Any) -> Response:
    return Response.model_validate(
        {
            "id": "resp_1", "created_at": 1, "model": "gpt-6-astra-2026", "object": "response", "output": list(output),
            "parallel_tool_calls": False, "tool_choice": "auto", "tools": [], "status": "completed", **more,
        }
    )  # fmt: skip


def message(*texts: str, **more: Any) -> dict[str, Any]:
    parts = [{"type": "output_text", "text": text, "annotations": []} for text in texts]
    return {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": parts, **more}


def call(call_id: str = "call_1", name: str = "Total", arguments: str = '{"total": 1}') -> dict[str, Any]:
    return {
        "type": "function_call", "id": f"fc_{call_id}", "call_id": call_id, "name": name, "arguments": arguments,
        "status": "completed",
    }  # fmt: skip


REASONING = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x", "status": "completed"}


def test_a_call_is_an_answer_with_its_call_id() -> None:
    got = decode(response(REASONING, call()), request())
    assert got.answers == (Answer('{"total": 1}', "call_1", "Total"),)


def test_text_is_an_answer_and_commentary_is_not() -> None:
    said = message('{"total": 2}', phase="commentary"), message('{"total": 1}', phase="final_answer")
    assert decode(response(*said), request(mode=Mode.JSON_SCHEMA)).answers == (Answer('{"total": 1}'),)


def test_two_messages_are_one_text_in_which_two_values_are_seen() -> None:
    (answer,) = decode(response(message("{}"), message("{}")), request(mode=Mode.JSON_SCHEMA)).answers
    assert answer.text == "{}\n{}"


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_text_is_no_answer(text: str) -> None:
    assert decode(response(message(text)), request(mode=Mode.JSON_SCHEMA)).answers == ()


ENDS: list[tuple[dict[str, Any], StopReason]] = [
    ({"status": "completed"}, StopReason.DONE),
    ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, StopReason.LENGTH),
    ({"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}, StopReason.FILTER),
    ({"status": "incomplete", "incomplete_details": None}, StopReason.INTERRUPTED),
    ({"status": "cancelled"}, StopReason.INTERRUPTED),
    ({"status": "queued"}, StopReason.INTERRUPTED),
    ({"status": None}, StopReason.DONE),
]


@pytest.mark.parametrize(("more", "stop"), ENDS)
def test_a_status_is_a_stop(more: dict[str, Any], stop: StopReason) -> None:
    assert decode(response(message("{}"), **more), request(mode=Mode.JSON_SCHEMA)).stop is stop


def test_a_refusal_is_a_refusal_and_what_was_said() -> None:
    refusal = message()
    refusal["content"] = [{"type": "refusal", "refusal": "No."}]
    got = decode(response(refusal), request(mode=Mode.JSON_SCHEMA))
    assert (got.stop, got.text, got.answers) == (StopReason.REFUSAL, "No.", ())


def test_a_response_that_failed_is_an_interruption_in_the_endpoint_s_words() -> None:
    error = {"code": "server_error", "message": "The model is overloaded; your key sk-SECRET is fine."}
    with pytest.raises(Interrupted, match=r"overloaded; your key … is fine\. \(server_error\)"):
        decode(response(status="failed", error=error), request())


@pytest.mark.parametrize("reply", ["<html>", None, 5, {"output": []}])
def test_what_is_no_response_is_an_interruption_that_names_the_base_url(reply: Any) -> None:
    with pytest.raises(Interrupted, match="base URL"):
        decode(reply, request())


def test_usage_is_read_with_its_details() -> None:
    usage = {
        "input_tokens": 10, "output_tokens": 5, "total_tokens": 15,
        "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 2},
        "output_tokens_details": {"reasoning_tokens": 3},
    }  # fmt: skip
    got = decode(response(usage=usage), request())
    assert got.usage == Usage(input=10, output=5, cache_read=4, cache_write=2, reasoning=3)
    assert decode(response(usage=None), request()).usage == Usage()


def test_the_model_and_the_raw_reply_are_kept() -> None:
    reply = response(call())
    got = decode(reply, request())
    assert (got.model, got.raw) == ("gpt-6-astra-2026", reply)


def reasked(got: Completion, mode: Mode = Mode.TOOLS) -> list[dict[str, Any]]:
    """What a complaint adds to the input."""
    before = request(mode=mode)
    after = sent(before.append_reask(Reask(got, "Wrong.")))["input"]
    assert after[: len(encode(before)["input"])] == encode(before)["input"]
    added: list[dict[str, Any]] = after[len(encode(before)["input"]) :]
    return added


def test_every_call_is_answered_and_reasoning_goes_back_before_it() -> None:
    reasoning, first, second, one, two = reasked(decode(response(REASONING, call(), call("call_2")), request()))
    assert reasoning == {key: value for key, value in REASONING.items() if key != "status"}
    assert (first["call_id"], second["call_id"]) == ("call_1", "call_2")
    assert one == {"type": "function_call_output", "call_id": "call_1", "output": "Wrong."}
    assert two == {"type": "function_call_output", "call_id": "call_2", "output": OTHER_CALL_RESULT}


def test_a_text_is_answered_by_a_user_message_and_keeps_its_phase() -> None:
    got = decode(response(message("{}", phase="final_answer")), request(mode=Mode.JSON_SCHEMA))
    said, turn = reasked(got, Mode.JSON_SCHEMA)
    assert said == message("{}", phase="final_answer")
    assert turn == {"role": "user", "content": "Wrong."}


def test_an_empty_response_is_answered_without_an_empty_turn() -> None:
    assert reasked(decode(response(), request())) == [{"role": "user", "content": "Wrong."}]
