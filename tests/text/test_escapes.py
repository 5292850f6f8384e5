"""Characters that do not print are escaped, and those that do stay."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from typesight.text.escapes import escape_surrogates, escape_unprintable


def test_what_does_not_print_is_escaped_as_in_json() -> None:
    assert escape_unprintable("é 🧾 日本\n\x1b[31m\u202e\ud800\U000e0001") == (
        r"é 🧾 日本\n\u001b[31m\u202e\ud800\udb40\udc01"
    )


def test_lone_surrogates_alone_are_escaped() -> None:
    assert escape_surrogates("a\n\ud800🧾") == "a\n\\ud800🧾"


@given(st.text())
def test_json_text_stays_what_it_says(text: str) -> None:
    written = escape_unprintable(json.dumps(text, ensure_ascii=False))
    assert written.isprintable()
    assert json.loads(written) == text
