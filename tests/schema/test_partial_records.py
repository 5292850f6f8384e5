"""A record as far as it has come: complete values in their types, the rest None, at a cost that is linear."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from typesight.schema.parsing.incremental import Growing
from typesight.schema.partial_records import Items, Snapshots
from typesight.schema.target import target_of


class Item(BaseModel):
    name: str
    price: Decimal


class Bill(BaseModel):
    shop: str = Field(alias="Shop")
    when: date | None = None
    items: list[Item] = []
    tags: set[str] = set()
    inner: Bill | None = None


def shots(kind: Any, text: str, size: int = 1, **how: Any) -> list[Any]:
    """Every snapshot of a text that comes in pieces."""
    snapshots = Snapshots(target_of(kind), **how)
    pieces = (text[at : at + size] for at in range(0, len(text), size))
    return [snapshots.snapshot() for piece in pieces if snapshots.feed(piece)]


def test_values_appear_in_their_types_when_they_are_complete() -> None:
    text = '{"Shop": "A \\"B\\"", "when": "2026-11-20", "tags": ["x"], "items": [{"name": "tea", "price": 2.5}]}'
    got = shots(Bill, text)
    assert next(each.shop for each in got if each.shop) == 'A "B"'
    assert {each.when for each in got} == {None, date(2026, 11, 20)}
    assert got[-1].tags == {"x"}
    assert (got[-1].items[0].name, got[-1].items[0].price) == ("tea", Decimal("2.5"))
    assert got[-1].inner is None


def test_what_is_not_valid_is_not_shown() -> None:
    assert shots(Bill, '{"Shop": "a", "when": "soon"}')[-1].when is None


def test_a_model_in_itself_grows_too() -> None:
    assert shots(Bill, '{"Shop": "a", "inner": {"Shop": "b", "inner": {"Shop": "c"}}}')[-1].inner.inner.shop == "c"


def test_an_earlier_snapshot_stays_as_it_was() -> None:
    got = shots(Bill, '{"Shop": "a", "items": [{"name": "x", "price": 1}, {"name": "y", "price": 2}]}')
    lengths = [len(each.items or ()) for each in got]
    assert lengths == sorted(lengths)
    assert lengths[-1] == 2


@pytest.mark.parametrize(
    "text", ["", "no JSON", "{", "[1, 2", '{"a" 1}', '{"a": 1]', "{]", "}", '{"a": nul}', "[" * 999]
)
def test_what_is_no_json_or_not_whole_is_no_error(text: str) -> None:
    growing = Growing()
    growing.feed(text)
    growing.feed(text)


def test_prose_before_the_json_is_passed_over() -> None:
    growing = Growing()
    for piece in ("Here is", " it:\n```json\n", '{"a": [1', "2, 3]}", "``` {}"):
        growing.feed(piece)
    assert growing.root == {"a": [12, 3]}
    assert growing.done


@pytest.mark.parametrize("size", [1, 3, 99])
@pytest.mark.parametrize(
    "before",
    ['<think>not {"a": 2} </think>', "1 < 2, <b> ", "[THINK][1][/THINK]\n", "<Think></think> <thinking>[</thinking>"],
)
def test_a_thought_before_the_json_is_passed_over_with_all_its_brackets(before: str, size: int) -> None:
    text, growing = before + '{"a": 1}', Growing()
    for at in range(0, len(text), size):
        growing.feed(text[at : at + size])
    assert growing.root == {"a": 1}
    assert growing.done


def test_a_thought_that_is_not_closed_shows_nothing() -> None:
    growing = Growing()
    growing.feed('<think>it may be {"a": 2}')
    assert growing.root is None


DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(record=st.dictionaries(st.text(max_size=4), DATA, max_size=4), sizes=st.lists(st.integers(1, 9), min_size=1))
def test_a_record_in_any_pieces_grows_to_itself(record: Any, sizes: list[int]) -> None:
    text, growing, at, turn = json.dumps(record), Growing(), 0, 0
    while at < len(text):
        size = sizes[turn % len(sizes)]
        growing.feed(text[at : at + size])
        assert growing.text is None or isinstance(growing.text, str)
        at, turn = at + size, turn + 1
    assert growing.root == record
    assert growing.done


@pytest.mark.slow
@given(items=st.lists(DATA, max_size=6), bare=st.booleans(), size=st.integers(1, 9))
def test_each_item_is_given_once_and_in_order(items: list[Any], bare: bool, size: int) -> None:
    text, found = json.dumps(items if bare else {"result": items}), Items()
    got = [each for at in range(0, len(text), size) for each in found.feed(text[at : at + size])]
    assert got == items


def test_what_was_read_is_not_read_again() -> None:
    """Linear by construction: the buffer holds what is not complete yet, and nothing else."""
    growing = Growing()
    for number in range(5_000):
        growing.feed(("[" if not number else ",") + f'{{"name": "item {number}", "price": {number}.5}}')
        assert len(growing._buffer) < 60
    assert len(growing.root) == 5_000
