"""Profiles: which row a model's name picks, and what an endpoint makes of it."""

from __future__ import annotations

import inspect
import pickle
import warnings
from collections.abc import AsyncIterator, Callable
from datetime import date
from importlib import import_module
from typing import Any

import anthropic
import pytest

from typesight import ProfileWarning, VisionProfile
from typesight.endpoints.recognise_client import find_endpoint, recognise_endpoint
from typesight.models import endpoint_profiles
from typesight.models.endpoint_profiles import find_profile_at, read_profile_at
from typesight.models.endpoint_rows import ENDPOINTS, make_unknown_endpoint
from typesight.models.endpoint_type import EndpointRow
from typesight.models.model_rows import find_known_profile, find_profile
from typesight.models.profiles import GIF, JPEG, LOCAL_PROFILE, MB, PNG, SAFE_PROFILE, WEBP

# Rows: a model as some endpoint spells it, and the row it must pick.
NAMES = (
    ("claude-opus-4-1-20250805", "claude-opus-4-1"),
    ("claude-sonnet-4-20250514", "claude-sonnet-4"),
    ("claude-sonnet-4@20250514", "claude-sonnet-4"),
    ("claude-sonnet-4-0", "claude-sonnet-4"),
    ("claude-sonnet-4-5", "claude-sonnet-4-5"),
    ("claude-haiku-4-5-20251001", "claude-haiku-4-5"),
    ("anthropic/claude-sonnet-4.5", "claude-sonnet-4-5"),
    ("anthropic/claude-sonnet-4", "claude-sonnet-4"),
    ("claude-4-sonnet-20250514", "claude-sonnet-4"),
    ("us.anthropic.claude-sonnet-4-20250514-v1:0", "claude-sonnet-4"),
    ("arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-4-5-20251101-v1:0", "claude-opus-4-5"),
    ("claude-opus-4-6", "claude-opus-4-6"),
    ("anthropic/claude-sonnet-4.6", "claude-sonnet-4-6"),
    ("claude-opus-4-7", "claude-opus-4-7"),
    ("anthropic/claude-opus-4.8", "claude-opus-4-8"),
    ("anthropic/claude-sonnet-5", "claude-sonnet-5"),
    ("claude-sonnet-5@20260101", "claude-sonnet-5"),
    ("global.anthropic.claude-haiku-5-5-v1:0", "claude-haiku-5-5"),
    ("claude-fable-5-2", "claude-fable-5-2"),
    ("claude-3-5-sonnet-20241022", "claude-3-5-sonnet"),
    ("anthropic.claude-3-haiku-20240307-v1:0", "claude-3-opus"),
    ("anthropic/claude-3.7-sonnet:thinking", "claude-3-7-sonnet"),
    ("openai/gpt-6-luna", "gpt-6-luna"),
    ("gpt-6.1-terra", "gpt-6.1-terra"),
    ("gpt-5.6-sol", "gpt-5.6-sol"),
    ("gpt-5.5", "gpt-5.5"),
    ("gpt-5.4-mini", "gpt-5.4"),
    ("gpt-5.2", "gpt-5.2"),
    ("gpt-5", "gpt-5"),
    ("gpt-5-2025-08-07", "gpt-5"),
    ("gpt-5.1", "gpt-5.1"),
    ("gpt-5-mini", "gpt-5-mini"),
    ("gpt-4o-2024-08-06", "gpt-4o"),
    ("chatgpt-4o-latest", "gpt-4o"),
    ("ft:gpt-4o-2024-08-06:org::id", "gpt-4o"),
    ("GPT-4o", "gpt-4o"),
    ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
    ("gpt-4.1-2025-04-14", "gpt-4.1"),
    ("gpt-4.1-mini", "gpt-4.1-mini"),
    ("gpt-4-turbo-2024-04-09", "gpt-4-turbo"),
    ("gpt-4-vision-preview", "gpt-4-turbo"),
    ("o3", "o3"),
    ("o1-2024-12-17", "o1"),
    ("o4-mini", "o4-mini"),
    ("models/gemini-3-pro", "gemini-3"),
    ("google/gemini-2.5-flash", "gemini-2.5"),
)

