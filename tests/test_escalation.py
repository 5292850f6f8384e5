"""After the first reask that failed a stronger model takes the conversation over, also another provider's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image as Pillow

from support import BAD, GOOD, RECORD, Clients, Receipt
from typesight import Budget, ExtractionFailed, Image, Mode, Reasking
from typesight.testing import Sandbox

Start = Callable[..., Sandbox]
VENDORS = ("openai", "anthropic")
STRONG = {"openai": "gpt-5.5", "anthropic": "claude-opus-5-5"}
OTHER = {"openai": "anthropic", "anthropic": "openai"}


def ask(picture: bytes) -> list[dict[str, Any]]:
    return [{"role": "system", "content": "Be exact."}, {"role": "user", "content": ["Read this.", Image(picture)]}]


async def extracted(client: Any, asynchronous: bool, picture: bytes, **options: Any) -> Any:
    got = client.extract(Receipt, picture, **options)
    return await got if asynchronous else got


@pytest.mark.slow
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("mode", [*Mode, None])
@pytest.mark.parametrize("vendor", VENDORS)
async def test_the_third_attempt_is_a_stronger_model_s(
    vendor: str, mode: Mode | None, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(BAD, BAD, GOOD)
    client = (clients.asynchronous if asynchronous else clients.sync)(vendor, box)
    reask = Reasking(escalate=[STRONG[vendor]])
    extraction = await extracted(client, asynchronous, picture, mode=mode, reask=reask)
    assert extraction.record == RECORD
    weak = client._options.own["model"]
    assert [attempt.model for attempt in extraction.attempts] == [weak, weak, STRONG[vendor]]
    assert [request.body["model"] for request in box.requests] == [weak, weak, STRONG[vendor]]
    assert len(box.requests[2].pictures) == 1


@pytest.mark.slow
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("vendor", VENDORS)
async def test_another_provider_s_model_goes_on_with_what_was_said(
    vendor: str, mode: Mode, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    first, second = sandbox(BAD, BAD), sandbox(GOOD)
    make = clients.asynchronous if asynchronous else clients.sync
    client, other = make(vendor, first), make(OTHER[vendor], second)
    reask = Reasking(escalate=[(other, STRONG[OTHER[vendor]])])
    extraction = await extracted(client, asynchronous, picture, mode=mode, reask=reask, max_tokens=4000)
    assert extraction.record == RECORD
    assert [attempt.model for attempt in extraction.attempts][2] == STRONG[OTHER[vendor]]
    (request,) = second.requests
    assert len(request.pictures) == 1
    said = json.dumps(request.body.get("messages") or request.body["input"])
    assert said.count("7x") >= 3  # both answers, and the complaint about the second
    assert "total" in said
    assert "tool_use" not in said
    assert "tool_calls" not in said
    assert "function_call" not in said


def test_the_conversation_that_goes_on_alternates_and_ends_with_the_complaint(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    first, second = sandbox(BAD, BAD), sandbox(GOOD)
    reask = Reasking(escalate=[(clients.sync("anthropic", second), "claude-opus-5-5")])
    clients.sync("openai", first).create(response_model=Receipt, messages=ask(picture), mode=Mode.TOOLS, reask=reask)
    messages = second.requests[0].body["messages"]
    assert [message["role"] for message in messages] == ["user", "assistant", "user", "assistant", "user"]
    assert json.loads(messages[1]["content"]) == BAD
    assert messages[-1]["content"].startswith("[Automated check of your last answer.")


@pytest.mark.slow
def test_fields_that_were_right_stay_over_a_change_of_model_and_mode(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    """The complaint asks in the form of the new model's mode: a whole record, where fields alone were asked for."""
    first, second = sandbox(BAD, {"date": "later", "total": "?"}), sandbox({**GOOD, "company": "Elsewhere"})
    reask = Reasking(ask="fields", escalate=[(clients.sync("anthropic", second, mode=None), "claude-opus-5-5")])
    client = clients.sync("openai", first)
    extraction = client.extract(Receipt, picture, mode=None, model="gpt-4-turbo", reask=reask)
    assert extraction.record == RECORD
    assert [attempt.mode for attempt in extraction.attempts] == ["tools", "tools", "json_schema"]


@pytest.mark.slow
def test_models_take_over_one_after_another_and_the_last_stays(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(*[BAD] * 5, GOOD)
    reask = Reasking(escalate=["gpt-5.5", "gpt-5.6-sol"])
    extraction = clients.sync("openai", box).extract(Receipt, picture, reask=reask, max_retries=5)
    models = [attempt.model for attempt in extraction.attempts]
    assert models == ["gpt-4o", "gpt-4o", "gpt-5.5", "gpt-5.6-sol", "gpt-5.6-sol", "gpt-5.6-sol"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::typesight.PictureWarning")
def test_pictures_are_made_ready_for_the_model_that_takes_over(sandbox: Start, clients: Clients) -> None:
    photo = Pillow.effect_noise((3000, 3000), 30)
    first, second = sandbox(BAD, BAD), sandbox(GOOD)
    reask = Reasking(escalate=[(clients.sync("anthropic", second), "claude-haiku-4-5")])
    clients.sync("openai", first).extract(Receipt, photo, reask=reask)
    sizes = [box.requests[-1].pictures[0].size for box in (first, second)]
    assert sizes[0] != sizes[1]
    assert max(sizes[1]) <= 1568


@pytest.mark.slow
def test_no_reask_is_left_for_a_model_after_the_last_attempt(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(BAD, BAD)
    with pytest.raises(ExtractionFailed) as caught:
        clients.sync("openai", box).extract(Receipt, picture, reask=Reasking(escalate=["gpt-5.5"]), max_retries=1)
    assert [attempt.model for attempt in caught.value.attempts] == ["gpt-4o", "gpt-4o"]


def test_a_client_of_the_other_colour_is_refused(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(GOOD)
    reask = Reasking(escalate=[(clients.asynchronous("openai", box), "gpt-5.5")])
    with pytest.raises(TypeError, match=r"this client is synchronous, but the one for 'gpt-5\.5' is not"):
        clients.sync("openai", box).extract(Receipt, picture, reask=reask)
    assert box.requests == []


@pytest.mark.parametrize("wrong", ["gpt-5.5", [5], [("gpt-5.5",)], [(None, "gpt-5.5")], [("gpt-4o", "gpt-5.5")]])
def test_what_is_no_list_of_models_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="escalate must be a list of model names"):
        Reasking(escalate=wrong)


def test_a_budget_needs_the_price_of_every_model(sandbox: Start, clients: Clients, picture: bytes) -> None:
    with pytest.raises(ValueError, match="no price is known for 'our-own'"):
        clients.sync("openai", sandbox(GOOD)).extract(
            Receipt, picture, reask=Reasking(escalate=["our-own"]), budget=Budget(usd=1)
        )
