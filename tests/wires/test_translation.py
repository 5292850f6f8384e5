"""One conversation in each wire's own form: whichever it comes in, each wire spells it as its own."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from sdk_types import check_body
from typesight.exchange.read_messages import read_turns
from typesight.exchange.request import Request
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.image import Image
from typesight.models.model_rows import find_profile
from typesight.wires.anthropic import messages as anthropic_messages
from typesight.wires.openai import chat as openai_chat
from typesight.wires.openai import responses as openai_responses

URL = "https://example.org/r.png"
ARGUMENTS = '{"city": "Oslo"}'
MARK = {"type": "ephemeral"}

CHAT: list[dict[str, Any]] = [
    {"role": "system", "content": "Be exact."},
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "Where is it?"},
            {"type": "image_url", "image_url": {"url": URL, "detail": "high"}},
        ],
    },
    {
        "role": "assistant",
        "content": "I look.",
        "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": ARGUMENTS}},
            {"id": "call_2", "type": "function", "function": {"name": "look", "arguments": "{}"}},
        ],
    },
    {"role": "tool", "tool_call_id": "call_1", "content": "Norway"},
    {"role": "tool", "tool_call_id": "call_2", "content": [{"type": "text", "text": "nowhere"}]},
    {"role": "assistant", "content": "Norway."},
    {"role": "user", "content": "And now?"},
]
RESPONSES: list[dict[str, Any]] = [
    {"role": "system", "content": "Be exact."},
    {
        "role": "user",
        "content": [
            {"type": "input_text", "text": "Where is it?"},
            {"type": "input_image", "image_url": URL, "detail": "high"},
        ],
    },
    {"role": "assistant", "content": "I look."},
    {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": ARGUMENTS},
    {"type": "function_call", "call_id": "call_2", "name": "look", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "call_1", "output": "Norway"},
    {"type": "function_call_output", "call_id": "call_2", "output": [{"type": "input_text", "text": "nowhere"}]},
    {"role": "assistant", "content": "Norway."},
    {"role": "user", "content": "And now?"},
]
CLAUDE: list[dict[str, Any]] = [
    {
        "role": "user",
        "content": [{"type": "text", "text": "Where is it?"}, {"type": "image", "source": {"type": "url", "url": URL}}],
    },
    {
        "role": "assistant",
        "content": [
            {"type": "text", "text": "I look."},
            {"type": "tool_use", "id": "call_1", "name": "look", "input": {"city": "Oslo"}},
            {"type": "tool_use", "id": "call_2", "name": "look", "input": {}},
        ],
    },
    {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "call_1", "content": "Norway"},
            {"type": "tool_result", "tool_use_id": "call_2", "content": [{"type": "text", "text": "nowhere"}]},
        ],
    },
    {"role": "assistant", "content": "Norway."},
    {"role": "user", "content": "And now?"},
]

WIRES: dict[str, tuple[Any, str, str, str, list[dict[str, Any]]]] = {
    "chat": (openai_chat, "openai_chat", "gpt-4o", "messages", CHAT),
    "responses": (openai_responses, "openai_responses", "gpt-6-astra", "input", RESPONSES),
    "claude": (anthropic_messages, "anthropic_messages", "claude-haiku-5-5", "messages", CLAUDE),
}
FORMS = {"chat": CHAT, "responses": RESPONSES, "claude": [{"role": "system", "content": "Be exact."}, *CLAUDE]}


def body_of(wire: str, messages: list[Any]) -> dict[str, Any]:
    """The body that a wire makes of messages, held against the SDK's own types."""
    module, name, model, _, _ = WIRES[wire]
    vendor = "anthropic" if wire == "claude" else "openai"
    asked = Request(model, vendor, read_turns(messages), find_profile(model))
    ready = {image: (PreparedPicture(image, image.url),) for image in asked.images}
    body: dict[str, Any] = json.loads(json.dumps(module.encode(asked.insert_pictures(ready))))
    check_body(name, body)
    return body


