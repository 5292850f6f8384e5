"""A JSON parser that tolerates the small slips of models which have only one meaning.

Commas before a closing bracket, single quotes, Python's constants and raw control characters are read and recorded as
repairs. Duplicate keys, NaN and Infinity are refused as in exact reading; a missing bracket, quote or comma is never
put in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from json import decoder
from typing import Any

from typesight.schema.parsing.exact import MOST_LEVELS, Digits, NotJson, constant, integer, unique
from typesight.schema.repair import Repair

__all__ = ["Broken", "read_value", "scanned"]

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?P<fraction>(?:\.\d+)?(?:[eE][-+]?\d+)?)", re.ASCII)
_WORD = re.compile(r"-?[A-Za-z]+")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
_CONSTANTS = {"true": True, "false": False, "null": None}
_PYTHON = {"True": "true", "False": "false", "None": "null"}
_NO_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})

# The scanner of double-quoted strings that `json` itself uses, in C: (text, begin, strict) -> (value, end).
scanned: Callable[[str, int, bool], tuple[str, int]] = decoder.scanstring  # type: ignore[attr-defined]  # untyped

# The repairs that reading may make: what was done, and the text before and after.
_COMMA = Repair("", "left out a comma before a closing bracket", ",]", "]")
_QUOTES = Repair("", "read single quotes as double quotes", "'", '"')
_CONTROL = Repair("", "read a raw control character in a text", "\n", "\\n")


class Broken(ValueError):
    """The text is not JSON, even read tolerantly; `at`: how far it was read; `ended`: it ends before the value does."""

    def __init__(self, why: str, at: int, *, ended: bool = False) -> None:
        super().__init__(f"not valid JSON: {why} at character {at}")
        self.at = at
        self.ended = ended


def read_value(text: str, start: int) -> tuple[Any, int, tuple[Repair, ...]]:
    """Read the value at a place: the value, the place after it, and the repairs made. Raises Broken and NotJson."""
    reader = _Reader(text)
    value, end = reader.value(start, 0)
    return value, end, tuple(reader.steps)


class _Reader:
    """One pass over a text; has state because it records its repairs, each kind once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.steps: dict[Repair, None] = {}

    def value(self, at: int, level: int) -> tuple[Any, int]:
        at = self._skip(at)
        first = self.text[at : at + 1]
        if first in {"{", "["}:
            if level >= MOST_LEVELS:
                raise NotJson("not readable JSON: nested too deeply")
            return self._object(at + 1, level + 1) if first == "{" else self._array(at + 1, level + 1)
        return self._string(at) if first in {'"', "'"} else self._scalar(at, level)

    def _skip(self, at: int) -> int:
        """The next place that is not white space. Raises Broken at the end of the text."""
        found = _SPACE.match(self.text, at)
        at = found.end() if found else at
        if at >= len(self.text):
            raise Broken("the text ends too early", at, ended=True)
        return at

    def _object(self, at: int, level: int) -> tuple[Any, int]:
        pairs: list[tuple[str, Any]] = []
        at = self._skip(at)
        while self.text[at] != "}":
            if self.text[at] not in {'"', "'"}:
                raise Broken("a key in quotes is expected", at)
            key, at = self._string(at)
            at = self._skip(at)
            if self.text[at] != ":":
                raise Broken("a colon is expected", at)
            value, at = self.value(at + 1, level)
            pairs.append((key, value))
            at = self._after(at, "}")
        return unique(pairs), at + 1

    def _array(self, at: int, level: int) -> tuple[Any, int]:
        items: list[Any] = []
        at = self._skip(at)
        while self.text[at] != "]":
            value, at = self.value(at, level)
            items.append(value)
            at = self._after(at, "]")
        return items, at + 1

    def _after(self, at: int, closing: str) -> int:
        """After an element: the place of the next one, or of the closing bracket."""
        at = self._skip(at)
        if self.text[at] == closing:
            return at
        if self.text[at] != ",":
            raise Broken(f"a comma or {closing} is expected", at)
        at = self._skip(at + 1)
        if self.text[at] == closing:
            self.steps[_COMMA] = None
        return at

    def _string(self, at: int) -> tuple[str, int]:
        if self.text[at] == "'":
            return self._single(at)
        try:
            return scanned(self.text, at + 1, True)
        except json.JSONDecodeError as error:
            if not error.msg.startswith("Invalid control"):
                raise Broken(error.msg, error.pos, ended=error.msg.startswith("Unterminated")) from error
        try:
            found = scanned(self.text, at + 1, False)
        except json.JSONDecodeError as error:
            raise Broken(error.msg, error.pos, ended=error.msg.startswith("Unterminated")) from error
        self.steps[_CONTROL] = None
        return found

    def _single(self, at: int) -> tuple[str, int]:
        found = _QUOTED.match(self.text, at)
        if found is None:
            raise Broken("a text in single quotes is not closed", at, ended=True)
        inner = re.sub(r"\\.|\"", _as_double, found[1], flags=re.DOTALL)
        try:
            value, _ = scanned(f'{inner}"', 0, False)
        except json.JSONDecodeError as error:
            raise Broken(error.msg, at) from error
        self.steps[_QUOTES] = None
        return value, found.end()

    def _scalar(self, at: int, level: int) -> tuple[Any, int]:
        if found := _NUMBER.match(self.text, at):
            return Digits(found[0]) if found["fraction"] else integer(found[0]), found.end()
        word = found[0] if (found := _WORD.match(self.text, at)) else ""
        if word in _NO_NUMBERS and level:  # outside all brackets it is a word of the prose
            constant(word)
        name = _PYTHON.get(word, word)
        if name not in _CONSTANTS:
            raise Broken("a value is expected", at)
        if name != word:
            self.steps[Repair("", "read a constant of Python", word, name)] = None
        return _CONSTANTS[name], at + len(word)


def _as_double(found: re.Match[str]) -> str:
    r"""A piece of a single-quoted string as it is written in double quotes: \' is ', " is \"."""
    return {"\\'": "'", '"': '\\"'}.get(found[0], found[0])
