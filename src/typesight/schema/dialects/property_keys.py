"""The keys to send for property names that not every endpoint accepts.

Claude answers 400 "Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'" to any other (reports for its API and
for Bedrock, 2024 to 2026), so `Invoice No.` is sent as `Invoice_No.`, with its real name in the description.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["PropertyKeys", "choose_property_keys"]

_MAX_CHARACTERS = 64
_ACCEPTED = re.compile(rf"[a-zA-Z0-9_.-]{{1,{_MAX_CHARACTERS}}}")
# Keywords whose value is data, and keywords that map names to schemas.
_DATA_KEYWORDS = frozenset({"default", "enum", "const", "examples"})
_MAP_KEYWORDS = frozenset({"$defs", "patternProperties"})


@dataclass(frozen=True, slots=True)
class PropertyKeys:
    """The keys to send for a schema's property names that not every endpoint accepts; empty if all are accepted.

    `key_by_name` maps each such name to its key. No two names share a key, and no key is the name of another property.
    """

    key_by_name: Mapping[str, str]

    @property
    def name_by_key(self) -> dict[str, str]:
        """The real name for each key."""
        return {key: name for name, key in self.key_by_name.items()}

    def describe_names(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The schema with the real name of each property that will get another key in its description."""
        return dict(_change_properties(schema, lambda name, rule: (name, self._describe(name, rule)), {}))

    def rename_properties(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The schema with its properties under the keys to send."""
        return dict(
            _change_properties(schema, lambda name, rule: (self.key_by_name.get(name, name), rule), self.key_by_name)
        )

    def _describe(self, name: str, rule: Any) -> Any:
        if name not in self.key_by_name or not isinstance(rule, Mapping):
            return rule
        said = rule.get("description")
        return {**rule, "description": f"{name}: {said}" if said else name}


def choose_property_keys(schema: Mapping[str, Any]) -> PropertyKeys:
    """Choose the keys to send for a schema; equal schemas get equal keys in every process."""
    names = list(dict.fromkeys(_walk_names(schema)))
    used = {name for name in names if _ACCEPTED.fullmatch(name)}
    sent: dict[str, str] = {}
    for name in names:
        if name not in used:
            sent[name] = _make_unused_key(name, used | set(sent.values()))
    return PropertyKeys(sent)


def _make_unused_key(name: str, used: set[str]) -> str:
    """A key that reads like the name and is not in use."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-zA-Z0-9_.-]+", "_", letters).strip("_") or "field"
    key, number = base[:_MAX_CHARACTERS], 1
    while key in used:
        number += 1
        key = f"{base[: _MAX_CHARACTERS - len(str(number)) - 1]}_{number}"
    return key


def _walk_names(node: Any) -> Iterator[str]:
    """The name of every property in a schema, in order."""
    if isinstance(node, list):
        for each in node:
            yield from _walk_names(each)
    for key, value in node.items() if isinstance(node, Mapping) else ():
        if key == "properties":
            yield from value
        if key not in _DATA_KEYWORDS and key != "discriminator":
            yield from _walk_names(list(value.values()) if key == "properties" or key in _MAP_KEYWORDS else value)


def _change_properties(node: Any, change: Callable[[str, Any], tuple[str, Any]], sent: Mapping[str, str]) -> Any:
    """A copy of a schema with the name and the schema of each property changed."""
    if isinstance(node, list):
        return [_change_properties(each, change, sent) for each in node]
    if not isinstance(node, Mapping):
        return node

    def inside(key: str, value: Any) -> Any:
        if key == "properties":
            changed = [change(name, _change_properties(rule, change, sent)) for name, rule in value.items()]
            return dict(changed)
        if key in _MAP_KEYWORDS:
            return {name: _change_properties(rule, change, sent) for name, rule in value.items()}
        if key == "required":
            return [sent.get(name, name) for name in value]
        if key == "discriminator":
            return {**value, "propertyName": sent.get(value["propertyName"], value["propertyName"])}
        return value if key in _DATA_KEYWORDS else _change_properties(value, change, sent)

    return {key: inside(key, value) for key, value in node.items()}