# Rows: an SDK's client, what it is made with, and the endpoint that it must be seen to talk to.
CLIENTS: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("openai", "OpenAI", {}, "openai"),
    ("openai", "OpenAI", {"base_url": "https://eu.api.openai.com/v1"}, "openai"),
    *(
        ("openai", "OpenAI", {"base_url": row.clients[0].base_url}, row.name)
        for row in ENDPOINTS.values()
        if row.gateway and row.hosts
    ),
    ("openai", "OpenAI", {"base_url": "http://[::1]:11434/v1"}, "ollama"),
    ("openai", "OpenAI", {"base_url": "http://127.0.0.1:1234/v1"}, "lmstudio"),
    ("openai", "OpenAI", {"base_url": "https://mine.openai.azure.com/openai/v1/"}, "azure"),
    ("openai", "OpenAI", {"base_url": "https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1"}, "bedrock"),
    ("openai", "OpenAI", {"base_url": "https://example.org/v1"}, "gateway"),
    ("openai", "OpenAI", {"base_url": "https://example.org/openrouter.ai/v1"}, "gateway"),
    ("openai", "OpenAI", {"base_url": "https://openrouter.ai.example.org/v1"}, "gateway"),
    ("openai", "OpenAI", {"base_url": "http://example.org:1234/v1"}, "gateway"),
    ("openai", "AzureOpenAI", {"azure_endpoint": "http://127.0.0.1:9/", "api_version": "2026-01-01"}, "azure"),
    ("anthropic", "Anthropic", {}, "anthropic"),
    ("anthropic", "Anthropic", {"base_url": "https://openrouter.ai/api"}, "openrouter"),
    ("anthropic", "Anthropic", {"base_url": "http://127.0.0.1:9"}, "gateway"),
    ("anthropic", "AnthropicBedrockMantle", {"aws_region": "us-east-1"}, "bedrock"),
    ("anthropic", "AnthropicFoundry", {"resource": "mine"}, "anthropic"),
)


@pytest.fixture
async def made() -> AsyncIterator[Callable[..., Any]]:
    """Makes clients of the SDKs, and closes them."""
    clients: list[Any] = []

    def make(package: str, name: str, options: dict[str, Any]) -> Any:
        clients.append(getattr(import_module(package), name)(**{"api_key": "k", **options}))
        return clients[-1]

    yield make
    for client in clients:
        closing = client.close()
        if inspect.isawaitable(closing):
            await closing


