"""The filler: lines and a JSON Schema -> the part of a record that can be told from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from typesight.reader.candidate import Candidate
from typesight.reader.candidates import candidates
from typesight.reader.fields import is_nullable, resolved
from typesight.reader.lines import Line

__all__ = ["SURE", "fill"]

SURE = 0.6
"""The score from which a candidate is taken; below it a field stays unfilled."""


SECOND = 0.35
"""The score from which another candidate is taken where a surer one was refused."""

Refused = Mapping[str, Collection[Any]]
"""Values that were refused, by their paths."""


def fill(lines: Sequence[Line], schema: Mapping[str, Any], refused: Refused | None = None) -> dict[str, Any]:
    """The fields of a JSON Schema that the lines tell, as JSON values.

    What was not found is left out, or null where the schema requires the place and lets it be null. Of a field of which
    values were `refused`, its next candidate is taken.
    """
    found = candidates(lines, schema)
    best = {path: _best(ordered, (refused or {}).get(path, ())) for path, ordered in found.items()}
    return _record(schema, schema, best, "") or {}


def _record(
    schema: Mapping[str, Any], root: Mapping[str, Any], found: Mapping[str, Any], prefix: str
) -> dict[str, Any] | None:
    """One object; None if nothing at all was found for a nested one."""
    schema = resolved(schema, root)
    record: dict[str, Any] = {}
    for name, raw in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        if any(known == path or known.startswith(f"{path}.") for known in found):
            nested = resolved(raw, root)
            told = _record(nested, root, found, f"{path}.") if "properties" in nested else found[path]
            if told is not None:
                record[name] = told
        if name not in record and name in schema.get("required", ()) and is_nullable(raw):
            record[name] = None
    return record if any(value is not None for value in record.values()) or not prefix else None


def _best(ordered: tuple[Candidate, ...], refused: Collection[Any]) -> Any:
    """The value of the first candidate that is sure enough and was not refused."""
    enough = SECOND if refused else SURE
    return next((one.value for one in ordered if one.score >= enough and one.value not in refused), None)
