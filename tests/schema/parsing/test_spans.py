"""Where the JSON of a reply stands, and what is told of the way there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typesight.schema.parsing.exact import Digits, NotJson
from typesight.schema.parsing.spans import find_json_spans

FENCE, PROSE = "took the JSON out of a code fence", "left out the text around the JSON"
COMMA, QUOTES = "left out a comma before a closing bracket", "read single quotes as double quotes"
CONTROL, PYTHON = "accepted a raw control character in a string", "read a Python constant as JSON"

# Rows: a text, the data of its spans, the steps of all of them.
FOUND: list[tuple[str, list[Any], list[str]]] = [
    ('{"a": 1}', [{"a": 1}], []),
    ('\ufeff {"a": 1}\n', [{"a": 1}], []),
    ('```json\n{"a": 1}\n```', [{"a": 1}], [FENCE]),
    ('```\n{"a": 1}\n```', [{"a": 1}], [FENCE]),
    ('```{"a": 1}```', [{"a": 1}], [FENCE]),
    ("```json\n42\n```", [42], [FENCE]),
    ("42", [42], []),
    ('"text"', ["text"], []),
    ('Here it is: {"a": 1}', [{"a": 1}], [PROSE]),
    ('{"a": 1} is the record.', [{"a": 1}], [PROSE]),
    ('Sure!\n```json\n{"a": 1}\n```\nAnything else?', [{"a": 1}], [PROSE]),
    ('```json\n{"a": 1}', [{"a": 1}], [PROSE]),
    ('[see below] {"a": 1}', [{"a": 1}], [PROSE]),
    ('{curly words} {"a": 1} (done)', [{"a": 1}], [PROSE]),
    ('{"a": 1} :-[', [{"a": 1}], [PROSE]),
    ('{"a": 1}\n{"a": 2}', [{"a": 1}, {"a": 2}], [PROSE, PROSE]),
    ('See [1]: {"a": 1}', [[1], {"a": 1}], [PROSE, PROSE]),
    ('{"a": [1, 2,], "b": {},}', [{"a": [1, 2], "b": {}}], [COMMA]),
    ("{'a': 'b'}", [{"a": "b"}], [QUOTES]),
    ("{'a': 'it\\'s \"so\"'}", [{"a": 'it\'s "so"'}], [QUOTES]),
    ("{'a': True, 'b': [False, None]}", [{"a": True, "b": [False, None]}], [QUOTES, PYTHON, PYTHON, PYTHON]),
    ('{"a": "two\nlines\tand tab"}', [{"a": "two\nlines\tand tab"}], [CONTROL]),
    ('{"a": "}{][`"} there', [{"a": "}{][`"}], [PROSE]),
    ('```json\n{"a": "```"}\n```', [{"a": "```"}], [PROSE]),
    ('so {"a": 1e999}', [{"a": Digits("1e999")}], [PROSE]),
    ('so {"a": ' + "9" * 5_000 + "}", [{"a": Digits("9" * 5_000)}], [PROSE]),
]


@pytest.mark.parametrize(("text", "data", "steps"), FOUND, ids=[row[0][:30] for row in FOUND])
def test_json_is_found_whole_and_each_step_is_told(text: str, data: list[Any], steps: list[str]) -> None:
    found = find_json_spans(text)
    assert [span.data for span in found] == data
    assert [repair.what for span in found for repair in span.repairs] == steps


REFUSED = [
    ("", "ends too early"), ("no JSON at all", "a value is expected"), ('{"a": 1', "ends too early"),
    ('Here: {"a": [1, 2', "cut off"), ('{"a": 1} and {"a": 2', "cut off"), ('{"a": "b', "Unterminated"),
    ("{'a': 'b", "not closed"), ('{"a": {"a": 1}, "b": oops}', "a value is expected"),
    ('[{"a": 1}, {"a": x}]', "a value is expected"), ('bad {"a" 1} good {"a": 1}', "a colon is expected"),
    ('{"a": 1 "b": 2}', "a comma or }"), ("{a: 1}", "a key in quotes"), ('{a: 1, b: [{"a": 1}]}', "a key in quotes"),
    ('{a: 1, b: [{"a": 1}', "not closed"), ('{"a": 01}', "a comma or }"), ('{"a": .5}', "a value is expected"),
    ('{"a": +5}', "a value is expected"), ('{"a": tru}', "a value is expected"), ('{"a": 1;}', "a comma or }"),
    ('{"a": "\\x"}', "escape"), ("{'a': 'Joe's'}", "a comma or }"),
    ('so {"a": 1, "a": 2}', "more than once"), ('so {"b": {"a": 1, "a": 1}}', "more than once"),
    ('so {"a": NaN}', "NaN"), ('so {"a": -Infinity}', "Infinity"),
    ("so " + "[" * 300 + "]" * 300, "too deeply"),
    ("// {'a': 1", "cut off"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "why"), REFUSED, ids=[row[0][:30] for row in REFUSED])
def test_what_is_broken_cut_or_open_is_refused_and_nothing_is_put_in(text: str, why: str) -> None:
    with pytest.raises(NotJson, match=why):
        find_json_spans(text)


@pytest.mark.parametrize("text", ["[", "{", '{"a":', "[a ", "{}", "[] ", "`", "```\n", " \n", "'", '"', "{'a':'"])
def test_a_long_text_of_one_piece_is_read_or_refused_and_no_stack_runs_out(text: str) -> None:
    try:
        find_json_spans(text * 100_000)
    except NotJson:
        pass
    else:
        pytest.fail("nothing of this is JSON, or it is too much of it")


DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.dictionaries(st.text(max_size=4), DATA, min_size=1, max_size=3)
WORDS = st.text(alphabet=st.characters(exclude_characters="[]{}`\"'"), max_size=20)


@pytest.mark.slow
@given(record=RECORDS, before=WORDS, after=WORDS)
def test_a_record_in_prose_or_in_a_fence_is_that_record(record: Any, before: str, after: str) -> None:
    text = json.dumps(record)
    for dressed in (f"{before}{text}{after}", f"```json\n{text}\n```", f"{before}\n```\n{text}\n```\n{after}"):
        assert [span.data for span in find_json_spans(dressed)] == [record]


@given(record=RECORDS)
def test_a_record_as_python_prints_it_is_that_record(record: Any) -> None:
    surrogates = json.dumps(record).encode("ascii")  # `repr` and JSON agree on all but unprintable characters
    if b"\\u" not in surrogates and "\\x" not in repr(record):
        assert [span.data for span in find_json_spans(repr(record))] == [record]


@given(record=RECORDS, data=st.data())
def test_no_beginning_of_a_record_is_closed(record: Any, data: st.DataObject) -> None:
    text = json.dumps(record)
    cut = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(NotJson):
        find_json_spans(text[:cut])
