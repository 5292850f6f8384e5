"""Resize rules and prices: every published worked example, and what holds for all sizes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from typesight.models.image_tokens import (
    ClaudePatches,
    DetailRule,
    FlatPrice,
    OpenAIPatches,
    OpenAITiles,
    SideLimit,
    Size,
    count_patches,
)
from typesight.models.model_rows import find_profile

STANDARD, HIGH = ClaudePatches(1_568, 1_568), ClaudePatches(2_576, 4_784)
CLAUDE_2024 = ClaudePatches(1_568, 1_568, is_billed_by_area=True)
RULES: tuple[DetailRule, ...] = (
    SideLimit(2_048),
    FlatPrice(85),
    OpenAITiles(85, 170),
    OpenAIPatches(512, None),
    OpenAIPatches(2_048, 2_500),
    OpenAIPatches(65_535, 2_500),
    OpenAIPatches(65_535, None),
    OpenAIPatches(6_000, 10_000),
    OpenAIPatches(2_048, 1_536, 1.72),
    OpenAIPatches(65_535, 7),
    OpenAIPatches(65_535, 1),
    STANDARD,
    HIGH,
    CLAUDE_2024,
)

SIDES = st.one_of(st.integers(1, 70), st.integers(1, 4_000), st.integers(1, 65_535))
SIZES = st.tuples(SIDES, SIDES)


def every_rule(test: Any) -> Any:
    """Run a law over each rule, with the extremes always among the sizes."""
    for size in ((1, 1), (65_535, 65_535), (65_535, 1), (1, 65_535), (40_001, 33), (33, 65_535), (513, 769)):
        test = example(size=size)(test)
    return pytest.mark.parametrize("rule", RULES, ids=repr)(given(size=SIZES)(test))


@every_rule
def test_fitting_never_enlarges_and_leaves_a_pixel(rule: DetailRule, size: Size) -> None:
    width, height = rule.fit(size)
    assert 1 <= width <= size[0]
    assert 1 <= height <= size[1]


@every_rule
def test_fitting_again_changes_nothing(rule: DetailRule, size: Size) -> None:
    fitted = rule.fit(size)
    assert rule.fit(fitted) == fitted


@every_rule
def test_what_is_billed_is_what_is_kept(rule: DetailRule, size: Size) -> None:
    assert rule.count_tokens(rule.fit(size)) == rule.count_tokens(size)


@every_rule
def test_a_picture_on_its_side_is_fitted_as_upright(rule: DetailRule, size: Size) -> None:
    assert rule.fit(size[::-1]) == rule.fit(size)[::-1]


@every_rule
def test_the_ratio_is_kept_but_for_two_roundings(rule: DetailRule, size: Size) -> None:
    fitted = rule.fit(size)
    exact = min(size) * max(fitted) / max(size)
    assert abs(min(fitted) - max(1.0, exact)) < 2


@pytest.mark.parametrize("rule", [rule for rule in RULES if isinstance(rule, OpenAIPatches)], ids=repr)
@given(size=SIZES)
@example(size=(65_535, 65_535))
@example(size=(65_535, 33))
def test_patches_stay_within_side_and_budget(rule: OpenAIPatches, size: Size) -> None:
    fitted = rule.fit(size)
    assert max(fitted) <= rule.max_side
    assert count_patches(fitted, 32) <= min(rule.budget or rule.max_patches, 30_000)


@pytest.mark.parametrize("rule", [STANDARD, HIGH], ids=repr)
@given(size=SIZES)
@example(size=(65_535, 65_535))
def test_claude_stays_within_edge_and_budget(rule: ClaudePatches, size: Size) -> None:
    fitted = rule.fit(size)
    assert max(fitted) <= rule.max_edge
    assert count_patches(fitted, 28) <= rule.budget


@given(size=SIZES)
def test_tiles_stay_within_both_sides(size: Size) -> None:
    fitted = OpenAITiles(85, 170).fit(size)
    assert max(fitted) <= 2_048
    assert min(fitted) <= 768


# Rows: size, then (kept size, tokens) of the standard and the high tier. Source: Anthropic, vision, 2026-09-20; the
# last two from "vision coordinates" and a dated quote of it, where the page gives no tokens for one tier.
CLAUDE_EXAMPLES: tuple[tuple[Size, tuple[Size, int] | None, tuple[Size, int] | None], ...] = (
    ((200, 200), ((200, 200), 64), ((200, 200), 64)),
    ((1000, 1000), ((1000, 1000), 1296), ((1000, 1000), 1296)),
    ((1092, 1092), ((1092, 1092), 1521), ((1092, 1092), 1521)),
    ((1920, 1080), ((1456, 819), 1560), ((1920, 1080), 2691)),
    ((2000, 1500), ((1269, 952), 1564), ((2000, 1500), 3888)),  # its table says 1269 wide, its algorithm gives 1270
    ((3840, 2160), ((1456, 819), 1560), ((2576, 1449), 4784)),
    ((1075, 1520), ((924, 1307), 33 * 47), None),
    ((3024, 4032), None, ((1659, 2212), 4740)),
)


@pytest.mark.parametrize(
    ("rule", "size", "kept", "tokens"),
    [
        (rule, size, *expected)
        for size, standard, high in CLAUDE_EXAMPLES
        for rule, expected in ((STANDARD, standard), (HIGH, high))
        if expected
    ],
)
def test_claudes_examples_come_out(rule: ClaudePatches, size: Size, kept: Size, tokens: int) -> None:
    fitted = rule.fit(size)
    assert max(abs(mine - theirs) for mine, theirs in zip(fitted, kept, strict=True)) <= 1
    assert rule.count_tokens(size) == tokens


# Source: OpenAI, images-vision and image cost calculator, 2026-09; tiles from the guide of 2024.
@pytest.mark.parametrize(
    ("model", "detail", "size", "kept", "tokens"),
    [
        ("gpt-6-astra", "high", (1024, 1024), (1024, 1024), 1229),
        ("gpt-6-astra", "high", (2048, 2048), (1600, 1600), 3000),
        ("gpt-6-astra", "high", (4096, 512), (4096, 512), 2458),
        ("gpt-4o", "high", (1024, 1024), (768, 768), 765),
        ("gpt-4o", "high", (2048, 4096), (768, 1536), 1105),
        ("gpt-4o", "low", (4096, 8192), (256, 512), 85),
    ],
)
def test_openais_examples_come_out(model: str, detail: str, size: Size, kept: Size, tokens: int) -> None:
    profile = find_profile(model)
    assert profile.fit(size, detail=detail) == kept
    assert profile.tokens(size, detail=detail) == tokens


def test_openais_example_of_a_budget_of_1536_comes_out() -> None:
    fitted = OpenAIPatches(2_048, 1_536).fit((1800, 2400))
    assert fitted == (1056, 1408)
    assert count_patches(fitted, 32) == 1452


def test_what_openai_would_refuse_at_original_is_shrunk_to_what_it_takes() -> None:
    assert count_patches((6000, 6000), 32) == 35_344
    fitted = find_profile("gpt-6-astra").fit((6000, 6000), detail="original")
    assert 29_000 < count_patches(fitted, 32) <= 30_000


# Source: Anthropic, vision, 2024: tokens = width x height / 750.
@pytest.mark.parametrize(("size", "tokens"), [((200, 200), 54), ((1000, 1000), 1334), ((1092, 1092), 1590)])
def test_claudes_prices_of_2024_come_out(size: Size, tokens: int) -> None:
    assert CLAUDE_2024.count_tokens(size) == tokens


@pytest.mark.parametrize("size", [(1092, 1092), (951, 1268), (896, 1344), (819, 1456), (784, 1568)])
def test_the_largest_sizes_that_claude_did_not_shrink_in_2024_are_kept(size: Size) -> None:
    assert CLAUDE_2024.fit(size) == size  # "about 1,600 tokens" by that guide, 1,640 by its own formula


def test_a_phone_photo_costs_2942_tokens_when_it_is_sized_and_14364_as_it_is() -> None:
    photo = (3024, 4032)
    profile = find_profile("gpt-6-astra")
    assert profile.tokens(photo) == 2_942
    assert profile.tokens(photo, detail="auto") == 14_364
