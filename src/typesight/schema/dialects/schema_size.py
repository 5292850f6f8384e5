"""Measures a strict schema against a provider's limits: fields, nesting, enum values and the like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["beyond"]

# Limits on the largest one, not on the sum; an enum is long above so many values.
_TALLEST = frozenset({"levels", "characters in one long enum"})
_LONG_ENUM = 250


def beyond(written: Sequence[Mapping[str, Any]], limits: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """The limits that the schemas of one request exceed: what, the first path too many, the count."""
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for what, path, amount in (weight for schema in written for weight in _weighed(schema)):
        counts[what] = max(counts[what], amount) if what in _TALLEST else counts[what] + amount
        if counts[what] > limits.get(what, counts[what]):
            first.setdefault(what, path)
    return [(what, path, counts[what]) for what, path in first.items()]


def _weighed(written: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """What a written schema has of the things that providers limit: what, where, how much."""
    for path, node in _nodes(written):
        required = node.get("required", ())
        for name in node["properties"] if _is_object(node) else ():
            here = f"{path}.{name}" if path else name
            yield from (("fields", here, 1), ("characters in names and enums", here, len(name)))
            if name not in required:
                yield "optional fields", here, 1
        if "anyOf" in node or isinstance(node.get("type"), list):
            yield "union-typed fields", path, 1
        values = node["enum"] if isinstance(node.get("enum"), list) else ()
        yield "values of enums", path, len(values)
        yield "characters in names and enums", path, sum(len(str(value)) for value in values)
        if len(values) > _LONG_ENUM:
            yield "characters in one long enum", path, sum(len(str(value)) for value in values)
    yield from (("levels", path, depth) for path, depth in _depths(written, "", 0))


def _is_object(node: Mapping[str, Any]) -> bool:
    return node.get("type") == "object" and "properties" in node


def _depths(node: Mapping[str, Any], path: str, above: int) -> Iterator[tuple[str, int]]:
    """How many objects enclose each schema, itself included; definitions are counted from 0."""
    depth = above + _is_object(node)
    yield path, depth
    for where, child in _children(node, path):
        yield from _depths(child, where, 0 if "$defs" in node and child in node["$defs"].values() else depth)


def _nodes(node: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield path, node
    for where, child in _children(node, path):
        yield from _nodes(child, where)


def _children(node: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The schemas directly inside a written one, each with its path; a definition's path begins with its name."""
    for name, child in node.get("properties", {}).items():
        yield (f"{path}.{name}" if path else name), child
    if isinstance(node.get("items"), Mapping):
        yield (f"{path}.*" if path else "*"), node["items"]
    yield from ((path, child) for child in node.get("anyOf", ()))
    yield from node.get("$defs", {}).items()
