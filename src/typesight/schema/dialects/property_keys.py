"""Keys: the names of properties that not every endpoint takes, and what stands for them there.

Claude answers 400 "Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'" to any other (reports for its API and
for Bedrock, 2024 to 2026), so `Invoice No.` is sent as `Invoice_No.` and told in the description.
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
# What of a schema is data, and what maps names of its own to schemas.
_DATA = frozenset({"default", "enum", "const", "examples"})
_NAMED = frozenset({"$defs", "patternProperties"})


@dataclass(frozen=True, slots=True)
class Keys:
    """What a schema's properties are called where their own names are not taken; empty where all of them are.

    `sent` has the key for each such name. No two names share one, and none is that of another property.
    """

    sent: Mapping[str, str]

    @property
    def real(self) -> dict[str, str]:
        """The name for each key."""
        return {key: name for name, key in self.sent.items()}

    def told(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The schema with the name of each property that will be called otherwise in its description."""
        return dict(_changed(schema, lambda name, rule: (name, self._described(name, rule)), {}))

    def respelled(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The schema with its properties under the keys that are sent."""
        return dict(_changed(schema, lambda name, rule: (self.sent.get(name, name), rule), self.sent))

    def _described(self, name: str, rule: Any) -> Any:
        if name not in self.sent or not isinstance(rule, Mapping):
            return rule
        said = rule.get("description")
        return {**rule, "description": f"{name}: {said}" if said else name}


def keys_of(schema: Mapping[str, Any]) -> Keys:
    """The keys of a schema; the same for the same schema, whatever the process."""
    names = list(dict.fromkeys(_names(schema)))
    used = {name for name in names if _TAKEN.fullmatch(name)}
    sent: dict[str, str] = {}
    for name in names:
        if name not in used:
            sent[name] = _free(name, used | set(sent.values()))
    return Keys(sent)


def _free(name: str, used: set[str]) -> str:
    """A key that reads like a name and that nothing else is called."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-zA-Z0-9_.-]+", "_", letters).strip("_") or "field"
    key, number = base[:_MOST], 1
    while key in used:
        number += 1
        key = f"{base[: _MOST - len(str(number)) - 1]}_{number}"
    return key


def _names(node: Any) -> Iterator[str]:
    """The name of every property in a schema, in its order."""
    if isinstance(node, list):
        for each in node:
            yield from _names(each)
    for key, value in node.items() if isinstance(node, Mapping) else ():
        if key == "properties":
            yield from value
        if key not in _DATA and key != "discriminator":
            yield from _names(list(value.values()) if key == "properties" or key in _NAMED else value)


def _changed(node: Any, change: Callable[[str, Any], tuple[str, Any]], sent: Mapping[str, str]) -> Any:
    """A copy of a schema with each property, its name and its own schema, changed."""
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
