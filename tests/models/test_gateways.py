"""What an endpoint that copies Chat Completions takes less than OpenAI does."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from typesight import ModeError
from typesight.endpoints.endpoint import Endpoint
from typesight.endpoints.mode_selection import ModeSelector
from typesight.exchange.read_messages import read_turns
from typesight.exchange.request import Request
from typesight.models.endpoint_profiles import find_profile_at
from typesight.models.endpoint_rows import ENDPOINTS, make_unknown_endpoint
from typesight.models.model_at_endpoint import find_capability_at
from typesight.models.modes import Mode
from typesight.models.profiles import VisionProfile
from typesight.schema.target import make_target
from typesight.wires.openai import chat as openai_chat


class Total(BaseModel):
    total: float


def body(gateway: str, model: str, mode: Mode = Mode.TOOLS, **options: Any) -> dict[str, Any]:
    policy = ENDPOINTS.get(gateway) or make_unknown_endpoint("openai")
    endpoint = Endpoint("openai", policy)
    target = make_target(Total)
    way = ModeSelector(endpoint, model, target, VisionProfile("any"), mode=mode).select()
    turns = read_turns([{"role": "developer", "content": "Be exact."}, {"role": "user", "content": "Read."}])
    request = Request(model, "any", turns, find_profile_at(policy, "gpt-4o"), target, way.mode, options, way.capability)
    return openai_chat.encode(request)


@pytest.mark.parametrize("gateway", ["gateway", *sorted(name for name, row in ENDPOINTS.items() if row.gateway)])
def test_behind_a_gateway_the_limit_is_max_tokens_and_a_developer_s_turn_the_system_s(gateway: str) -> None:
    made = body(gateway, "openai/gpt-6-luna", Mode.JSON_SCHEMA, max_tokens=5)
    assert made["max_tokens"] == 5
    assert [message["role"] for message in made["messages"]] == ["system", "user"]


@pytest.mark.parametrize("endpoint", ["openai", "azure", "an unknown proxy"])
def test_a_maker_s_own_rules_hold_where_its_model_is_served_as_it_is(endpoint: str) -> None:
    made = body(endpoint, "gpt-5.2", Mode.JSON_SCHEMA, max_tokens=5)
    assert made["max_completion_tokens"] == 5
    assert made["messages"][0]["role"] == "developer"


CHOICES = [
    ("openrouter", {"type": "function", "function": {"name": "Total"}}),
    ("vllm", {"type": "function", "function": {"name": "Total"}}),
    ("lmstudio", "required"),
    ("ollama", None),
]


@pytest.mark.parametrize(("gateway", "choice"), CHOICES)
def test_a_tool_is_chosen_as_the_gateway_has_it(gateway: str, choice: Any) -> None:
    assert body(gateway, "qwen").get("tool_choice") == choice


def test_what_is_left_out_is_left_out_and_what_the_caller_gave_is_not() -> None:
    made = body("gemini", "gemini-3-flash")
    assert "parallel_tool_calls" not in made
    assert "strict" not in made["tools"][0]["function"]
    assert body("gemini", "gemini-3-flash", parallel_tool_calls=True)["parallel_tool_calls"] is True


def test_a_mode_that_a_gateway_has_not_is_refused_with_one_that_it_has() -> None:
    with pytest.raises(ModeError, match=r"gemma has no JSON mode: use mode=Mode\.JSON_SCHEMA"):
        body("lmstudio", "gemma", Mode.JSON)


MARKED = [("openai", False), ("azure", False), ("an unknown gateway", False), ("openrouter", True), ("infron", True)]


@pytest.mark.parametrize(("endpoint", "kept"), MARKED)
def test_claude_s_cache_mark_reaches_the_endpoints_that_take_it(endpoint: str, kept: bool) -> None:
    row = ENDPOINTS.get(endpoint) or make_unknown_endpoint("openai")
    capability = find_capability_at(row, "anthropic/claude-opus-5", "")
    marked = {"type": "text", "text": "Read.", "cache_control": {"type": "ephemeral"}}
    turns = read_turns([{"role": "user", "content": [marked]}])
    request = Request("any", "any", turns, find_profile_at(row, "gpt-4o"), capability=capability)
    (part,) = openai_chat.encode(request)["messages"][0]["content"]
    assert ("cache_control" in part) is kept
