"""Growing: JSON read as it arrives, each piece of it once.

A scalar is there when it is complete: a number when what follows it has come, a text when its quote has; a text that is
still coming can be had as far as it is. What is read here is only shown: the reply as a whole is judged when it has
ended, so what does not parse ends the growing, and is no error.
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
# As much of a thought's opening tag as may have come.
_HALF_TAG = re.compile(r"<[a-z]{0,9}>?\Z|\[T?H?I?N?K?\Z", re.IGNORECASE)
_LONGEST_TAG = 16
_HALF_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{0,3})?\Z")
_SCALAR = re.compile(r"[-+.\w]+", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?", re.ASCII)
_CONSTANTS = {"true": True, "false": False, "null": None}
_STOPS = re.compile(r'["\\]')


class Growing:
    """A JSON value as far as it has come. Has state because it is what a stream adds up to.

    `root` is the value, None before it begins; `open` are the containers that are not closed yet, the outermost first;
    `done` says that it is closed, or no JSON. What stands before the first bracket is passed over, and
    a thought with all its brackets.
    """

    def __init__(self) -> None:
        self.root: Any = None
        self.open: list[Any] = []
        self.done = False
        self._keys: list[str | None] = []  # of each open object: the key whose value is awaited
        self._buffer = ""
        self._at = 0  # what of the buffer was read
        self._scan = 0  # how far the text that is coming was searched for its end
        self._changed = False

    @property
    def text(self) -> str | None:
        """The value that is coming, where it is a text, without what may be half of an escape."""
        if self.done or not self._buffer.startswith('"') or self._awaits_key:
            return None
        try:
            return scanned(_HALF_ESCAPE.sub("", self._buffer) + '"', 1, False)[0]
        except JSONDecodeError:
            return None

    @property
    def key(self) -> str | None:
        """The key of the innermost open object whose value is coming."""
        return self._keys[-1] if self._keys else None

    @property
    def _awaits_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1], dict) and self._keys[-1] is None

    def feed(self, text: str) -> bool:
        """Take the next piece; whether a value became complete or a container began."""
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
        """Read one piece of the buffer; False when what is there is not complete."""
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
        """Pass over the words and the thoughts before the value; False where more of them may come."""
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
        self._scan = max(at, len(self._buffer))  # behind the end where half of an escape has come
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
        """A complete scalar: a key of the open object, or a value."""
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
