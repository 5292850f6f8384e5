"""Fields written as text: `company, date: date, total: decimal, note?, items: [name, price: decimal]`.

    fields  = field ("," field)* [","]
    field   = NAME ["?"] [":" type ["?"]] [QUOTED]      without a type: text; "?": may be missing; QUOTED describes it
    type    = TYPE | choice ("|" choice)* | "[" type "]" | "[" fields "]" | "{" fields "}"
    choice  = WORD | QUOTED                             one of these texts; a single one is QUOTED
    TYPE    = str text string int integer decimal float number bool boolean date datetime time email

A single NAME is no `fields`, neither in brackets nor alone: `[date]` is a list of dates, and `[price]` is refused,
since it may as well be a list of something that is called price. Write `[price: str]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from pydantic import BaseModel

from typesight.cli.schemas.schema_forms import SCALAR_NAMES
from typesight.text.nearest_name import find_nearest

__all__ = ["Choice", "FieldsError", "InlineField", "InlineType", "ListOf", "Nested", "parse_fields"]

_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"[^"]*"|'[^']*')|(?P<mark>[,:?|\[\]{}])|(?P<word>[^\s,:?|\[\]{}"']+)|(?P<open>["']))"""
)
_CLOSING = {"[": "]", "{": "}"}
# OpenAI takes 10 levels in strict mode; more than this is a slip, and would end in Python's own limit.
_MOST_LEVELS = 20
_OWN_NAMES = frozenset(dir(BaseModel))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several texts."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values of one type."""

    item: InlineType
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Nested:
    """An object with fields of its own."""

    fields: tuple[InlineField, ...]


@dataclass(frozen=True, slots=True)
class InlineField:
    """A field: its name, its type, whether it may be missing, and its description."""

    name: str
    kind: InlineType
    optional: bool = False
    description: str | None = None


# A text is the name of a scalar type, a value of SCALAR_NAMES.
InlineType = str | Choice | ListOf | Nested


