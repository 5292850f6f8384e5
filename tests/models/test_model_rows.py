"""The table of models: a row says where each of its facts was read, and is found by any spelling of its names."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import get_args

import pytest

from typesight import ProfileWarning, Usage
from typesight.models import endpoint_profiles
from typesight.models.endpoint_rows import ENDPOINTS, LOCAL_ENDPOINT, make_unknown_endpoint
from typesight.models.image_tokens import Size
from typesight.models.model_at_endpoint import find_capability_at, find_model_at
from typesight.models.model_rows import MODELS, find_capability, find_model
from typesight.models.model_type import ModelRow
from typesight.models.modes import Mode
from typesight.models.profiles import LOCAL_PROFILE, VisionProfile
from typesight.usage import compute_cost

FACTS = [each.name for each in fields(ModelRow) if each.name not in {"name", "maker", "pattern", "sources"}]
IDS = [row.name for row in MODELS]


@pytest.mark.parametrize("row", MODELS, ids=IDS)
def test_a_row_says_where_each_of_its_facts_was_read_and_of_what_day_that_is(row: ModelRow) -> None:
    for fact in FACTS:
        source = row.find_source(fact)
        assert (getattr(row, fact) is None) == (source is None), fact
        assert source is None or (source.where and date(2024, 1, 1) <= source.as_of <= date(2026, 11, 30))


@pytest.mark.parametrize("row", MODELS, ids=IDS)
def test_a_row_is_found_by_its_own_name_and_its_profile_is_named_after_it(row: ModelRow) -> None:
    assert find_model(row.name) is row
    assert row.profile is None or row.profile.name == row.name


def test_no_two_rows_have_the_same_name() -> None:
    assert len(set(IDS)) == len(IDS)


def test_every_model_in_the_lists_of_the_installed_sdks_has_a_row_of_its_maker() -> None:
    chat = pytest.importorskip("openai.types.shared.chat_model").ChatModel
    claude = pytest.importorskip("anthropic.types.model").Model
    named = [(name, "openai") for name in get_args(chat)]
    named += [(name, "anthropic") for each in get_args(claude) for name in get_args(each)]
    missing = [name for name, maker in named if not (found := find_model(name)) or found.maker != maker]
    assert missing == [name for name in missing if "audio" in name or name.startswith("codex")]
    assert len(named) > 60


NEWEST = ["gpt-6.1-sol", "gpt-6.1-terra", "gpt-6.2-astra", "gpt-6.2-sol", "claude-fable-5-1", "claude-fable-5-2",
          "claude-haiku-5-5", "claude-opus-5-5", "claude-sonnet-5-5"]  # fmt: skip


@pytest.mark.parametrize("model", NEWEST)
def test_the_newest_models_have_rows_of_their_own(model: str) -> None:
    found = find_model(model)
    assert found is not None
    assert found.name == model


@pytest.mark.parametrize("model", ["claude-mythos-5-1", "claude-mythos-5-2"])
def test_mythos_is_as_fable_of_the_same_version(model: str) -> None:
    assert find_model(model) is find_model(model.replace("mythos", "fable"))


ASSUMED = [("gpt-6-astra", False), ("gpt-6.2-sol", True), ("claude-fable-5-1", False), ("claude-fable-5-2", True)]


@pytest.mark.parametrize(("model", "is_assumed"), ASSUMED)
def test_what_was_read_about_a_similar_model_is_marked_as_assumed(model: str, is_assumed: bool) -> None:
    found = find_model(model)
    assert found is not None
    assert found.sources["capability"].is_assumed is is_assumed


SHUTDOWNS = [
    ("gpt-5", date(2026, 12, 11)),
    ("gpt-5-mini-2025-08-07", date(2026, 12, 11)),
    ("gpt-5.1", date(2027, 4, 1)),
    ("gpt-4o-2024-08-06", date(2027, 1, 14)),
    ("gpt-4.1-mini", date(2027, 1, 14)),
    ("claude-sonnet-4-5-20250929", date(2026, 11, 30)),
    ("gpt-6-luna", None),
]


@pytest.mark.parametrize(("model", "day"), SHUTDOWNS)
def test_a_row_has_the_day_on_which_its_maker_shuts_the_model_down(model: str, day: date | None) -> None:
    found = find_model(model)
    assert found is not None
    assert found.shutdown == day


@pytest.mark.parametrize(
    ("model", "row"),
    [("claude-fable-5-20260101", "claude-fable-5"), ("claude-sonnet-5-20260210", "claude-sonnet-5"),
     ("claude-opus-4.5", "claude-opus-4-5"), ("claude-4-5-sonnet", "claude-sonnet-4-5")],
)  # fmt: skip
def test_a_date_is_no_version_and_a_dot_is_as_good_as_a_dash(model: str, row: str) -> None:
    found = find_model(model)
    assert found is not None
    assert found.name == row


def test_at_an_endpoint_a_model_s_profile_and_capability_are_found_together_and_once() -> None:
    first = find_model_at(ENDPOINTS["openrouter"], "openai/gpt-4o")
    assert find_model_at(ENDPOINTS["openrouter"], "openai/gpt-4o") is first
    assert (first.profile.text_first, first.capability.developer_role) == (True, False)


def test_the_same_model_behind_a_proxy_of_its_maker_keeps_the_maker_s_rules() -> None:
    found = find_model_at(make_unknown_endpoint("openai"), "gpt-6-astra")
    assert found.capability == find_capability("gpt-6-astra")
    assert found.profile.name == "gpt-6-astra"


@pytest.mark.parametrize("given", ["claude-opus-5-5", VisionProfile("claude-opus-5-5", max_side=700)])
def test_an_opaque_name_can_do_what_the_profile_s_model_can(given: str | VisionProfile) -> None:
    found = find_model_at(ENDPOINTS["bedrock"], "our-alias", given)
    assert (found.capability.forced_tools, found.capability.short_keys) == (False, True)


def test_a_given_profile_is_returned_as_it_is() -> None:
    mine = VisionProfile("mine", max_side=700)
    assert find_model_at(ENDPOINTS["ollama"], "qwen", mine).profile is mine


def test_the_local_reader_is_a_row_of_its_own_and_decides_what_can_be_asked_of_it() -> None:
    found = find_model_at(LOCAL_ENDPOINT, "local", LOCAL_PROFILE)
    assert (found.profile, found.capability.modes) == (LOCAL_PROFILE, (Mode.JSON_SCHEMA,))
    assert find_capability_at(LOCAL_ENDPOINT, "gpt-4o", "gpt-4o").modes == (Mode.JSON_SCHEMA,)


@pytest.mark.parametrize("name", ["gpt-4o", "no-such-model"])
def test_a_model_s_name_as_profile_changes_nothing_for_the_local_reader(name: str) -> None:
    found = find_model_at(LOCAL_ENDPOINT, "local", name)
    assert (found.profile, found.capability.modes) == (LOCAL_PROFILE, (Mode.JSON_SCHEMA,))


def test_where_a_model_s_own_row_does_not_say_what_it_can_do_the_profile_s_name_does() -> None:
    assert find_capability("gemini-3-flash", "gpt-6-astra") == find_capability("gpt-6-astra")


def test_a_profile_may_have_a_rule_that_is_not_hashable() -> None:
    @dataclass  # has an __eq__ and is not frozen, so it has no hash
    class Rule:
        side: int

        def fit(self, size: Size) -> Size:
            return min(size[0], self.side), min(size[1], self.side)

        def count_tokens(self, size: Size) -> int | None:
            return None

    for mine in (VisionProfile("mine", {"": Rule(900)}), VisionProfile("mine", {"": Rule(800)})):
        assert find_model_at(ENDPOINTS["ollama"], "qwen", mine).profile is mine


def test_an_unknown_model_is_warned_of_once_and_by_every_call_where_warnings_are_errors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(endpoint_profiles, "_warned", set())
    for _ in range(2):
        with pytest.raises(ProfileWarning, match="does not know the model 'our-own'"):
            find_model_at(ENDPOINTS["vllm"], "our-own")
    with pytest.warns(ProfileWarning) as caught:
        found = [find_model_at(ENDPOINTS["vllm"], "our-own") for _ in range(2)]
    assert (len(caught), found[0].is_known) == (1, False)


def test_each_endpoint_s_prices_are_those_of_a_provider_in_the_price_list() -> None:
    data = pytest.importorskip("genai_prices.data")
    known = {provider.id for provider in data.providers}
    assert {row.prices for row in ENDPOINTS.values() if row.prices} <= known
    assert {row.name for row in ENDPOINTS.values() if not row.prices} & known == set()


def test_the_price_of_the_local_reader_is_its_row_s_and_that_of_a_server_of_one_s_own_is_unknown() -> None:
    assert compute_cost(Usage(input=5), model="any", vendor=LOCAL_ENDPOINT.vendor) == 0.0
    assert compute_cost(Usage(input=5), model="any", vendor=ENDPOINTS["ollama"].vendor) is None
