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

from typesight.schema.parsing.exact import MAX_DEPTH, Digits, NotJson, build_unique_dict, parse_integer, refuse_constant
from typesight.schema.repair import Repair

__all__ = ["BrokenJson", "read_value", "scan_string"]

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?P<fraction>(?:\.\d+)?(?:[eE][-+]?\d+)?)", re.ASCII)
_WORD = re.compile(r"-?[A-Za-z]+")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
_CONSTANTS = {"true": True, "false": False, "null": None}
_PYTHON_CONSTANTS = {"True": "true", "False": "false", "None": "null"}
_NO_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})

# The scanner of double-quoted strings that `json` itself uses, in C: (text, begin, strict) -> (value, end).
scan_string: Callable[[str, int, bool], tuple[str, int]] = decoder.scanstring  # type: ignore[attr-defined]  # untyped

# The repairs that reading may make: what was done, and the text before and after.
_COMMA = Repair("", "left out a comma before a closing bracket", ",]", "]")
_QUOTES = Repair("", "read single quotes as double quotes", "'", '"')
_CONTROL = Repair("", "accepted a raw control character in a string", "\n", "\\n")


class BrokenJson(ValueError):
    """Not JSON, even read tolerantly; `position`: how far it was read; `is_cut_off`: it ends before the value."""

    def __init__(self, why: str, at: int, *, ended: bool = False) -> None:
        super().__init__(f"not valid JSON: {why} at character {at}")
        self.position = at
        self.is_cut_off = ended


def read_value(text: str, start: int) -> tuple[Any, int, tuple[Repair, ...]]:
    """Read the value at a place: the value, the place after it, and the repairs made. Raises BrokenJson and NotJson."""
    reader = _TolerantReader(text)
    value, end = reader.read(start, 0)
    return value, end, tuple(reader.repairs)


class _TolerantReader:
    """One pass over a text; has state because it records its repairs, each kind once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.repairs: dict[Repair, None] = {}

    def read(self, at: int, level: int) -> tuple[Any, int]:
        at = self._skip(at)
        first = self.text[at : at + 1]
        if first in {"{", "["}:
            if level >= MAX_DEPTH:
                raise NotJson("not readable JSON: nested too deeply")
            return self._read_object(at + 1, level + 1) if first == "{" else self._read_array(at + 1, level + 1)
        return self._read_string(at) if first in {'"', "'"} else self._read_scalar(at, level)

    def _skip(self, at: int) -> int:
        """The next place that is not white space. Raises BrokenJson at the end of the text."""
        found = _SPACE.match(self.text, at)
        at = found.end() if found else at
        if at >= len(self.text):
            raise BrokenJson("the text ends too early", at, ended=True)
        return at

    def _read_object(self, at: int, level: int) -> tuple[Any, int]:
        pairs: list[tuple[str, Any]] = []
        at = self._skip(at)
        while self.text[at] != "}":
            if self.text[at] not in {'"', "'"}:
                raise BrokenJson("a key in quotes is expected", at)
            key, at = self._read_string(at)
            at = self._skip(at)
            if self.text[at] != ":":
                raise BrokenJson("a colon is expected", at)
            value, at = self.read(at + 1, level)
            pairs.append((key, value))
            at = self._skip_comma(at, "}")
        return build_unique_dict(pairs), at + 1

    def _read_array(self, at: int, level: int) -> tuple[Any, int]:
        items: list[Any] = []
        at = self._skip(at)
        while self.text[at] != "]":
            value, at = self.read(at, level)
            items.append(value)
            at = self._skip_comma(at, "]")
        return items, at + 1

    def _skip_comma(self, at: int, closing: str) -> int:
        """After an element: the place of the next one, or of the closing bracket."""
        at = self._skip(at)
        if self.text[at] == closing:
            return at
        if self.text[at] != ",":
            raise BrokenJson(f"a comma or {closing} is expected", at)
        at = self._skip(at + 1)
        if self.text[at] == closing:
            self.repairs[_COMMA] = None
        return at

    def _read_string(self, at: int) -> tuple[str, int]:
        if self.text[at] == "'":
            return self._read_single_quoted(at)
        try:
            return scan_string(self.text, at + 1, True)
        except json.JSONDecodeError as error:
            if not error.msg.startswith("Invalid control"):
                raise BrokenJson(error.msg, error.pos, ended=error.msg.startswith("Unterminated")) from error
        try:
            found = scan_string(self.text, at + 1, False)
        except json.JSONDecodeError as error:
            raise BrokenJson(error.msg, error.pos, ended=error.msg.startswith("Unterminated")) from error
        self.repairs[_CONTROL] = None
        return found

    def _read_single_quoted(self, at: int) -> tuple[str, int]:
        found = _QUOTED.match(self.text, at)
        if found is None:
            raise BrokenJson("a text in single quotes is not closed", at, ended=True)
        inner = re.sub(r"\\.|\"", _requote, found[1], flags=re.DOTALL)
        try:
            value, _ = scan_string(f'{inner}"', 0, False)
        except json.JSONDecodeError as error:
            raise BrokenJson(error.msg, at) from error
        self.repairs[_QUOTES] = None
        return value, found.end()

    def _read_scalar(self, at: int, level: int) -> tuple[Any, int]:
        if found := _NUMBER.match(self.text, at):
            return Digits(found[0]) if found["fraction"] else parse_integer(found[0]), found.end()
        word = found[0] if (found := _WORD.match(self.text, at)) else ""
        if word in _NO_NUMBERS and level:  # outside all brackets it is a word of the prose
            refuse_constant(word)
        name = _PYTHON_CONSTANTS.get(word, word)
        if name not in _CONSTANTS:
            raise BrokenJson("a value is expected", at)
        if name != word:
            self.repairs[Repair("", "read a Python constant as JSON", word, name)] = None
        return _CONSTANTS[name], at + len(word)


def _requote(found: re.Match[str]) -> str:
    r"""A piece of a single-quoted string as it is written in double quotes: \' is ', " is \"."""
    return {"\\'": "'", '"': '\\"'}.get(found[0], found[0])
