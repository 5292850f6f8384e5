"""What a model thinks before its answer is no answer, also where the opening tag is missing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typesight.schema.parsing.thoughts import drop_thoughts

# Rows: a reply, what of it is the answer.
ROWS: list[tuple[str, str]] = [
    ('maybe {"total": 4}</think>{"total": 5}', '{"total": 5}'),
    ('maybe {"total": 4</think>{"total": 5}', '{"total": 5}'),
    ('<think>or {"total": 4}</think>{"total": 5}', '{"total": 5}'),
    ('<think>a</think> so <THINKING>b</THINKING>{"total": 5}', ' so {"total": 5}'),
    ('[THINK]or [1][/THINK]{"total": 5}', '{"total": 5}'),
    ('<think> a <think> b </think> or {"total": 4} </think>{"total": 5}', '{"total": 5}'),
    ('{"total": 5}<think>that is right</think>', '{"total": 5}'),
    ('{"total": 4}</think>', ""),
    ('<think>or {"total": 4}', ""),
    ('{"note": "a </think> b", "total": 5}', '{"note": "a </think> b", "total": 5}'),
    ('So: {"note": "a </think> b", "total": 5}', 'So: {"note": "a </think> b", "total": 5}'),
    ("{'note': 'a <think> b'}", "{'note': 'a <think> b'}"),
    ('or {"note": "</think>"} hm </think>{"total": 5}', '{"total": 5}'),
    ('"a </think> b"', '"a </think> b"'),
    # What does not parse may hold the tag in one of its texts: it stays whole, so that no part of it is taken.
    ('{"a": "</think>" "b": 1, "items": [{"total": 3}]}', '{"a": "</think>" "b": 1, "items": [{"total": 3}]}'),
    ('{"a": "x </think> {\'total\': 3}', '{"a": "x </think> {\'total\': 3}'),
    ("no tag", "no tag"),
]


@pytest.mark.parametrize(("text", "answer"), ROWS, ids=[row[0][:40] for row in ROWS])
def test_what_is_thought_is_left_out(text: str, answer: str) -> None:
    assert drop_thoughts(text) == answer


@pytest.mark.parametrize(
    "piece", ["[", '{"a":', "[x", '{"a":1}', "[1,", '"', "<think>", "</think>", "{<think>", '{"<think>']
)
def test_a_long_text_of_one_piece_does_not_stall(piece: str) -> None:
    assert isinstance(drop_thoughts(piece * 50_000 + "</think>"), str)


WORDS = st.text(alphabet=st.characters(exclude_characters="[]{}<>\"'"), max_size=20)
RECORDS = st.dictionaries(st.text(max_size=4), st.text(max_size=12) | st.just("</think>") | st.integers(), min_size=1)


@given(record=RECORDS, draft=RECORDS, before=WORDS, tag=st.sampled_from(["", "<think>"]))
def test_after_any_draft_the_answer_is_what_follows_it(record: Any, draft: Any, before: str, tag: str) -> None:
    answer = json.dumps(record)
    draft = {key: f"{value}".replace("</think>", "") for key, value in draft.items()} if tag else draft
    assert drop_thoughts(f"{tag}{before}{json.dumps(draft)}</think>{answer}") == answer
