"""JSON data as text on one line that controls no terminal."""

from __future__ import annotations

import json
import math
from typing import Any

from typesight.text.escapes import escape_unprintable

__all__ = ["format_json", "spell_number"]


def format_json(data: Any, *, ascii_only: bool = False) -> str:
    """JSON text on one line. Characters that do not print, and lone surrogates, are escaped.

    So it cannot control a terminal, every reader of lines finds exactly one, and it is always valid UTF-8. Numbers that
    JSON does not have become the texts that pydantic reads: "NaN", "Infinity", "-Infinity".
    """
    try:
        text = json.dumps(data, ensure_ascii=ascii_only, allow_nan=False, default=str)
    except ValueError:
        text = json.dumps(_replace_non_finite(data), ensure_ascii=ascii_only, default=str)
    return escape_unprintable(text)


def spell_number(number: float) -> str:
    """A number as JSON spells it; one that JSON does not have as pydantic reads it: `NaN`, `Infinity`, `-Infinity`."""
    if math.isfinite(number):
        return repr(number)
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _replace_non_finite(data: Any) -> Any:
    """Data whose non-finite floats are replaced by texts."""
    if isinstance(data, dict):
        return {name: _replace_non_finite(each) for name, each in data.items()}
    if isinstance(data, list | tuple):
        return [_replace_non_finite(each) for each in data]
    if isinstance(data, float) and not math.isfinite(data):
        return spell_number(data)
    return data