def spelled(wire: str, messages: list[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body_of(wire, messages)[WIRES[wire][3]]
    return found


def without_detail(messages: Any) -> Any:
    """Claude's images know no detail, so it cannot come back out of its form."""
    text = json.dumps(messages).replace(', "detail": "high"', "").replace(', "detail": "auto"', "")
    return json.loads(text)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("wire", WIRES)
def test_a_conversation_in_any_form_is_spelled_as_each_wire_has_it(form: str, wire: str) -> None:
    given = copy.deepcopy(FORMS[form])
    assert without_detail(spelled(wire, given)) == without_detail(WIRES[wire][4])
    assert given == FORMS[form]


def test_claude_gets_the_system_turn_above_the_conversation() -> None:
    for form in FORMS.values():
        assert body_of("claude", form)["system"] == [{"type": "text", "text": "Be exact."}]


THINKING = {"type": "thinking", "thinking": "hm", "signature": "s"}
REASONING = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"}


@pytest.mark.parametrize(("wire", "kept"), [("chat", False), ("responses", False), ("claude", True)])
def test_claude_s_thinking_goes_back_to_claude_alone(wire: str, kept: bool) -> None:
    said = [
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": [THINKING, {"type": "text", "text": "b"}]},
    ]
    sent = json.dumps(spelled(wire, [*said, {"role": "user", "content": "c"}]))
    assert ('"signature": "s"' in sent) is kept
    assert '"b"' in sent


@pytest.mark.parametrize(("wire", "kept"), [("chat", False), ("responses", True), ("claude", False)])
def test_reasoning_goes_back_to_responses_alone(wire: str, kept: bool) -> None:
    said = [{"role": "user", "content": "a"}, REASONING, {"role": "assistant", "content": "b"}]
    sent = json.dumps(spelled(wire, [*said, {"role": "user", "content": "c"}]))
    assert ("encrypted_content" in sent) is kept
    assert '"b"' in sent


def test_an_output_message_of_responses_goes_back_as_it_came() -> None:
    message = {
        "type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "phase": "final_answer",
        "content": [{"type": "output_text", "text": "b", "annotations": []}],
    }  # fmt: skip
    assert spelled("responses", [{"role": "user", "content": "a"}, message])[1] == message
    assert spelled("chat", [message]) == [{"role": "assistant", "content": [{"type": "text", "text": "b"}]}]
    assert spelled("claude", [message]) == [{"role": "assistant", "content": [{"type": "text", "text": "b"}]}]


MARKED = [{"role": "user", "content": [{"type": "text", "text": "a", "cache_control": MARK}]}]
BROKEN = [{"role": "user", "content": [{"type": "text", "text": "a", "prompt_cache_breakpoint": {"mode": "explicit"}}]}]


@pytest.mark.parametrize(
    ("wire", "messages", "key", "kept"),
    [
        ("claude", MARKED, "cache_control", True), ("chat", MARKED, "cache_control", False),
        ("responses", MARKED, "cache_control", False), ("claude", BROKEN, "prompt_cache_breakpoint", False),
        ("chat", BROKEN, "prompt_cache_breakpoint", True), ("responses", BROKEN, "prompt_cache_breakpoint", True),
    ],
)  # fmt: skip
def test_a_mark_of_one_provider_s_cache_does_not_reach_the_other(
    wire: str, messages: list[Any], key: str, kept: bool
) -> None:
    assert (key in json.dumps(spelled(wire, messages))) is kept


IMAGES: list[tuple[str, dict[str, Any], str, bool]] = [
    (wire, {**part, key: value}, key, wire in kept)
    for key, value, kept in (
        ("prompt_cache_breakpoint", {"mode": "explicit"}, {"chat", "responses"}),
        ("transformations", {"oversized_image": "error"}, {"claude"}),
        ("cache_control", MARK, {"claude"}),
    )
    for part in (
        {"type": "image_url", "image_url": {"url": URL}},
        {"type": "image", "source": {"type": "url", "url": URL}},
    )
    for wire in WIRES
]


@pytest.mark.parametrize(("wire", "part", "key", "kept"), IMAGES)
def test_keys_beside_an_image_reach_the_wire_that_knows_them(
    wire: str, part: dict[str, Any], key: str, kept: bool
) -> None:
    assert (key in json.dumps(spelled(wire, [{"role": "user", "content": [part]}]))) is kept


SAYING: list[tuple[str, dict[str, Any]]] = [
    ("chat", {"role": "assistant", "content": None, "refusal": "No.", "annotations": []}),
    ("chat", {"role": "assistant", "content": "b", "reasoning_content": "hm"}),
    ("chat", {"role": "user", "content": "b", "name": "bob"}),
]


@pytest.mark.parametrize(("form", "message"), SAYING)
@pytest.mark.parametrize("wire", ["responses", "claude"])
def test_keys_of_one_wire_s_messages_are_left_behind_on_another(wire: str, form: str, message: dict[str, Any]) -> None:
    del form
    (last,) = spelled(wire, [{"role": "user", "content": "a"}, message])[1:]
    assert last.keys() == {"role", "content"}
    assert last["content"]


def test_unknown_keys_survive_on_every_wire() -> None:
    message = {"role": "user", "content": [{"type": "text", "text": "a", "brand_new": 1}], "brand_new": 2}
    for wire, (module, _, model, key, _) in WIRES.items():
        (sent,) = module.encode(Request(model, wire, read_turns([message]), find_profile(model)))[key]
        assert sent["brand_new"] == 2
        assert sent["content"][0]["brand_new"] == 1


def test_results_that_come_after_text_are_put_first_for_claude() -> None:
    result = {"type": "tool_result", "tool_use_id": "t", "content": "42"}
    messages = [
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "f", "input": {}}]},
        {"role": "user", "content": ["See:", result]},
    ]
    assert spelled("claude", messages)[-1]["content"] == [result, {"type": "text", "text": "See:"}]


def test_a_result_with_an_image_goes_to_those_who_take_one() -> None:
    messages = [*CHAT[:3], {"role": "tool", "tool_call_id": "call_1", "content": [Image(URL)]}, CHAT[4]]
    assert spelled("responses", messages)[5]["output"] == [{"type": "input_image", "image_url": URL, "detail": "high"}]
    assert spelled("claude", messages)[2]["content"][0]["content"] == [
        {"type": "image", "source": {"type": "url", "url": URL}}
    ]


def test_files_of_openai_s_wires_are_re_spelled_for_each_other() -> None:
    chat = {"type": "file", "file": {"file_id": "file-1"}}
    responses = {"type": "input_file", "file_id": "file-1"}
    for part in (chat, responses):
        assert spelled("chat", [{"role": "user", "content": [part]}])[0]["content"] == [chat]
        assert spelled("responses", [{"role": "user", "content": [part]}])[0]["content"] == [responses]
