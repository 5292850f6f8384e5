"""What a schema demands of its values that another version of it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from typesight.schema.schema_walk import look_up_ref

__all__ = ["list_lost_constraints"]

_KEYWORDS = frozenset({
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
    "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
})  # fmt: skip


def list_lost_constraints(schema: Mapping[str, Any], sent: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """The constraints of a schema that the one that is sent does not have: "items.*.price (minimum)", in order.

    `names` are the real names of properties that are sent under another key.
    """
    kept = set(_walk(sent, sent, names, "", ()))
    lost: dict[str, list[str]] = {}
    for path, keyword in dict.fromkeys(_walk(schema, schema, {}, "", ())):
        if (path, keyword) not in kept:
            lost.setdefault(path or "the whole", []).append(keyword)
    return [f"{path} ({', '.join(keywords)})" for path, keywords in lost.items()]


def _walk(
    node: Any, root: Mapping[str, Any], names: Mapping[str, str], path: str, inside: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Each constraint with the path of its value; a definition inside itself is not walked again."""
    if not isinstance(node, Mapping):
        return
    ref = node.get("$ref")
    if isinstance(ref, str) and ref not in inside:
        yield from _walk(look_up_ref(ref, root), root, names, path, (*inside, ref))
    yield from ((path, keyword) for keyword in node if keyword in _KEYWORDS)
    for name, rule in node.get("properties", {}).items():
        real = names.get(name, name)
        yield from _walk(rule, root, names, f"{path}.{real}" if path else real, inside)
    for keyword in ("items", "additionalProperties"):
        yield from _walk(node.get(keyword), root, names, f"{path}.*" if path else "*", inside)
    for keyword in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for branch in node.get(keyword, ()):
            yield from _walk(branch, root, names, path, inside)
