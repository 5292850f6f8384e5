"""An incremental JSON parser for streams, which reads each chunk once.

A scalar appears when it is complete: a number when the next character has arrived, a string when its closing quote has.
An incomplete string can be read as far as it has arrived. What is read here is only for display: the whole reply is
validated at its end, so text that does not parse ends this parser, and is no error.
"""

from __future__ import annotations

import re
from json import JSONDecodeError
from typing import Any

from typesight.schema.parsing.exact import MOST_LEVELS, Digits, NotJson, is_held
from typesight.schema.parsing.thoughts import CLOSING, OPENING
from typesight.schema.parsing.tolerant import scanned

__all__ = ["Growing"]

_SPACE = re.compile(r"[ \t\n\r]*")
_PROSE = re.compile(r"[^\[{<]*")
# The beginning of a thought's opening tag, as much as may have arrived.
_HALF_TAG = re.compile(r"<[a-z]{0,9}>?\Z|\[T?H?I?N?K?\Z", re.IGNORECASE)
_LONGEST_TAG = 16
_HALF_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{0,3})?\Z")
_SCALAR = re.compile(r"[-+.\w]+", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?", re.ASCII)
_CONSTANTS = {"true": True, "false": False, "null": None}
_STOPS = re.compile(r'["\\]')


class Growing:
    """A JSON value as far as it has arrived. Has state because a stream comes in chunks.

    `root` is the value, None before it begins; `open` are the containers that are not closed yet, the outermost first;
    `done`: the value is closed, or is not JSON. Text before the first bracket is skipped, and thoughts with all their
    brackets.
    """

    def __init__(self) -> None:
        self.root: Any = None
        self.open: list[Any] = []
        self.done = False
        self._keys: list[str | None] = []  # for each open container: the key whose value comes next, if any
        self._buffer = ""
        self._at = 0  # how far the buffer was read
        self._scan = 0  # how far an incomplete string or thought was searched for its end
        self._changed = False

    @property
    def text(self) -> str | None:
        """The incomplete value, if it is a string, without what may be half of an escape."""
        if self.done or not self._buffer.startswith('"') or self._awaits_key:
            return None
        try:
            return scanned(_HALF_ESCAPE.sub("", self._buffer) + '"', 1, False)[0]
        except JSONDecodeError:
            return None

    @property
    def key(self) -> str | None:
        """The key in the innermost open object whose value comes next."""
        return self._keys[-1] if self._keys else None

    @property
    def _awaits_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1], dict) and self._keys[-1] is None

    def feed(self, text: str) -> bool:
        """Take the next chunk; whether a value became complete or a container began."""
        self._buffer += text
        self._changed = False
        try:
            while not self.done and self._step():
                pass
        except (NotJson, ValueError, IndexError):
            self.done = True
        self._buffer, self._scan, self._at = self._buffer[self._at :], max(self._scan - self._at, 0), 0
        return self._changed

    def _step(self) -> bool:
        """Read one token of the buffer; False if it is not complete yet."""
        if not self.open and not self._prose():
            return False
        blank = _SPACE.match(self._buffer, self._at)
        self._at = blank.end() if blank else self._at
        if self._at == len(self._buffer):
            return False
        first = self._buffer[self._at]
        if first == '"':
            return self._text()
        if first not in "{}[],:":
            return self._scalar()
        self._at += 1
        if first in "{[":
            self._opened({} if first == "{" else [])
        elif first in "}]":
            self._closed(first)
        return True

    def _prose(self) -> bool:
        """Skip prose and thoughts before the value; False if more of them may come."""
        while True:
            words = _PROSE.match(self._buffer, self._at)
            self._at = words.end() if words else self._at
            if self._at == len(self._buffer) or _HALF_TAG.match(self._buffer, self._at):
                return False
            opening = OPENING.match(self._buffer, self._at)
            if opening:
                closing = CLOSING.search(self._buffer, max(opening.end(), self._scan))
                if closing is None:
                    self._scan = max(opening.end(), len(self._buffer) - _LONGEST_TAG)
                    return False
                self._at, self._scan = closing.end(), 0
            elif self._buffer[self._at] == "<":
                self._at += 1
            else:
                return True

    def _opened(self, container: Any) -> None:
        if len(self.open) >= MOST_LEVELS:
            raise NotJson("nested too deeply")
        if self.open:
            self._put(container)
        else:
            self.root, self._changed = container, True
        self.open.append(container)
        self._keys.append(None)

    def _closed(self, bracket: str) -> None:
        if isinstance(self.open[-1], dict) != (bracket == "}"):
            raise NotJson("another bracket is awaited")
        self.open.pop()
        self._keys.pop()
        self.done = not self.open

    def _text(self) -> bool:
        at = max(self._scan, self._at + 1)
        while stop := _STOPS.search(self._buffer, at):
            at = stop.end() + (stop[0] == "\\")
            if stop[0] == '"':
                value, self._at = scanned(self._buffer, self._at + 1, False)
                self._take(value)
                return True
        self._scan = max(at, len(self._buffer))  # past the end if half of an escape has arrived
        return False

    def _scalar(self) -> bool:
        found = _SCALAR.match(self._buffer, self._at)
        if found is None:
            raise NotJson("no JSON")
        if found.end() == len(self._buffer):  # more of it may come
            return False
        self._at = found.end()
        word = found[0]
        number = _NUMBER.fullmatch(word)
        if not (word in _CONSTANTS if number is None else is_held(word)):
            raise NotJson("no JSON, or a number that no float holds")
        fraction = number is not None and (number[1] or number[2])
        self._take(_CONSTANTS[word] if number is None else Digits(word) if fraction else int(word))
        return True

    def _take(self, value: Any) -> None:
        """Take a complete scalar as the open object's key, or as a value."""
        if self._awaits_key:
            self._keys[-1] = str(value)
        else:
            self._put(value)

    def _put(self, value: Any) -> None:
        self._changed = True
        holder = self.open[-1]
        if isinstance(holder, list):
            holder.append(value)
            return
        key = self._keys[-1]
        if key is None or key in holder:
            raise NotJson("a value without a key, or a second one under the same")
        holder[key] = value
        self._keys[-1] = None
