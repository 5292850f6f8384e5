"""Models and swept options become settings, each with a name of its own."""

from __future__ import annotations

from collections.abc import Callable

from support import Clients
from typesight.evaluation.runs.sweep import expand_settings, read_model
from typesight.testing import Sandbox

Start = Callable[..., Sandbox]


def test_each_model_has_every_combination() -> None:
    settings = expand_settings(["openai/a", "local"], {"max_side": [768, None], "detail": ["low"]})
    assert [each.name for each in settings] == [
        "openai/a max_side=768 detail=low",
        "openai/a max_side=none detail=low",
        "local max_side=768 detail=low",
        "local max_side=none detail=low",
    ]
    assert settings[1].options == {"max_side": None, "detail": "low"}


def test_without_a_sweep_a_model_is_one_setting() -> None:
    assert [each.name for each in expand_settings("openai/a")] == ["openai/a"]
    assert expand_settings(()) == ()


async def test_a_client_has_the_name_that_from_provider_takes(clients: Clients, sandbox: Start) -> None:
    box = sandbox()
    openai, claude = clients.sync("openai", box, model="gpt-4o"), clients.asynchronous("anthropic", box, model=None)
    settings = expand_settings([openai, (openai, "gpt-5"), (claude, "claude-haiku-5-5")])
    assert [each.model for each in settings] == ["openai/gpt-4o", "openai/gpt-5", "anthropic/claude-haiku-5-5"]
    assert [read_model(each) for each in settings] == ["gpt-4o", "gpt-5", "claude-haiku-5-5"]
    assert [each.client for each in settings] == [openai, openai, claude]
    assert expand_settings((openai, "gpt-5"))[0].model == "openai/gpt-5"
