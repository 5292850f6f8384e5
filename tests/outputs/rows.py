"""Rows as documents give them, for the tests of outputs."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

USAGE = {"input": 10, "output": 2, "cache_read": 0, "cache_write": 0, "image": 5, "reasoning": 0}
# What breaks a file of one format or another: quotes, line ends, terminal sequences, formulas, NUL, lone surrogates.
HOSTILE = (
    "", " ", "a,b;c\td", 'say "hi"', "two\nlines", "two\r\nlines", "\rback", "=1+1", "+1", "-1", "@SUM(A1)", "#N/A",
    "007", "1e5", "2026-01-02", "TRUE", "\x00", "a\x00b", "\x1b[31mred", "\ud800", "\udc80.jpg", "\ufffe", "\uffff",
    "\u202eabc", "\u2028", "\x85", "日本\u3000語", "🧾", "é" * 40, "'quoted'", "--", "_x000D_", "</t>&amp;", "NULL",
)  # fmt: skip


def ok(record: Any, source: str = "a.jpg", **more: Any) -> dict[str, Any]:
    """The row of a record."""
    row = {"source": source, "status": "ok", "record": record, "model": "local", "digest": "ab12", "usage": USAGE}
    return {**row, "cost": 0.0, **more}


def failed(source: str = "b.jpg", **more: Any) -> dict[str, Any]:
    """The row of a document without a record."""
    told = {"error": "InvalidRecord", "message": "no\nluck", "errors": {"items.0.price": "too low"}}
    return {**ok(None, source), "status": "failed", "cost": None, **told, "partial": {"company": "x"}, **more}


def as_json(value: Any) -> Any:
    """Data as JSON gives it back: numbers that it does not have are texts."""
    if isinstance(value, dict):
        return {name: as_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    if isinstance(value, float) and value - value != 0:
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"  # noqa: PLR0124
    return value


texts = st.sampled_from(HOSTILE) | st.text(max_size=8)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
records = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts | st.sampled_from("ab"), inner, max_size=3),
    max_leaves=8,
)
many_rows = st.lists(records.map(ok), max_size=4)
