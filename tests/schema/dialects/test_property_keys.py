"""Keys that stand for names: legal, distinct, the same each time; and replies respelled, whole or in pieces."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, create_model

from typesight.schema.dialects.property_keys import keys_of
from typesight.schema.target import target_of

TAKEN = re.compile(r"[a-zA-Z0-9_.-]{1,64}")
NAMES = st.lists(st.text(min_size=1, max_size=80) | st.sampled_from(["a b", "a_b", "a/b", "a_b_2", "€"]), unique=True)


def schema_of(names: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": names}


@given(NAMES)
def test_every_name_has_a_key_of_its_own_and_a_legal_name_keeps_its_own(names: list[str]) -> None:
    keys = keys_of(schema_of(names))
    sent = [keys.sent.get(name, name) for name in names]
    assert all(map(TAKEN.fullmatch, sent))
    assert len(set(sent)) == len(names)
    assert [name for name in names if TAKEN.fullmatch(name)] == [name for name in names if name not in keys.sent]
    assert keys_of(schema_of(names)) == keys


# Rows: (names, the key of each).
SPELLED = [
    (["Invoice No."], ["Invoice_No."]),
    (["Summe €"], ["Summe"]),
    (["Größe", "日期", ""], ["Groe", "field", "field_2"]),
    (["Invoice_No.", "Invoice No.", "Invoice/No."], ["Invoice_No.", "Invoice_No._2", "Invoice_No._3"]),
    (["x" * 64, "x" * 65], ["x" * 64, "x" * 62 + "_2"]),
]


@pytest.mark.parametrize(("names", "keys"), SPELLED)
def test_a_key_reads_like_its_name(names: list[str], keys: list[str]) -> None:
    sent = keys_of(schema_of(names)).sent
    assert [sent.get(name, name) for name in names] == keys


class Item(BaseModel):
    price: float = Field(alias="Preis €")
    tags: dict[str, str] = Field(alias="freie Felder")


class Bill(BaseModel):
    number: str = Field(alias='Invoice "No."')
    items: list[Item] = Field(alias="alle Zeilen")
    named: dict[str, Item]


TARGET = target_of(Bill)
ITEMS = st.builds(
    lambda price, tags: {"Preis €": price, "freie Felder": tags},
    st.floats(allow_nan=False, allow_infinity=False),
    st.dictionaries(st.text() | st.sampled_from(sorted(TARGET.keys.real)), st.text()),
)
BILLS = st.builds(
    lambda number, items, named: {'Invoice "No."': number, "alle Zeilen": items, "named": named},
    st.text(),
    st.lists(ITEMS, max_size=3),
    st.dictionaries(st.text() | st.sampled_from(sorted(TARGET.keys.real)), ITEMS, max_size=3),
)


def sent(record: dict[str, Any]) -> dict[str, Any]:
    """A bill under the keys that were sent; the keys of its dicts are its own."""
    keys = TARGET.keys.sent

    def item(each: dict[str, Any]) -> dict[str, Any]:
        return {keys[name]: value for name, value in each.items()}

    number, items, named = record.values()
    return {
        keys['Invoice "No."']: number,
        keys["alle Zeilen"]: [item(each) for each in items],
        "named": {name: item(each) for name, each in named.items()},
    }


@pytest.mark.slow
@given(BILLS, st.booleans(), st.lists(st.integers(0, 2_000)))
def test_a_reply_comes_back_in_its_own_names_in_whatever_pieces(
    record: dict[str, Any], ascii_only: bool, cuts: list[int]
) -> None:
    text = json.dumps(sent(record), ensure_ascii=ascii_only)
    places = [0, *sorted({cut % (len(text) + 1) for cut in cuts}), len(text)]
    respelling = TARGET.respelling()
    pieces = [respelling.feed(text[start:end]) for start, end in pairwise(places)]
    assert json.loads("".join(pieces)) == record
    assert "".join(pieces) == TARGET.respelling().whole(text)


@given(st.text(alphabet='{}[]",:\\ab€_. \n'))
def test_a_text_that_is_no_json_is_given_on_as_it_is(text: str) -> None:
    """None of these letters makes a key that was sent."""
    assert TARGET.respelling().whole(text) == text


@pytest.mark.parametrize("before", ["", "Here it is: ", 'He said "so": ', "```json\n"])
def test_what_stands_before_the_json_is_passed_over(before: str) -> None:
    text = before + '{"Invoice_No.": "17"}'
    assert TARGET.respelling().whole(text) == before + '{"Invoice \\"No.\\"": "17"}'


def test_a_list_without_its_wrapper_is_respelled_too() -> None:
    target = target_of(list[Item])
    assert json.loads(target.respelling().whole('[{"Preis": 1}, {"Preis": 2}]')) == [{"Preis €": 1}, {"Preis €": 2}]


def test_a_schema_without_such_names_is_sent_as_it_is() -> None:
    target = target_of(create_model("Plain", total=(float, ...), note=(str | None, None)))
    assert target.keys.sent == {}
    assert target.plain(short_keys=True) == target.plain()


def test_a_discriminator_and_what_is_required_are_called_as_the_properties_are() -> None:
    schema = {
        "discriminator": {"propertyName": "a b", "mapping": {"properties": "#/$defs/X"}},
        "properties": {"a b": {"const": "a b", "default": {"a b": 1}}},
        "required": ["a b"],
    }
    assert keys_of(schema).respelled(schema) == {
        "discriminator": {"propertyName": "a_b", "mapping": {"properties": "#/$defs/X"}},
        "properties": {"a_b": {"const": "a b", "default": {"a b": 1}}},
        "required": ["a_b"],
    }
