"""The filler: lines and a JSON Schema -> the part of a record that can be told from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from typesight.reader.candidate import Candidate
from typesight.reader.candidates import candidates
from typesight.reader.fields import is_nullable, resolved
from typesight.reader.lines import Line

__all__ = ["SURE", "fill"]

SURE = 0.6
"""The score from which a candidate is taken; below it a field stays unfilled."""


def fill(lines: Sequence[Line], schema: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a JSON Schema that the lines tell, as JSON values.

    What was not found is left out, or null where the schema requires the place and lets it be null.
    """
    return _record(schema, schema, candidates(lines, schema), "") or {}


def _record(
    schema: Mapping[str, Any], root: Mapping[str, Any], found: Mapping[str, tuple[Candidate, ...]], prefix: str
) -> dict[str, Any] | None:
    """One object; None if nothing at all was found for a nested one."""
    schema = resolved(schema, root)
    record: dict[str, Any] = {}
    for name, raw in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        if any(known == path or known.startswith(f"{path}.") for known in found):
            nested = resolved(raw, root)
            told = _record(nested, root, found, f"{path}.") if "properties" in nested else _best(found[path])
            if told is not None:
                record[name] = told
        if name not in record and name in schema.get("required", ()) and is_nullable(raw):
            record[name] = None
    return record if any(value is not None for value in record.values()) or not prefix else None


def _best(ordered: tuple[Candidate, ...]) -> Any:
    """The value of the first candidate that is sure enough."""
    return ordered[0].value if ordered and ordered[0].score >= SURE else None
