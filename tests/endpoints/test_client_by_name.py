"""A name, "vendor/model", as a client of an SDK for where the vendor is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openai
import pytest

from sdk_types import is_old
from typesight import MissingExtra, from_provider
from typesight.endpoints import client_by_name
from typesight.endpoints.client_by_name import connect_by_name
from typesight.endpoints.connections import LocalConnection, SdkConnection
from typesight.endpoints.recognise_client import is_async
from typesight.models.endpoint_rows import ENDPOINTS
from typesight.models.endpoint_type import EndpointRow, SdkClient

KEY: dict[str, Any] = {"api_key": "test-key", "base_url": "http://127.0.0.1:9/v1"}
AZURE: dict[str, Any] = {"api_key": "k", "api_version": "2026-06-01", "azure_endpoint": "https://us.openai.azure.com"}
FOUNDRY: dict[str, Any] = {"api_key": "k", "resource": "us"}
AWS: dict[str, Any] = {"api_key": "k", "aws_region": "us-east-1"}
GOOGLE: dict[str, Any] = {"access_token": "k", "region": "us-east5", "project_id": "p"}
ALONE: dict[str, Any] = {"api_key": "k"}


def needs_key(row: EndpointRow) -> bool:
    """Whether an endpoint is a gateway that takes nothing without a key."""
    return bool(row.clients[0].base_url and not row.clients[0].keyless)


GATEWAYS = [row for row in ENDPOINTS.values() if row.gateway]

# Rows: (name, options, the SDK's class, model, what the client says of where it talks to, whose rules hold there).
NAMES = [
    ("openai/gpt-6-luna", ALONE, "OpenAI", "gpt-6-luna", "https://api.openai.com/v1/", "openai"),
    ("openai/ft:gpt-4o/mine", KEY, "OpenAI", "ft:gpt-4o/mine", "http://127.0.0.1:9/v1/", "gateway"),
    ("anthropic/claude-haiku-5-5", ALONE, "Anthropic", "claude-haiku-5-5", "https://api.anthropic.com", "anthropic"),
    ("azure/receipts", AZURE, "AzureOpenAI", "receipts", "https://us.openai.azure.com/openai/", "azure"),
    (
        "azure/claude-haiku-5-5", FOUNDRY, "AnthropicFoundry", "claude-haiku-5-5",
        "https://us.services.ai.azure.com/anthropic/", "anthropic",
    ),
    (
        "bedrock/us.anthropic.claude-haiku-5-5", AWS, "AnthropicBedrock", "us.anthropic.claude-haiku-5-5",
        "https://bedrock-runtime.us-east-1.amazonaws.com", "bedrock",
    ),
    (
        "bedrock/openai.gpt-5.6-sol", AWS, "BedrockOpenAI", "openai.gpt-5.6-sol",
        "https://bedrock-mantle.us-east-1.api.aws/openai/v1/", "bedrock",
    ),
    (
        "vertex/claude-haiku-5-5@20261001", GOOGLE, "AnthropicVertex", "claude-haiku-5-5@20261001",
        "https://us-east5-aiplatform.googleapis.com/v1/", "vertex",
    ),
    *(
        (f"{row.name}/{row.example}", ALONE, "OpenAI", row.example, f"{row.clients[0].base_url.rstrip('/')}/", row.name)
        for row in GATEWAYS
    ),
    ("ollama/llava", {}, "OpenAI", "llava", "http://localhost:11434/v1/", "ollama"),
    ("vllm/ours", KEY, "OpenAI", "ours", "http://127.0.0.1:9/v1/", "vllm"),
    ("ollama/llava", {"base_url": "http://box:9999/v1"}, "OpenAI", "llava", "http://box:9999/v1/", "ollama"),
]  # fmt: skip


def needs_new(kind: str) -> None:
    """Skip what the SDK at hand is too old for."""
    if kind == "BedrockOpenAI" and is_old("openai"):
        pytest.skip("this openai has no client for Bedrock, which is said by a ValueError")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [key for row in ENDPOINTS.values() for client in row.clients for key in client.keys]
    for name in (*keys, "OLLAMA_HOST", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def made(name: str, **options: Any) -> Iterator[SdkConnection]:
    endpoint, _ = connect_by_name(name, asynchronous=False, sdk=options)
    assert isinstance(endpoint, SdkConnection)
    with endpoint.client:
        yield endpoint


@pytest.mark.parametrize(("name", "options", "kind", "model", "url", "policy"), NAMES, ids=[row[0] for row in NAMES])
def test_a_name_is_a_client_and_a_model(
    name: str, options: dict[str, Any], kind: str, model: str, url: str, policy: str
) -> None:
    needs_new(kind)
    endpoint, found = connect_by_name(name, asynchronous=False, sdk=options)
    assert isinstance(endpoint, SdkConnection)
    with endpoint.client as client:
        seen = (type(client).__name__, found, str(client.base_url), endpoint.endpoint.row.name)
        assert seen == (kind, model, url, policy)
        assert not is_async(client)


@pytest.mark.parametrize(("name", "options", "kind"), [row[:3] for row in NAMES], ids=[row[0] for row in NAMES])
async def test_each_has_an_asynchronous_client(name: str, options: dict[str, Any], kind: str) -> None:
    needs_new(kind)
    endpoint, _ = connect_by_name(name, asynchronous=True, sdk=options)
    assert isinstance(endpoint, SdkConnection)
    async with endpoint.client as client:
        assert is_async(client)


# Rows: (name, variables, the key that is sent).
KEYS: list[tuple[str, dict[str, str], str]] = [
    *((f"{row.name}/x/y", {key: "its own"}, "its own") for row in GATEWAYS for key in row.clients[0].keys),
    *((f"{row.name}/x/y", {}, row.clients[0].keyless) for row in GATEWAYS if row.clients[0].keyless),
    ("gemini/gemini-3", {"GOOGLE_API_KEY": "go", "GEMINI_API_KEY": "ge"}, "ge"),
]


@pytest.mark.parametrize(("name", "variables", "key"), KEYS)
def test_a_gateway_is_sent_its_own_key(
    name: str, variables: dict[str, str], key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "OpenAI's own")
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    with made(name) as endpoint:
        assert endpoint.client.api_key == key
    with made(name, api_key="given") as endpoint:
        assert endpoint.client.api_key == "given"


@pytest.mark.parametrize("name", [f"{row.name}/x/y" for row in GATEWAYS if needs_key(row)])
def test_openai_s_key_is_never_sent_to_a_gateway_whose_own_is_missing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "OpenAI's own")
    with pytest.raises(ValueError, match=r"needs a key: set [A-Z]+_(API_KEY|TOKEN).*, or pass api_key="):
        from_provider(name)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("box", "http://box:11434/v1/"),
        ("box:99", "http://box:99/v1/"),
        ("0.0.0.0", "http://127.0.0.1:11434/v1/"),
        (":99", "http://127.0.0.1:99/v1/"),
        ("https://ollama.example", "https://ollama.example/v1/"),
        ("https://gate.example/ollama/", "https://gate.example/ollama/v1/"),
    ],
)
def test_ollama_is_where_its_variable_says(host: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", host)
    with made("ollama/llava") as endpoint:
        assert str(endpoint.client.base_url) == url


def test_local_is_this_machine() -> None:
    endpoint, model = connect_by_name("local", asynchronous=True)
    assert isinstance(endpoint, LocalConnection)
    assert (model, endpoint.is_async) == ("local", True)
    with pytest.raises(TypeError, match="has no SDK to pass api_key to"):
        connect_by_name("local", asynchronous=False, api_key="k")
    with pytest.raises(TypeError, match="has no SDK to pass timeout to"):
        connect_by_name("local", asynchronous=False, sdk={"timeout": 5})


@pytest.mark.parametrize("name", ["gpt-4o", "openai/", "/gpt-4o", "", "nobody/gpt-4o", "local/x", "OpenAI/gpt-4o"])
def test_a_name_nobody_knows_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(ValueError, match=r'"openai/MODEL", "anthropic/MODEL", .*"vllm/MODEL".* or "local"'):
        from_provider(name)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("opnai/gpt-4o", "openai/gpt-4o"), ("OpenAI/gpt-4o", "openai/gpt-4o"), ("lm-studio/x", "lmstudio/x"),
     ("nobody/x", None), ("loacl", "local"), ("gpt-4o", "openai/gpt-4o"),
     ("claude-haiku-5-5", "anthropic/claude-haiku-5-5")],
)  # fmt: skip
def test_a_misspelled_name_is_answered_with_the_nearest_one(name: str, meant: str | None) -> None:
    with pytest.raises(ValueError, match="is not the name of an endpoint and a model") as caught:
        from_provider(name)
    assert ("did you mean" in str(caught.value)) is (meant is not None)
    assert meant is None or f"did you mean {meant!r}?" in str(caught.value)


@pytest.mark.parametrize("name", [None, 5, openai.OpenAI])
def test_what_is_no_name_is_refused(name: Any) -> None:
    with pytest.raises(TypeError, match=r"^a model is given by a name such as 'openai/gpt-6-luna', not by \w+"):
        from_provider(name)


@pytest.mark.parametrize(
    ("sdk", "said"),
    [
        ({"max_retris": 1}, r"max_retris: did you mean max_retries\?"),
        ({"temperature": 0}, r"temperature= is no argument of \w+, the SDK's client"),
        (5, "sdk must be a dict of arguments for the SDK's client, not int"),
        ([("timeout", 1)], "sdk must be a dict of arguments for the SDK's client, not list"),
    ],
)
@pytest.mark.parametrize("name", ["openai/gpt-4o", "anthropic/claude-haiku-5-5", "ollama/llava"])
def test_what_the_sdk_s_client_does_not_take_is_refused_with_the_nearest(name: str, sdk: Any, said: str) -> None:
    with pytest.raises(TypeError, match=f"^{said}$"):
        from_provider(name, api_key="k", sdk=sdk)


# Rows: (a name, the variable that its key is read from).
NEEDED = [
    ("openai/gpt-6-luna", "OPENAI_API_KEY"),
    ("anthropic/claude-haiku-5-5", "ANTHROPIC_API_KEY"),
    ("azure/receipts", "AZURE_OPENAI_API_KEY"),
    ("azure/claude-haiku-5-5", "ANTHROPIC_FOUNDRY_API_KEY"),
    *((f"{row.name}/x", row.clients[0].keys[0]) for row in GATEWAYS if needs_key(row)),
]


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(("name", "variable"), NEEDED)
def test_a_missing_key_is_told_when_the_client_is_made(
    name: str, variable: str, asynchronous: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for each in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", variable):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(ValueError, match=rf"key: set {variable}"):
        connect_by_name(name, asynchronous=asynchronous)


def test_what_is_given_comes_before_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of the environment")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:8/v1")
    options: dict[str, Any] = {"api_key": "given", "base_url": "http://127.0.0.1:9/v1", "sdk": {"max_retries": 7}}
    endpoint, _ = connect_by_name("openai/gpt-4o", asynchronous=False, **options)
    assert isinstance(endpoint, SdkConnection)
    with endpoint.client as client:
        seen = (client.api_key, str(client.base_url), client.max_retries)
        assert seen == ("given", "http://127.0.0.1:9/v1/", 7)


def test_what_a_vendor_s_name_does_not_make_is_said() -> None:
    with pytest.raises(ValueError, match="only models named 'claude' can be used by name at vertex"):
        from_provider("vertex/gemini-3-flash")


def test_a_missing_sdk_is_named_as_the_extra_to_install() -> None:
    recipe = SdkClient("no_such_package_here", "OpenAI")
    with pytest.raises(MissingExtra, match=r"pip install .*\[no_such_package_here\]"):
        client_by_name._import_client_class(recipe, "OpenAI", "openai")


def test_a_class_that_an_old_sdk_has_not_is_named_with_its_version() -> None:
    recipe = SdkClient("openai", "NoSuchClient")
    with pytest.raises(ValueError, match=r"openai \d+\.\d+\.\d+ has no NoSuchClient: install a newer version"):
        client_by_name._import_client_class(recipe, "NoSuchClient", "openai")


def test_mode_and_profile_hold_for_the_client_that_a_name_makes() -> None:
    client = from_provider("azure/receipts", mode="tools", profile="gpt-4o", sdk=AZURE)
    assert client.estimate(messages=[{"role": "user", "content": "Read."}]).problems == []
    assert client._endpoint.find_profile("receipts").name == "azure/gpt-4o"
