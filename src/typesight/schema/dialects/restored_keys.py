"""Restores the schema's property names in a reply's JSON text, whole or streamed, where other keys were sent for them.

Only keys change: digits stay as written, a duplicate key stays a duplicate, and a reply that is not JSON stays as it
is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from typesight.schema.schema_walk import Schema, find_subschema, list_shapes

__all__ = ["KeyRestorer"]

_TEXT = re.compile(r'(?:[^"\\]|\\.)*(?P<end>"?)', re.DOTALL)
_KEY = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_PLAIN = re.compile(r'[^"{}\[\],]+')
# A key that was sent has at most 64 characters, in the worst case all escaped.
_LONGEST_KEY = 64 * len("\\u0000") + 2


@dataclass(slots=True)
class _OpenContainer:
    """A container that is not closed yet: the schemas it may have, and the position or key of its next value."""

    shapes: list[Schema]
    is_object: bool
    next_step: str | int = 0
    at_key: bool = False


class KeyRestorer:
    """Restores the keys of one reply. Has state because a stream comes in chunks.

    `real` maps each key that was sent to its real name, `schema` is the answer's, with real names. A key is restored
    only where the schema has a property of that name: the keys of a dict are data.
    """

    def __init__(self, real: Mapping[str, str], schema: Schema, *roots: Schema) -> None:
        self._names_by_key = real
        self._schema = schema
        self._roots = (schema, *roots)
        self._open: list[_OpenContainer] = []
        self._in_string = False
        self._held_back = ""

    def feed(self, text: str) -> str:
        """The next chunk of the text with its keys restored; a key is held back until it is complete."""
        text, self._held_back = self._held_back + text, ""
        done: list[str] = []
        at = 0
        while at < len(text) and not self._held_back:
            piece, at = self._read_next(text, at)
            done.append(piece)
        return "".join(done)

    def restore(self, text: str) -> str:
        """A whole text with its keys restored."""
        return self.feed(text) + self._held_back

    def _read_next(self, text: str, at: int) -> tuple[str, int]:
        """The piece of the text at a place, as it is passed on, and where it ends."""
        if self._in_string:
            return self._read_string(text, at)
        if text[at] == '"':
            return self._read_quote(text, at)
        if plain := _PLAIN.match(text, at):
            return plain[0], plain.end()
        self._read_bracket(text[at])
        return text[at], at + 1

    def _read_string(self, text: str, at: int) -> tuple[str, int]:
        found = _TEXT.match(text, at)
        assert found is not None  # it matches the empty text too
        self._in_string = not found["end"]
        if self._in_string:
            self._held_back = text[found.end() :]  # half of an escape
        return found[0], found.end()

    def _read_quote(self, text: str, at: int) -> tuple[str, int]:
        key = _KEY.match(text, at) if self._open and self._open[-1].at_key else None
        if key:
            return self._restore_key(key[0]), key.end()
        if self._open and self._open[-1].at_key and len(text) - at <= _LONGEST_KEY:
            self._held_back = text[at:]
            return "", len(text)
        if self._open:  # outside all brackets is prose
            self._in_string, self._open[-1].at_key = True, False
        return '"', at + 1

    def _restore_key(self, token: str) -> str:
        """A complete key under its name in the schema."""
        here = self._open[-1]
        here.at_key = False
        try:
            here.next_step = str(json.loads(token, strict=False))
        except ValueError:
            return token
        name = self._names_by_key.get(str(here.next_step))
        if name is None or not any(name in shape.get("properties", {}) for shape in here.shapes):
            return token
        here.next_step = name
        return json.dumps(name, ensure_ascii=False)

    def _read_bracket(self, char: str) -> None:
        if char in "{[":
            self._open.append(_OpenContainer(self._list_shapes(), char == "{", at_key=char == "{"))
        elif not self._open:
            return
        elif char == ",":
            here = self._open[-1]
            here.at_key = here.is_object
            here.next_step = here.next_step + 1 if isinstance(here.next_step, int) else here.next_step
        else:
            self._open.pop()

    def _list_shapes(self) -> list[Schema]:
        """The schemas of the container that begins here, with their branches."""
        rules: list[Any] = list(self._roots)
        if self._open:
            here = self._open[-1]
            rules = [find_subschema(shape, here.next_step) for shape in here.shapes]
            # A dict whose keys have patterns; which pattern matches does not matter here.
            rules += [each for shape in here.shapes for each in shape.get("patternProperties", {}).values()]
        return [shape for rule in rules if rule is not None for shape in list_shapes(rule, self._schema)]
