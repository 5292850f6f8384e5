"""The filler: lines and a JSON Schema -> the part of a record that can be told from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from typesight.ocr.lines import Line
from typesight.reader.candidate import Candidate
from typesight.reader.candidates import SURE, candidates
from typesight.schema.value_kinds import is_maybe, is_nullable, simplify_schema

__all__ = ["SURE", "fill"]

SECOND = 0.35
"""The score from which another candidate is taken where a surer one was refused."""

Refused = Mapping[str, Collection[Any]]
"""Values that were refused, by their paths."""


def fill(lines: Sequence[Line], schema: Mapping[str, Any], refused: Refused | None = None) -> dict[str, Any]:
    """The fields of a JSON Schema that the lines tell, as JSON values.

    What was not found is left out, or null where the schema requires the place and lets it be null; with the reason,
    where the schema has a place for it (`typesight.Maybe`). Of a field of which values were `refused`, its next
    candidate is taken.
    """
    found = candidates(lines, schema)
    refused = refused or {}
    best = {path: _without(_best(ordered, refused.get(path, ())), path, refused) for path, ordered in found.items()}
    return _record(schema, schema, best, "") or {}


def _without(told: Any, path: str, refused: Refused) -> Any:
    """A list without those values of its items that were refused."""
    if not isinstance(told, list):
        return told
    return [_kept(item, f"{path}.{at}", refused) for at, item in enumerate(told)]


def _kept(item: Any, path: str, refused: Refused) -> Any:
    if not isinstance(item, dict):
        return item
    kept = {name: _kept(value, f"{path}.{name}", refused) for name, value in item.items()}
    return {name: value for name, value in kept.items() if value not in refused.get(f"{path}.{name}", ())}


def _record(
    schema: Mapping[str, Any], root: Mapping[str, Any], found: Mapping[str, Any], prefix: str
) -> dict[str, Any] | None:
    """One object; None if nothing at all was found for a nested one."""
    schema = simplify_schema(schema, root)
    if is_maybe(schema, root):
        return _maybe(schema, root, found, prefix)
    record: dict[str, Any] = {}
    for name, raw in schema.get("properties", {}).items():
        told = _told(raw, root, found, f"{prefix}{name}")
        if told is not None:
            record[name] = told
        elif name in schema.get("required", ()) and is_nullable(raw):
            record[name] = None
    return record if any(value is not None for value in record.values()) or not prefix else None


def _told(raw: Any, root: Mapping[str, Any], found: Mapping[str, Any], path: str) -> Any:
    """What was found for one place, if there is such a place."""
    if not any(known == path or known.startswith(f"{path}.") for known in found):
        return None
    nested = simplify_schema(raw, root)
    return _record(nested, root, found, f"{path}.") if "properties" in nested else found.get(path)


def _maybe(schema: Mapping[str, Any], root: Mapping[str, Any], found: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """A value or the reason why there is none: a record that lacks what it must have is none."""
    raw = schema["properties"]["result"]
    told = _told(raw, root, found, f"{prefix}result")
    wanted = simplify_schema(raw, root)
    lacking = [name for name in wanted.get("required", ()) if told is not None and name not in told]
    if told is not None and not lacking:
        return {"result": told, "reason": None}
    missing = ", ".join(lacking) if told is not None else "nothing that was asked for"
    said = f"not found in what was read: {missing}" if lacking else f"{missing} was found in what was read"
    return {"result": None, "reason": said}


def _best(ordered: tuple[Candidate, ...], refused: Collection[Any]) -> Any:
    """The value of the first candidate that is sure enough and was not refused."""
    enough = SECOND if refused else SURE
    return next((one.value for one in ordered if one.score >= enough and one.value not in refused), None)
