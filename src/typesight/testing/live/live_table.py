"""Prints the rows of the live cases: as a Markdown table to send back, and as JSON. No key stands in either."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from typesight.testing.live.live_run import CaseResult
from typesight.usage import add_known

__all__ = ["describe_versions", "hide_keys", "write_row", "write_summary", "write_table_head"]

_COLUMNS = ("case", "", "mode", "requests", "in", "estimated", "out", "cached", "$", "s", "note")
_LONGEST_NOTE = 240  # characters
_PACKAGES = ("typesight", "openai", "anthropic", "pydantic", "genai-prices")
# What looks like a credential in an error message, beside the keys that the environment holds.
_KEY = re.compile(r"\b(sk|key|gsk|xai|AIza|hf)[-_][\w*-]{6,}|Bearer \S+", re.IGNORECASE)
_SECRET_NAMES = re.compile(r"KEY|TOKEN|SECRET|PASSWORD")


def hide_keys(text: str) -> str:
    """Replace what is or looks like a credential, also the values of environment variables that hold one."""
    secrets = [value for name, value in os.environ.items() if _SECRET_NAMES.search(name) and len(value) >= 6]
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "<key>")
    return _KEY.sub("<key>", text)


def describe_versions() -> dict[str, str]:
    """The versions of what takes part."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def write_table_head() -> str:
    """The two lines before the rows."""
    return f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}"


def write_row(row: CaseResult) -> str:
    """One row of the table; its note on one line, and cut."""
    note = " ".join(hide_keys(row.note).replace("|", "/").split())
    note = note if len(note) <= _LONGEST_NOTE else f"{note[:_LONGEST_NOTE]}…"
    cells = (
        row.case,
        row.outcome,
        row.mode,
        row.requests or "",
        row.usage.input or "",
        row.estimated or "",
        row.usage.output or "",
        row.usage.cache_read or "",
        "" if row.usd is None else f"{row.usd:.5f}",
        f"{row.seconds:.1f}" if row.requests else "",
        note,
    )
    return f"| {' | '.join(map(str, cells))} |"


def write_summary(rows: Sequence[CaseResult]) -> str:
    """The line after the rows: how many there are of each outcome, and what they took."""
    counts = ", ".join(f"{_count(rows, outcome)} {outcome}" for outcome in ("ok", "failed", "skipped"))
    usd = add_known(row.usd for row in rows if row.requests)
    tokens = sum(row.usage.input + row.usage.output for row in rows)
    return f"{counts}; {tokens} tokens, {'price not known' if usd is None else f'${usd:.5f}'}"


def _count(rows: Iterable[Any], outcome: str) -> int:
    return sum(row.outcome == outcome for row in rows)
