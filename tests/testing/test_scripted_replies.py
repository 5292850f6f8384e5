"""What the sandbox answers, read by the real SDKs over a real socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import anthropic
import openai
import pytest
from pydantic import BaseModel

from typesight.testing import Fault, Reply, Sandbox, SandboxRequest

Body = dict[str, Any]
Painter = Callable[..., str]

SCHEMA: Body = {
    "type": "object",
    "properties": {"total": {"type": "number"}},
    "required": ["total"],
    "additionalProperties": False,
}
ASK: Body = {"role": "user", "content": "Extract."}
FUNCTION: Body = {"type": "function", "function": {"name": "Receipt", "parameters": SCHEMA, "strict": True}}
TOOL: Body = {"name": "Receipt", "input_schema": SCHEMA, "strict": True}


class Receipt(BaseModel):
    total: Decimal


def gpt(sandbox: Sandbox) -> openai.OpenAI:
    return openai.OpenAI(base_url=sandbox.openai_url, api_key="test", max_retries=0)


def claude(sandbox: Sandbox) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=sandbox.anthropic_url, api_key="test", max_retries=0)


def chat(sandbox: Sandbox, **options: Any) -> Any:
    with gpt(sandbox) as client:
        return client.chat.completions.create(**{"model": "gpt-4o", "messages": [ASK], **options})


def message(sandbox: Sandbox, **options: Any) -> Any:
    with claude(sandbox) as client:
        return client.messages.create(**{"model": "claude-sonnet-5-5", "max_tokens": 100, "messages": [ASK], **options})


RECORDS: dict[str, tuple[object, str]] = {
    "a dict": ({"total": 9.8}, '{"total":9.8}'),
    "a model": (Receipt(total=Decimal("9.80")), '{"total":"9.80"}'),
    "text as it is": ('{"total":  9.80}', '{"total":  9.80}'),
    "a list of models": ([Receipt(total=Decimal(1))], '[{"total":"1"}]'),
    "text that is no JSON": ('{"total": ', '{"total": '),
    "nothing": (None, "null"),
}


@pytest.mark.parametrize("case", RECORDS)
def test_a_record_goes_out_as_content_without_tools(case: str) -> None:
    given, text = RECORDS[case]
    with Sandbox([given, given]) as sandbox:
        choice = chat(sandbox).choices[0]
        assert (choice.message.content, choice.message.tool_calls, choice.finish_reason) == (text, None, "stop")
        assert [block.text for block in message(sandbox).content] == [text]


@pytest.mark.parametrize("case", RECORDS)
def test_a_record_goes_out_as_arguments_of_the_tool(case: str) -> None:
    given, text = RECORDS[case]
    with Sandbox([given]) as sandbox:
        choice = chat(sandbox, tools=[FUNCTION]).choices[0]
    assert [(call.function.name, call.function.arguments) for call in choice.message.tool_calls] == [("Receipt", text)]
    assert (choice.message.content, choice.finish_reason) == (None, "tool_calls")


def test_a_record_goes_out_as_the_input_of_a_tool_use() -> None:
    with Sandbox([{"total": 9.8}]) as sandbox:
        found = message(sandbox, tools=[TOOL])
    assert [(block.type, block.name, block.input) for block in found.content] == [
        ("tool_use", "Receipt", {"total": 9.8})
    ]
    assert found.stop_reason == "tool_use"


def test_what_is_no_object_goes_out_as_text_on_anthropics_wire() -> None:
    with Sandbox(['{"total": ', [1, 2]]) as sandbox:
        found = [message(sandbox, tools=[TOOL]) for _ in range(2)]
    assert [(one.content[0].type, one.content[0].text) for one in found] == [("text", '{"total": '), ("text", "[1,2]")]
    assert [one.stop_reason for one in found] == ["end_turn", "end_turn"]


def test_tools_that_may_not_be_called_are_not_called() -> None:
    with Sandbox([{"total": 1}, {"total": 1}]) as sandbox:
        assert chat(sandbox, tools=[FUNCTION], tool_choice="none").choices[0].message.content == '{"total":1}'
        assert message(sandbox, tools=[TOOL], tool_choice={"type": "none"}).content[0].text == '{"total":1}'


def test_the_forced_tool_of_several_is_called() -> None:
    other = {"type": "function", "function": {"name": "Other", "parameters": SCHEMA, "strict": True}}
    choice = {"type": "function", "function": {"name": "Other"}}
    with Sandbox([{"total": 1}]) as sandbox:
        found = chat(sandbox, tools=[FUNCTION, other], tool_choice=choice)
    assert found.choices[0].message.tool_calls[0].function.name == "Other"


def test_a_reply_says_each_piece_on_openais_wire() -> None:
    reply = Reply(
        text="Here:", calls=[("A", "{cut"), ("B", {"b": 1})], stop="length", thinking="Hm.", usage={"prompt_tokens": 7}
    )
    with Sandbox([reply]) as sandbox:
        found = chat(sandbox)
    said = found.choices[0].message
    assert (said.content, found.choices[0].finish_reason, found.usage.prompt_tokens) == ("Here:", "length", 7)
    assert [call.function.arguments for call in said.tool_calls] == ["{cut", '{"b": 1}']
    assert len({call.id for call in said.tool_calls}) == 2


def test_a_reply_says_each_piece_on_anthropics_wire() -> None:
    reply = Reply(
        text="Here:",
        calls=[("A", '{"a": 1}'), ("B", {"b": 1})],
        stop="max_tokens",
        thinking="Hm.",
        usage={"cache_read_input_tokens": 7},
    )
    with Sandbox([reply]) as sandbox:
        found = message(sandbox)
    assert [block.type for block in found.content] == ["thinking", "text", "tool_use", "tool_use"]
    assert found.content[0].signature
    assert (found.stop_reason, found.usage.cache_read_input_tokens) == ("max_tokens", 7)


def test_a_refusal_of_the_model_is_said_in_each_providers_way() -> None:
    with Sandbox([Reply(refusal="I will not."), Reply(refusal="I will not.")]) as sandbox:
        openais, anthropics = chat(sandbox).choices[0], message(sandbox)
    assert (openais.message.refusal, openais.message.content, openais.finish_reason) == ("I will not.", None, "stop")
    assert (anthropics.content, anthropics.stop_reason) == ([], "refusal")
    assert anthropics.stop_details.explanation == "I will not."


def test_a_callable_is_asked_with_the_request() -> None:
    def answer(request: SandboxRequest) -> object:
        return {"model": request.body["model"], "wire": request.wire}

    with Sandbox(answer) as sandbox:
        assert json.loads(chat(sandbox).choices[0].message.content) == {"model": "gpt-4o", "wire": "openai_chat"}
        assert json.loads(message(sandbox).content[0].text)["wire"] == "anthropic_messages"


def test_a_script_may_hold_callables() -> None:
    with Sandbox(["first", lambda request: Reply(text=request.path)]) as sandbox:
        assert [chat(sandbox).choices[0].message.content for _ in range(2)] == ["first", "/v1/chat/completions"]


def test_a_callable_that_fails_is_named_in_an_error_that_is_not_retried() -> None:
    def broken(_request: SandboxRequest) -> object:
        raise KeyError("total")

    with Sandbox(broken) as sandbox:
        client = openai.OpenAI(base_url=sandbox.openai_url, api_key="test")
        with client, pytest.raises(openai.InternalServerError, match="answer raised KeyError: 'total'"):
            client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "x"}])
        assert len(sandbox.requests) == 1


def test_a_script_that_is_over_says_so_and_is_not_retried() -> None:
    with Sandbox(["one", "two"]) as sandbox:
        with openai.OpenAI(base_url=sandbox.openai_url, api_key="test") as client:
            for _ in range(2):
                client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "x"}])
            with pytest.raises(openai.InternalServerError, match="has 2 replies, and this is request 3"):
                client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "x"}])
        with claude(sandbox) as other, pytest.raises(anthropic.InternalServerError, match="this is request 4"):
            other.messages.create(model="claude-sonnet-5-5", max_tokens=1, messages=[{"role": "user", "content": "x"}])
        assert [request.status for request in sandbox.requests] == [200, 200, 500, 500]


def test_every_field_of_openais_reply_is_there() -> None:
    with Sandbox([{"total": 9.8}]) as sandbox:
        found = chat(sandbox, messages=[{"role": "user", "content": "x" * 40}])
    assert (found.object, found.model, found.choices[0].index) == ("chat.completion", "gpt-4o", 0)
    assert found.id.startswith("chatcmpl-")
    assert found.created > 1_700_000_000
    assert found._request_id.startswith("req_")
    assert found.usage.total_tokens == found.usage.prompt_tokens + found.usage.completion_tokens
    assert found.usage.prompt_tokens_details.cached_tokens == 0
    assert found.usage.completion_tokens_details.reasoning_tokens == 0
    assert found.usage.completion_tokens == 4


def test_every_field_of_anthropics_reply_is_there() -> None:
    with Sandbox([{"total": 9.8}]) as sandbox:
        found = message(sandbox)
    assert (found.type, found.role, found.model, found.stop_reason) == (
        "message",
        "assistant",
        "claude-sonnet-5-5",
        "end_turn",
    )
    assert found.id.startswith("msg_")
    assert found._request_id.startswith("req_")
    assert found.usage.output_tokens == 4
    assert found.usage.cache_creation.ephemeral_5m_input_tokens == 0


def test_pictures_arrive_decoded_and_are_counted(paint: Painter) -> None:
    data, size = paint(size=(300, 200)), (300, 200)
    url = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}
    block = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}
    far = {"type": "image_url", "image_url": {"url": "https://example.com/a.jpg"}}
    with Sandbox(["x", "x", "x", "x"]) as sandbox:
        openais = chat(sandbox, messages=[{"role": "user", "content": [url, far]}])
        without = message(sandbox, messages=[{"role": "user", "content": [{"type": "text", "text": "x"}]}])
        anthropics = message(sandbox, messages=[{"role": "user", "content": [block]}])
        first, second = sandbox.requests[0].pictures
        third = sandbox.requests[2].pictures[0]
    assert (first.media_type, first.size, len(first.sha256)) == ("image/png", size, 64)
    assert (second.media_type, second.reference, second.data) == (None, "https://example.com/a.jpg", b"")
    assert third == first
    assert openais.usage.prompt_tokens_details.image_tokens == 84
    assert anthropics.usage.input_tokens - without.usage.input_tokens in range(88, 100)


def test_a_picture_inside_a_tool_result_is_received(paint: Painter) -> None:
    block = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": paint()}}
    use = {"type": "tool_use", "id": "toolu_1", "name": "Receipt", "input": {}}
    told = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [block]}
    turns = [ASK, {"role": "assistant", "content": [use]}, {"role": "user", "content": [told]}]
    with Sandbox(["x"]) as sandbox:
        message(sandbox, messages=turns)
        assert [picture.size for picture in sandbox.requests[0].pictures] == [(56, 32)]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_each_kind_of_picture_is_received(kind: str, paint: Painter) -> None:
    part = {"type": "image_url", "image_url": {"url": f"data:image/{kind.lower()};base64,{paint(kind)}"}}
    with Sandbox(["x"]) as sandbox:
        chat(sandbox, messages=[{"role": "user", "content": [part]}])
        assert [picture.media_type for picture in sandbox.requests[0].pictures] == [f"image/{kind.lower()}"]


FAULTS: dict[str, tuple[Fault, type[openai.APIError], type[anthropic.APIError]]] = {
    "a rate limit": (Fault(429), openai.RateLimitError, anthropic.RateLimitError),
    "an empty account": (
        Fault(429, code="credit_balance_exhausted", message="no money"),
        openai.RateLimitError,
        anthropic.RateLimitError,
    ),
    "no permission": (Fault(403), openai.PermissionDeniedError, anthropic.PermissionDeniedError),
    "an overloaded server": (Fault(529), openai.InternalServerError, anthropic.OverloadedError),
    "a page of HTML": (
        Fault(502, body="<html>bad gateway</html>"),
        openai.InternalServerError,
        anthropic.APIStatusError,
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_arrives_as_the_sdks_own_error(case: str) -> None:
    fault, openais, anthropics = FAULTS[case]
    with Sandbox([fault, fault]) as sandbox:
        with pytest.raises(openais):
            chat(sandbox)
        with pytest.raises(anthropics):
            message(sandbox)
        assert [request.status for request in sandbox.requests] == [fault.status] * 2


def test_a_fault_has_its_code_and_headers() -> None:
    fault = Fault(429, code="credit_balance_exhausted", message="no money", headers={"retry-after": "7"})
    with Sandbox([fault, fault]) as sandbox:
        with pytest.raises(openai.RateLimitError, match="no money") as openais:
            chat(sandbox)
        with pytest.raises(anthropic.RateLimitError, match="no money") as anthropics:
            message(sandbox)
    assert (openais.value.code, openais.value.type) == ("credit_balance_exhausted", "insufficient_quota")
    assert openais.value.response.headers["retry-after"] == "7"
    assert (anthropics.value.error_code, anthropics.value.type) == ("credit_balance_exhausted", "rate_limit_error")


def test_a_cut_json_under_200_arrives_as_it_is() -> None:
    with Sandbox([Fault(200, body='{"id": "chatcmpl')]) as sandbox, pytest.raises(json.JSONDecodeError):
        chat(sandbox)


def test_a_page_of_html_under_200_arrives_as_it_is() -> None:
    with Sandbox([Fault(200, body="<html>hello</html>")]) as sandbox:
        assert chat(sandbox) == "<html>hello</html>"


def test_an_empty_200_arrives_as_it_is() -> None:
    with Sandbox([Fault(200, body="")]) as sandbox, gpt(sandbox) as client:
        raw = client.chat.completions.with_raw_response.create(
            model="gpt-4o", messages=[{"role": "user", "content": "x"}]
        )
        assert (raw.status_code, raw.content) == (200, b"")


def test_an_exception_cuts_the_connection() -> None:
    with Sandbox([ConnectionResetError(), "then"]) as sandbox:
        with pytest.raises(openai.APIConnectionError):
            chat(sandbox)
        assert chat(sandbox).choices[0].message.content == "then"
        assert [request.status for request in sandbox.requests] == [0, 200]


def test_faults_come_before_the_script_goes_on_and_the_sdk_retries_them() -> None:
    with Sandbox(["then"]) as sandbox:
        sandbox.faults(Fault(429, headers={"retry-after-ms": "1"}), Fault(500, headers={"retry-after-ms": "1"}))
        with openai.OpenAI(base_url=sandbox.openai_url, api_key="test", max_retries=2) as client:
            found = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "x"}])
        assert found.choices[0].message.content == "then"
        assert [request.status for request in sandbox.requests] == [429, 500, 200]


async def test_the_async_clients_share_one_script_at_once() -> None:
    replies = [{"number": number} for number in range(40)]
    with Sandbox(replies) as sandbox:
        async with (
            openai.AsyncOpenAI(base_url=sandbox.openai_url, api_key="a", max_retries=0) as one,
            anthropic.AsyncAnthropic(base_url=sandbox.anthropic_url, api_key="b", max_retries=0) as two,
        ):
            chats = [
                one.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "x"}])
                for _ in range(20)
            ]
            texts = [
                two.messages.create(
                    model="claude-sonnet-5-5", max_tokens=9, messages=[{"role": "user", "content": "x"}]
                )
                for _ in range(20)
            ]
            completions, answers = await asyncio.gather(asyncio.gather(*chats), asyncio.gather(*texts))
    said = [found.choices[0].message.content or "" for found in completions]
    said += [block.text for found in answers for block in found.content if block.type == "text"]
    assert sorted(json.loads(text)["number"] for text in said) == list(range(40))
    assert len({found.id for found in completions} | {found.id for found in answers}) == 40


def test_the_sdks_own_reply_objects_may_be_sent_back() -> None:
    with Sandbox([{"total": 1}, "ok", Reply(calls=[("Receipt", {})], thinking="Hm."), "ok"]) as sandbox:
        said = chat(sandbox, tools=[FUNCTION]).choices[0].message
        told = {"role": "tool", "tool_call_id": said.tool_calls[0].id, "content": "total: too small"}
        chat(sandbox, tools=[FUNCTION], messages=[ASK, said, told])
        used = message(sandbox, tools=[TOOL])
        result = {"type": "tool_result", "tool_use_id": used.content[1].id, "is_error": True, "content": "too small"}
        turns = [ASK, {"role": "assistant", "content": used.content}, {"role": "user", "content": [result]}]
        message(sandbox, tools=[TOOL], messages=turns)
        assert [request.status for request in sandbox.requests] == [200] * 4
