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

__all__ = ["Keys", "keys_of"]

_MOST = 64
_TAKEN = re.compile(rf"[a-zA-Z0-9_.-]{{1,{_MOST}}}")
# Keywords whose value is data, and keywords that map names to schemas.
_DATA = frozenset({"default", "enum", "const", "examples"})
_NAMED = frozenset({"$defs", "patternProperties"})


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys to send for a schema's property names that not every endpoint accepts; empty if all are accepted.

    `sent` maps each such name to its key. No two names share a key, and no key is the name of another property.
    """

    sent: Mapping[str, str]

    @property
    def real(self) -> dict[str, str]:
        """The real name for each key."""
        return {key: name for name, key in self.sent.items()}

    def told(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The schema with the real name of each property that will get another key in its description."""
        return dict(_changed(schema, lambda name, rule: (name, self._described(name, rule)), {}))

    def respelled(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The schema with its properties under the keys to send."""
        return dict(_changed(schema, lambda name, rule: (self.sent.get(name, name), rule), self.sent))

    def _described(self, name: str, rule: Any) -> Any:
        if name not in self.sent or not isinstance(rule, Mapping):
            return rule
        said = rule.get("description")
        return {**rule, "description": f"{name}: {said}" if said else name}


def keys_of(schema: Mapping[str, Any]) -> Keys:
    """The keys to send for a schema; the same for the same schema in every process."""
    names = list(dict.fromkeys(_names(schema)))
    used = {name for name in names if _TAKEN.fullmatch(name)}
    sent: dict[str, str] = {}
    for name in names:
        if name not in used:
            sent[name] = _free(name, used | set(sent.values()))
    return Keys(sent)


def _free(name: str, used: set[str]) -> str:
    """A key that reads like the name and is not in use."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-zA-Z0-9_.-]+", "_", letters).strip("_") or "field"
    key, number = base[:_MOST], 1
    while key in used:
        number += 1
        key = f"{base[: _MOST - len(str(number)) - 1]}_{number}"
    return key


def _names(node: Any) -> Iterator[str]:
    """The name of every property in a schema, in order."""
    if isinstance(node, list):
        for each in node:
            yield from _names(each)
    for key, value in node.items() if isinstance(node, Mapping) else ():
        if key == "properties":
            yield from value
        if key not in _DATA and key != "discriminator":
            yield from _names(list(value.values()) if key == "properties" or key in _NAMED else value)


def _changed(node: Any, change: Callable[[str, Any], tuple[str, Any]], sent: Mapping[str, str]) -> Any:
    """A copy of a schema with the name and the schema of each property changed."""
    if isinstance(node, list):
        return [_changed(each, change, sent) for each in node]
    if not isinstance(node, Mapping):
        return node

    def inside(key: str, value: Any) -> Any:
        if key == "properties":
            changed = [change(name, _changed(rule, change, sent)) for name, rule in value.items()]
            return dict(changed)
        if key in _NAMED:
            return {name: _changed(rule, change, sent) for name, rule in value.items()}
        if key == "required":
            return [sent.get(name, name) for name in value]
        if key == "discriminator":
            return {**value, "propertyName": sent.get(value["propertyName"], value["propertyName"])}
        return value if key in _DATA else _changed(value, change, sent)

    return {key: inside(key, value) for key, value in node.items()}