@pytest.fixture
def unwarned(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a fresh process: no name has been warned about."""
    monkeypatch.setattr(endpoint_profiles, "_warned", set())


def known(policy: str, model: str) -> VisionProfile:
    return find_profile_at(ENDPOINTS[policy], model)


@pytest.mark.parametrize(("model", "row"), NAMES)
def test_a_models_name_picks_its_row(model: str, row: str) -> None:
    found = find_known_profile(model)
    assert found is not None
    assert found.name == row


@pytest.mark.parametrize("model", ["llava", "qwen2.5vl:7b", "my-deployment", "gpt4o", "", "gpt-oss-20b", "text-o3"])
def test_a_name_in_no_row_picks_none(model: str) -> None:
    assert find_known_profile(model) is None


def test_every_row_says_of_what_day_it_is_and_from_where() -> None:
    rows = [find_known_profile(model) for model, _ in NAMES]
    assert all(row and row.as_of and row.as_of >= date(2024, 1, 1) and row.source for row in rows)


def test_every_endpoint_says_of_what_day_it_is_and_from_where() -> None:
    assert all(policy.as_of >= date(2024, 1, 1) and policy.source for policy in ENDPOINTS.values())


def test_the_models_of_2024_keep_the_limits_of_their_time() -> None:
    claude, gpt = find_profile("claude-3-5-sonnet-20240620"), find_profile("gpt-4-turbo")
    assert (claude.max_bytes, claude.max_images, claude.tokens((1000, 1000))) == (5 * MB, 20, 1334)
    assert (gpt.max_bytes, gpt.tokens((1024, 1024)), gpt.tokens((1024, 1024), detail="low")) == (20 * MB, 765, 85)


def test_more_than_twenty_pictures_for_claude_keep_to_2000_pixels() -> None:
    profile = find_profile("claude-opus-5")
    assert max(profile.fit((4000, 1000), images=20)) == 2_576
    assert max(profile.fit((4000, 1000), images=21)) == 2_000


def test_bedrock_takes_base64_only_5_mb_a_picture_and_20_mb_a_request() -> None:
    profile = known("bedrock", "us.anthropic.claude-sonnet-5-v1:0")
    assert (profile.urls, profile.max_bytes, profile.max_request_bytes) == (False, 5 * MB, 20 * MB)
    assert profile.tokens((1920, 1080)) == 2_691


def test_vertex_takes_base64_only_5_mb_a_picture_and_30_mb_a_request() -> None:
    profile = known("vertex", "claude-sonnet-5@20260101")
    assert (profile.urls, profile.max_bytes, profile.max_request_bytes) == (False, 5 * MB, 30 * MB)


def test_azure_is_as_the_model_behind_it_with_ten_pictures() -> None:
    profile = known("azure", "gpt-4o")
    assert (profile.detail, profile.urls, profile.max_images, profile.tokens((1024, 1024))) == ("high", True, 10, 765)


def test_infron_takes_no_gif_wants_text_first_and_no_detail() -> None:
    profile = known("infron", "openai/gpt-4o")
    assert profile.formats == {JPEG, PNG, WEBP}
    assert (profile.text_first, profile.detail, profile.urls) == (True, "", True)


def test_openrouter_keeps_the_models_rule_and_leaves_the_detail_out() -> None:
    profile = known("openrouter", "openai/gpt-4o")
    assert (profile.text_first, profile.detail, profile.tokens((1024, 1024))) == (True, "", 765)
    assert GIF in profile.formats


def test_behind_a_gateway_a_picture_is_sized_as_high_though_no_detail_is_named() -> None:
    profile = known("openrouter", "openai/gpt-6-astra")
    own = find_profile("gpt-6-astra")
    assert profile.fit((3024, 4032)) == own.fit((3024, 4032), detail="high")
    assert profile.tokens((3024, 4032)) == own.tokens(profile.fit((3024, 4032)), detail="auto")


def test_ollama_takes_no_gif_and_no_urls_and_keeps_a_small_context() -> None:
    profile = read_profile_at("ollama", ENDPOINTS["openai"])
    assert (profile.formats, profile.urls, profile.context) == (frozenset({JPEG, PNG, WEBP}), False, 4_096)


def test_lm_studio_takes_no_webp_and_no_urls() -> None:
    profile = read_profile_at("lmstudio", ENDPOINTS["openai"])
    assert (profile.formats, profile.urls) == (frozenset({JPEG, PNG}), False)


def test_vllm_takes_urls() -> None:
    assert read_profile_at("vllm", ENDPOINTS["openai"]).urls


def test_geminis_openai_endpoint_takes_data_of_7_mb() -> None:
    profile = known("gemini", "models/gemini-3-pro")
    assert (profile.urls, profile.max_bytes, profile.tokens((3024, 4032))) == (False, 7 * MB, 1_120)


def test_an_unknown_host_with_the_makers_bare_name_is_a_proxy_of_the_maker() -> None:
    assert find_profile_at(make_unknown_endpoint("openai"), "gpt-4o") is find_profile("gpt-4o")
    assert find_profile_at(make_unknown_endpoint("anthropic"), "claude-haiku-5-5") is find_profile("claude-haiku-5-5")


@pytest.mark.parametrize("model", ["openai/gpt-4o", "claude-sonnet-5", "us.anthropic.claude-sonnet-5-v1:0"])
def test_an_unknown_host_with_anothers_name_is_a_gateway(model: str) -> None:
    profile = find_profile_at(make_unknown_endpoint("openai"), model)
    assert (profile.formats, profile.urls, profile.detail) == (frozenset({JPEG, PNG}), False, "")
    assert profile.tokens((1000, 1000)) is not None


def test_an_unknown_name_gets_the_safe_profile_and_one_warning(unwarned: None) -> None:
    with pytest.warns(ProfileWarning, match="profile=") as caught:
        profile = find_profile_at(make_unknown_endpoint("openai"), "my-alias")
        find_profile_at(make_unknown_endpoint("openai"), "my-alias")
    assert len(caught) == 1
    assert (profile.formats, profile.urls, profile.max_bytes) == (SAFE_PROFILE.formats, False, SAFE_PROFILE.max_bytes)


def test_a_second_unknown_name_gets_its_own_warning(unwarned: None) -> None:
    with pytest.warns(ProfileWarning) as caught:
        for name in ("one", "two", "one"):
            find_profile_at(ENDPOINTS["azure"], name)
    assert [("'one'" in str(each.message), "'two'" in str(each.message)) for each in caught] == [
        (True, False),
        (False, True),
    ]


def test_where_warnings_are_errors_every_call_with_an_unknown_name_raises(unwarned: None) -> None:
    for _ in range(2):
        with pytest.raises(ProfileWarning):
            find_profile_at(make_unknown_endpoint("openai"), "my-alias")


def test_a_profile_given_by_a_models_name_stands_behind_the_endpoint() -> None:
    profile = read_profile_at("claude-sonnet-5", ENDPOINTS["bedrock"])
    assert (profile.max_bytes, profile.tokens((1920, 1080))) == (5 * MB, 2_691)


def test_a_profile_given_by_endpoint_and_model_brings_its_own_endpoint() -> None:
    profile = read_profile_at("openrouter/openai/gpt-4o", make_unknown_endpoint("openai"))
    assert (profile.text_first, profile.tokens((1024, 1024))) == (True, 765)


def test_a_vision_profile_holds_as_it_is() -> None:
    mine = VisionProfile("mine", max_side=700)
    assert read_profile_at(mine, ENDPOINTS["ollama"]) is mine


def test_a_profile_under_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="my-alias"):
        read_profile_at("my-alias", ENDPOINTS["azure"])


@pytest.mark.parametrize(("package", "name", "options", "policy"), CLIENTS)
def test_the_endpoint_is_told_from_the_client(
    package: str, name: str, options: dict[str, Any], policy: str, made: Callable[..., Any]
) -> None:
    assert recognise_endpoint(made(package, name, options), package).row.name == policy


async def test_an_asynchronous_client_is_told_as_its_twin(made: Callable[..., Any]) -> None:
    client = made("openai", "AsyncAzureOpenAI", {"azure_endpoint": "http://127.0.0.1:9/", "api_version": "1"})
    assert recognise_endpoint(client, "openai").row.name == "azure"


@pytest.mark.parametrize(
    ("name", "policy"),
    [
        ("AnthropicBedrock", "bedrock"),
        ("AsyncAnthropicBedrock", "bedrock"),
        ("AnthropicVertex", "vertex"),
        ("AsyncAnthropicVertex", "vertex"),
    ],
)
def test_a_clouds_client_is_told_by_its_class_whatever_its_url(name: str, policy: str) -> None:
    """Their constructors want the clouds' own packages, so they are made without them."""
    kind: Any = type(name, (getattr(anthropic, name),), {"base_url": "http://127.0.0.1:9/"})
    assert recognise_endpoint(object.__new__(kind), "anthropic").row.name == policy


def test_prices_stand_under_the_cloud_that_bills(made: Callable[..., Any]) -> None:
    client = made("openai", "OpenAI", {"base_url": "https://openrouter.ai/api/v1"})
    assert recognise_endpoint(client, "openai").vendor == "openrouter"


def test_a_profile_on_the_client_silences_the_warning(made: Callable[..., Any], unwarned: None) -> None:
    client = made("openai", "OpenAI", {"base_url": "https://mine.openai.azure.com/openai/v1/"})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        profile = recognise_endpoint(client, "openai", "gpt-4o").find_profile("my-deployment")
    assert caught == []
    assert profile.tokens((1024, 1024)) == 765


def test_a_profile_on_the_call_comes_before_that_of_the_client(made: Callable[..., Any]) -> None:
    endpoint = recognise_endpoint(made("openai", "OpenAI", {}), "openai", "gpt-4o")
    assert endpoint.find_profile("anything", "gpt-4o-mini").tokens((1024, 1024)) == 2_833 + 4 * 5_667


@pytest.mark.parametrize(
    ("name", "vendor", "model", "method"),
    [
        ("gpt-4o", "openai", "gpt-4o", ("chat", "completions")),
        ("openai/gpt-6-luna", "openai", "gpt-6-luna", ("chat", "completions")),
        ("claude-haiku-5-5", "anthropic", "claude-haiku-5-5", ("messages",)),
        ("anthropic/claude-haiku-5-5", "anthropic", "claude-haiku-5-5", ("messages",)),
        ("bedrock/us.anthropic.claude-sonnet-5-v1:0", "aws", "us.anthropic.claude-sonnet-5-v1:0", ("messages",)),
        ("openrouter/anthropic/claude-sonnet-5", "openrouter", "anthropic/claude-sonnet-5", ("chat", "completions")),
        ("azure/gpt-4o", "azure", "gpt-4o", ("chat", "completions")),
        ("local", "local", "local", ("documents",)),
    ],
)
def test_a_name_alone_tells_the_endpoint(name: str, vendor: str, model: str, method: tuple[str, ...]) -> None:
    endpoint, own = find_endpoint(name)
    assert (endpoint.vendor, own, endpoint.default_wire.CLIENT_PATH) == (vendor, model, method)


def test_a_profile_survives_pickling_and_hashes() -> None:
    profile = known("openrouter", "openai/gpt-6-astra")
    again = pickle.loads(pickle.dumps(profile))
    assert again == profile
    assert hash(again) == hash(profile)


def test_a_profiles_levels_cannot_be_changed_from_outside() -> None:
    levels = dict(find_profile("gpt-4o").levels)
    profile = VisionProfile("mine", levels, detail="high")
    levels.clear()
    assert profile.fit((4096, 4096)) == (768, 768)


def test_a_detail_that_is_no_level_is_refused() -> None:
    with pytest.raises(ValueError, match="detail='high'"):
        VisionProfile("mine", detail="high")


def test_a_profile_of_ones_own_needs_a_name_only() -> None:
    assert VisionProfile("mine", max_side=1024).fit((4000, 3000)) == (1024, 768)


def test_an_endpoint_never_widens_what_a_model_takes() -> None:
    narrow = VisionProfile("narrow", formats=frozenset({JPEG}), max_bytes=1, max_images=1, urls=False)
    wide = EndpointRow("wide", date(2026, 1, 1), "test", max_bytes=9, max_images=9)
    over = wide.limit_profile(narrow)
    assert (over.formats, over.max_bytes, over.max_images, over.urls) == (frozenset({JPEG}), 1, 1, False)


def test_the_local_reader_gets_pixels_as_they_are() -> None:
    assert find_profile("local") is LOCAL_PROFILE
    assert LOCAL_PROFILE.fit((7000, 5000)) == (7000, 5000)


def test_a_gateways_model_called_local_is_not_this_machine() -> None:
    assert find_known_profile("x/local") is None