class FieldsError(ValueError):
    """Text that is no fields; `start` and `end` are the place of what is wrong, in characters from 0."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of the text; `kind` is "word", "quoted", "end" or the mark itself."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + max(1, len(self.text))

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else self.text if self.kind == "quoted" else f'"{self.text}"'


def parse_fields(text: str) -> tuple[InlineField, ...]:
    """Parse fields. Raises FieldsError."""
    tokens = _split(text)
    parser = _FieldsParser(tokens)
    if len(tokens) == 2 and tokens[0].kind == "word":
        parser.fail(
            f"a single name may be a file, a module or a field: give FILE.py:Model, package.module:Model, or "
            f'"{tokens[0].text}: str" for one field',
            tokens[0],
        )
    return parser.parse_fields(tokens[0], "end", 1)


def _split(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while found := _TOKEN.match(text, at):
        at = found.end()
        kind = str(found.lastgroup)
        token = _Token(found[kind] if kind == "mark" else kind, found[kind], found.start(kind))
        if kind == "open":
            raise FieldsError(f"this {token.text} is not closed", token.start, token.end)
        tokens.append(token)
    return [*tokens, _Token("end", "", len(text.rstrip()))]


class _FieldsParser:
    """Reads tokens from the left. Has state: which is the next."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def fail(self, message: str, token: _Token) -> NoReturn:
        raise FieldsError(message, token.start, token.end)

    def _peek(self, ahead: int = 0) -> _Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _take(self) -> _Token:
        token = self._peek()
        self._at += 1
        return token

    def _accept(self, kind: str) -> bool:
        found = self._peek().kind == kind
        self._at += found
        return found

    def parse_fields(self, opening: _Token, closing: str, level: int) -> tuple[InlineField, ...]:
        """Parse fields up to the mark that closes them, which is taken."""
        fields: dict[str, InlineField] = {}
        while self._peek().kind != closing:
            token = self._peek()
            field = self._parse_field(opening, level)
            if field.name in fields:
                self.fail(f"there are two fields {field.name}", token)
            fields[field.name] = field
            if not self._accept(",") and self._peek().kind != closing:
                self._refuse_end(opening)
                self.fail(f"found {self._peek()}, expected a comma before the next field", self._peek())
        if not fields:
            self.fail("there are no fields: give one or more, such as company, total: decimal", opening)
        self._take()
        return tuple(fields.values())

    def _refuse_end(self, opening: _Token) -> None:
        if self._peek().kind == "end" and opening.kind in _CLOSING:
            self.fail(f"this {opening} is not closed", opening)

    def _parse_field(self, opening: _Token, level: int) -> InlineField:
        self._refuse_end(opening)
        token = self._take()
        self._check_name(token)
        optional = self._accept("?")
        kind: InlineType = "str"
        if self._accept(":"):
            kind = self._parse_type(opening, level)
            optional = self._accept("?") or optional
        elif self._peek().kind in _CLOSING:
            self.fail(
                f"found {self._peek()}, expected a colon before it, {token.text}: {self._peek().text}", self._peek()
            )
        described = self._take().text[1:-1] if self._peek().kind == "quoted" else None
        return InlineField(token.text, kind, optional, described)

    def _check_name(self, token: _Token) -> None:
        name = token.text
        if token.kind != "word":
            self.fail(f"found {token}, expected the name of a field", token)
        if name.startswith("_"):
            self.fail(f"{name} begins with _, and pydantic keeps such a name private: leave the _ out", token)
        if not name.isidentifier():
            self.fail(
                f"{name} is no name of a field: it may have letters, digits and _, and begins with a letter", token
            )
        if name in _OWN_NAMES:
            self.fail(f"pydantic's models have a {name} of their own: call the field {name}_, for example", token)

    def _parse_type(self, opening: _Token, level: int) -> InlineType:
        self._refuse_end(opening)
        token = self._take()
        if token.kind in _CLOSING:
            if level >= _MOST_LEVELS:
                self.fail(f"there are more than {_MOST_LEVELS} levels of brackets", token)
            return self._parse_list(token, level + 1) if token.kind == "[" else self._parse_object(token, level + 1)
        if token.kind not in {"word", "quoted"}:
            self.fail(f"found {token}, expected a type: {_list_types()}, a|b, [...] or {{...}}", token)
        if token.kind == "quoted" or self._peek().kind == "|":
            return self._parse_choice(token)
        return self._find_scalar(token)

    def _parse_object(self, opening: _Token, level: int) -> InlineType:
        return Nested(self.parse_fields(opening, "}", level))

    def _parse_list(self, opening: _Token, level: int) -> InlineType:
        """A list of one type, or of objects with fields."""
        first, after = self._peek(), self._peek(1).kind
        if self._peek(2).kind == "]" and after == "?":
            after = "]"
        has_type = first.kind in {"[", "{", "quoted"} or (first.kind == "word" and after in {"]", "|"})
        if not has_type:
            return ListOf(Nested(self.parse_fields(opening, "]", level)))
        if after == "]" and first.kind == "word" and first.text.lower() not in SCALAR_NAMES:
            self.fail(
                f"{first} is no type{_suggest_type(first.text)} For a list of objects with one field write "
                f"[{first.text}: str]",
                first,
            )
        item = self._parse_type(opening, level)
        optional = self._accept("?")
        if not self._accept("]"):
            self._refuse_end(opening)
            self.fail(f"found {self._peek()}, expected ] after the type of the items", self._peek())
        return ListOf(item, optional)

    def _parse_choice(self, token: _Token) -> InlineType:
        """The texts of a choice, the first of which has been taken."""
        values: list[str] = []
        while True:
            if token.kind not in {"word", "quoted"}:
                self.fail(f"found {token}, expected one of the texts to choose from", token)
            if token.kind == "word" and token.text.lower() in {*SCALAR_NAMES, "none", "null"}:
                self.fail(
                    f"a|b is a choice of texts, and {token} is no text: quote it if it is one; for a value that may be "
                    "missing write a ? after it",
                    token,
                )
            value = token.text[1:-1] if token.kind == "quoted" else token.text
            if value in values:
                self.fail(f"{value} is there twice", token)
            values.append(value)
            if not self._accept("|"):
                return Choice(tuple(values))
            token = self._take()

    def _find_scalar(self, token: _Token) -> str:
        if token.text.lower() not in SCALAR_NAMES:
            self.fail(
                f"{token} is no type{_suggest_type(token.text)} Types are {_list_types()}, a|b, [...] and {{...}}",
                token,
            )
        return SCALAR_NAMES[token.text.lower()]


def _suggest_type(text: str) -> str:
    near = find_nearest(text.lower(), SCALAR_NAMES)
    return f": did you mean {near}?" if near else "."


def _list_types() -> str:
    return ", ".join(dict.fromkeys(SCALAR_NAMES.values()))
