"""Which wire and which mode a call is asked in, by its model, its target and what was refused before."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from typesight import ModeError, SchemaError
from typesight.endpoints.endpoint import Endpoint
from typesight.endpoints.mode_selection import ModeSelector, WireMode
from typesight.models.endpoint_rows import ENDPOINTS, make_unknown_endpoint
from typesight.models.modes import Mode
from typesight.models.profiles import VisionProfile
from typesight.schema.target import make_target


class Total(BaseModel):
    total: float


class Bag(BaseModel):
    meta: dict[str, str]


def openai_endpoint(policy: str = "") -> Endpoint:
    return Endpoint("openai", ENDPOINTS[policy] if policy else make_unknown_endpoint("openai"))


def claude_endpoint() -> Endpoint:
    return Endpoint("anthropic", make_unknown_endpoint("anthropic"))


def way(model: str, mode: Mode | None = None, kind: Any = Total, **given: Any) -> WireMode:
    how = dict(given)
    policy = how.pop("policy", "")
    endpoint = how.pop("endpoint", None) or (claude_endpoint() if "claude" in model else openai_endpoint(policy))
    target = None if kind is None else make_target(kind)
    return ModeSelector(endpoint, model, target, how.pop("profile", VisionProfile("any")), mode=mode, **how).select()


def seen(found: WireMode) -> tuple[str, Mode | None]:
    return found.api, found.mode


J, T, O, P = Mode.JSON_SCHEMA, Mode.TOOLS, Mode.JSON, Mode.PROMPTED  # noqa: E741 - a table's columns
# Rows: (model, mode that was named, kind of record, keywords, wire, mode).
WAYS: list[tuple[str, Mode | None, Any, dict[str, Any], str, Mode | None]] = [
    ("gpt-4o", None, Total, {}, "chat", J),
    ("gpt-6-astra", None, Total, {}, "chat", J),
    ("gpt-6-astra", T, Total, {}, "responses", T),
    ("gpt-6-astra", None, Bag, {}, "responses", T),
    ("gpt-6.1-sol", O, Total, {}, "chat", O),
    ("gpt-6-luna", T, Total, {}, "responses", T),
    ("gpt-6-luna", T, Total, {"options": {"reasoning_effort": "none"}}, "chat", T),
    ("gpt-6-luna", T, Total, {"api": "chat"}, "chat", T),
    ("gpt-4o", T, Total, {}, "chat", T),
    ("gpt-4o", None, Bag, {}, "chat", T),
    ("gpt-4-turbo", None, Total, {}, "chat", T),
    ("gpt-4o", None, Total, {"api": "responses"}, "responses", J),
    ("gpt-6-astra", None, None, {}, "chat", None),
    ("gpt-6-astra", None, None, {"api": "responses"}, "responses", None),
    ("our-deployment", T, Total, {"profile": "azure/gpt-6-astra"}, "responses", T),
    ("our-deployment", T, Total, {}, "chat", T),
    ("openai/gpt-6-astra", T, Total, {"policy": "openrouter"}, "chat", T),
    ("openai/gpt-6-astra", T, Total, {"policy": "infron"}, "chat", T),
    ("gpt-6-astra", T, Total, {"policy": "azure"}, "responses", T),
    ("claude-haiku-5-5", None, Total, {}, "messages", J),
    ("claude-haiku-5-5", None, Bag, {}, "messages", T),
    ("claude-opus-5-5", T, Total, {}, "messages", T),
    ("claude-3-5-sonnet-20241022", None, Total, {}, "messages", T),
    ("claude-haiku-5-5", P, Bag, {}, "messages", P),
    ("claude-haiku-5-5", None, Total, {"api": "chat"}, "messages", J),
]


@pytest.mark.parametrize(
    ("model", "mode", "kind", "how", "wire", "expected"),
    WAYS,
    ids=[f"{place}-{row[0]}" for place, row in enumerate(WAYS)],
)
def test_a_call_goes_its_model_s_way(
    model: str, mode: Mode | None, kind: Any, how: dict[str, Any], wire: str, expected: Mode | None
) -> None:
    assert seen(way(model, mode, kind, **how)) == (wire, expected)


REFUSED: list[tuple[str, Any, Any, dict[str, Any], type[Exception], str]] = [
    ("gpt-6-astra", T, Total, {"api": "chat"}, ModeError, r"no function tools.*mode=Mode\.JSON_SCHEMA"),
    ("gpt-6-luna", T, Total, {"api": "chat", "options": {"reasoning_effort": "high"}}, ModeError, "reasoning_effort"),
    ("gpt-4-turbo", J, Total, {}, ModeError, r"no native JSON schema output: use mode=Mode\.TOOLS"),
    ("claude-opus-4-1", J, Total, {}, ModeError, r"use mode=Mode\.TOOLS"),
    ("gpt-4", O, Total, {}, ModeError, "no JSON mode"),
    ("gpt-4o", J, Bag, {}, SchemaError, r"meta: .*use mode=Mode\.TOOLS"),
    ("claude-haiku-5-5", J, Bag, {}, SchemaError, r"meta: .*use mode=Mode\.TOOLS"),
]


@pytest.mark.parametrize(
    ("model", "mode", "kind", "how", "error", "said"),
    REFUSED,
    ids=[f"{place}-{row[0]}" for place, row in enumerate(REFUSED)],
)
def test_a_mode_that_cannot_be_gone_is_refused_with_one_that_can(
    model: str, mode: Any, kind: Any, how: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        way(model, mode, kind, **how)


def test_what_an_endpoint_refused_is_not_asked_again() -> None:
    endpoint = openai_endpoint()
    endpoint.remember_refusal(J, "chat", "their-model")
    assert seen(way("their-model", endpoint=endpoint)) == ("chat", T)
    assert seen(way("their-model", J, endpoint=endpoint)) == ("chat", T)
    assert seen(way("their-model", J, endpoint=endpoint, api="responses")) == ("responses", J)
    assert seen(way("another-model", J, endpoint=endpoint)) == ("chat", J)


def test_what_many_calls_at_once_learn_is_remembered_once() -> None:
    endpoint = openai_endpoint()
    for _ in range(50):
        endpoint.remember_refusal(J, "chat", "their-model")
    assert list(endpoint.refusals.values()) == [(J,)]


def test_a_refused_force_leaves_the_mode() -> None:
    endpoint = claude_endpoint()
    endpoint.remember_refusal("forced_tools", "messages", "claude-haiku-5-5")
    found = way("claude-haiku-5-5", T, endpoint=endpoint)
    assert (found.mode, found.capability.forced_tools) == (T, False)


def test_an_endpoint_that_refused_every_mode_says_so() -> None:
    endpoint = claude_endpoint()
    for mode in Mode:
        endpoint.remember_refusal(mode, "messages", "claude-haiku-5-5")
    with pytest.raises(ModeError, match="refused"):
        way("claude-haiku-5-5", endpoint=endpoint)
