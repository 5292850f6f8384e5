"""A client of an SDK, or a name, as an endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from sdk_types import is_old
from typesight import VisionProfile
from typesight.endpoints.connections import LocalConnection, SdkConnection
from typesight.endpoints.recognise_client import connect_reader, is_async, recognise_endpoint
from typesight.models.model_rows import find_profile
from typesight.wires import local
from typesight.wires.anthropic import messages as anthropic_messages
from typesight.wires.openai import chat as openai_chat

KEY: dict[str, Any] = {"api_key": "test-key", "base_url": "http://127.0.0.1:9/v1"}


@pytest.fixture
def gpt() -> Iterator[openai.OpenAI]:
    with openai.OpenAI(**KEY, max_retries=4) as client:
        yield client


@pytest.fixture
def claude() -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(**KEY, max_retries=4) as client:
        yield client


def test_a_client_of_each_sdk_speaks_its_wire(gpt: openai.OpenAI, claude: anthropic.Anthropic) -> None:
    for client, vendor, wire in ((gpt, "openai", openai_chat), (claude, "anthropic", anthropic_messages)):
        endpoint = recognise_endpoint(client, vendor)
        assert (endpoint.default_wire, endpoint.vendor) == (wire, vendor)


def test_a_client_of_the_other_sdk_is_refused_by_name(gpt: openai.OpenAI, claude: anthropic.Anthropic) -> None:
    with pytest.raises(TypeError, match=r"from_anthropic takes .*anthropic\.Anthropic\(\).*not openai\..*OpenAI"):
        recognise_endpoint(gpt, "anthropic")
    with pytest.raises(TypeError, match=r"from_openai takes .*openai\.OpenAI\(\).*not anthropic\..*Anthropic"):
        recognise_endpoint(claude, "openai")


@pytest.mark.parametrize("wrong", [None, "gpt-4o", 5, openai.OpenAI])
def test_what_is_no_client_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="from_openai takes a client"):
        recognise_endpoint(wrong, "openai")


def test_a_part_of_a_client_is_no_client(gpt: openai.OpenAI) -> None:
    with pytest.raises(TypeError, match=r"from_openai takes a client .*, not openai\..*Completions"):
        recognise_endpoint(gpt.chat.completions, "openai")


def test_a_subclass_of_an_sdk_s_client_is_one_of_its_clients() -> None:
    class Own(openai.OpenAI):
        pass

    with Own(**KEY) as client:
        assert recognise_endpoint(client, "openai").vendor == "openai"
        assert not is_async(client)


async def test_the_colour_of_a_client_is_seen(gpt: openai.OpenAI, claude: anthropic.Anthropic) -> None:
    async with openai.AsyncOpenAI(**KEY) as async_gpt, anthropic.AsyncAnthropic(**KEY) as async_claude:
        assert [is_async(each) for each in (gpt, claude, async_gpt, async_claude)] == [False, False, True, True]


async def test_a_cloud_s_client_is_one_of_its_sdk() -> None:
    options: dict[str, Any] = {"api_key": "k", "api_version": "v", "azure_endpoint": "https://a.example"}
    async with openai.AsyncAzureOpenAI(**options) as client:
        assert recognise_endpoint(client, "openai").default_wire is openai_chat
        assert is_async(client)


def test_a_profile_that_was_given_holds_for_every_model(gpt: openai.OpenAI) -> None:
    given: VisionProfile = find_profile("gpt-4o")
    assert recognise_endpoint(gpt, "openai", given).find_profile("my-deployment") is given
    assert recognise_endpoint(gpt, "openai").find_profile("gpt-5.6-sol") == find_profile("gpt-5.6-sol")


def test_the_sdk_s_own_retries_are_known_and_can_be_lowered(gpt: openai.OpenAI) -> None:
    connection = SdkConnection(recognise_endpoint(gpt, "openai"), gpt)
    assert connection.max_retries == 4
    assert callable(connection.make_sender(openai_chat, 1))
    assert gpt.max_retries == 4


def test_local_is_this_machine() -> None:
    connection = connect_reader(asynchronous=True)
    assert isinstance(connection, LocalConnection)
    endpoint = connection.endpoint
    assert (endpoint.default_wire, endpoint.vendor, connection.max_retries, connection.is_async) == (
        local,
        "local",
        0,
        True,
    )


@pytest.fixture
def keyless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment in which the Anthropic SDK finds no credential."""
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize("kind", [anthropic.Anthropic, anthropic.AsyncAnthropic])
def test_a_claude_client_without_a_key_is_refused_when_it_is_wrapped(kind: Any, keyless: None) -> None:
    with pytest.raises(ValueError, match="has no key: set ANTHROPIC_API_KEY"):
        recognise_endpoint(kind(), "anthropic")
    with pytest.raises(ValueError, match="has no key: set ANTHROPIC_API_KEY"):
        recognise_endpoint(kind(api_key=""), "anthropic")


class Signing(anthropic.Anthropic):
    """A client whose requests are signed in a way of its own."""


CREDENTIALS: list[tuple[Any, dict[str, Any]]] = [
    (anthropic.Anthropic, {"api_key": "k"}),
    (anthropic.Anthropic, {"auth_token": "t"}),
    (anthropic.Anthropic, {"default_headers": {"x-api-key": "k"}}),
    (anthropic.Anthropic, {"default_headers": {"Authorization": "Bearer t"}}),
    (anthropic.Anthropic, {"default_headers": {"Authorization": anthropic.Omit()}}),
    (Signing, {}),
    (anthropic.AnthropicBedrock, {"aws_region": "us-east-1"}),
    (anthropic.AnthropicVertex, {"region": "us-east5", "project_id": "p"}),
]


@pytest.mark.parametrize(("kind", "options"), CREDENTIALS)
def test_a_claude_client_with_a_credential_of_any_kind_is_taken(kind: Any, options: Any, keyless: None) -> None:
    with kind(**options) as client:
        assert recognise_endpoint(client, "anthropic").row.claude_messages


@pytest.mark.skipif(is_old("anthropic"), reason="this anthropic has no providers of access tokens")
def test_a_provider_of_access_tokens_is_a_credential(keyless: None) -> None:
    options: dict[str, Any] = {"credentials": lambda **_: None}
    with anthropic.Anthropic(**options) as client:
        assert recognise_endpoint(client, "anthropic").row.claude_messages
