"""Tokens add up, and come to dollars where the prices are known."""

from __future__ import annotations

import dataclasses
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typesight import Usage
from typesight.usage import compute_cost

COUNTS = st.builds(Usage, *[st.integers(0, 10**9)] * 6)


def test_usage_adds_count_by_count() -> None:
    assert Usage(1, 2, 3, 4, 5, 6) + Usage(10, 20, 30, 40, 50, 60) == Usage(11, 22, 33, 44, 55, 66)


@given(COUNTS, COUNTS, COUNTS)
def test_adding_has_no_order_and_nothing_is_lost(first: Usage, second: Usage, third: Usage) -> None:
    assert (first + second) + third == first + (second + third)
    assert first + second == second + first
    assert first + Usage() == first


def test_usage_as_data_has_the_six_counts_by_name() -> None:
    assert Usage(1, 2, 3, 4, 5, 6).to_dict() == {
        "input": 1, "output": 2, "cache_read": 3, "cache_write": 4, "image": 5, "reasoning": 6,
    }  # fmt: skip


def test_usage_is_frozen_and_pickles() -> None:
    used = Usage(1, 2)
    with pytest.raises(dataclasses.FrozenInstanceError):
        used.input = 5  # type: ignore[misc]  # that it cannot be set is the point
    assert pickle.loads(pickle.dumps(used)) == used


@pytest.mark.parametrize(("model", "vendor"), [("gpt-4o", "openai"), ("claude-haiku-4-5", "anthropic")])
def test_a_model_on_the_list_has_a_price(model: str, vendor: str) -> None:
    price = compute_cost(Usage(input=1_000_000, output=1_000), model=model, vendor=vendor)
    assert price is not None
    assert 0.01 < price < 100


def test_cached_input_is_cheaper_and_is_not_counted_twice() -> None:
    whole = compute_cost(Usage(input=1_000_000), model="gpt-4o", vendor="openai")
    cached = compute_cost(Usage(input=1_000_000, cache_read=900_000), model="gpt-4o", vendor="openai")
    assert whole is not None
    assert cached is not None
    assert 0 < cached < whole


def test_a_cache_write_costs_more_than_plain_input_on_claude() -> None:
    plain = compute_cost(Usage(input=1_000_000), model="claude-haiku-4-5", vendor="anthropic")
    written = compute_cost(Usage(input=1_000_000, cache_write=1_000_000), model="claude-haiku-4-5", vendor="anthropic")
    assert plain is not None
    assert written == pytest.approx(plain * 1.25)


@pytest.mark.parametrize(("model", "vendor"), [("no-such-model", "openai"), ("gpt-4o", "no-such-vendor")])
def test_what_is_on_no_list_has_an_unknown_price(model: str, vendor: str) -> None:
    assert compute_cost(Usage(input=5), model=model, vendor=vendor) is None


def test_this_machine_s_own_reader_is_free() -> None:
    assert compute_cost(Usage(input=5), model="local", vendor="local") == 0.0


def test_counts_that_make_no_sense_have_an_unknown_price_and_are_no_crash() -> None:
    assert compute_cost(Usage(input=5, cache_read=9), model="gpt-4o", vendor="openai") is None
