"""Builds a pydantic model from fields that are written as text, and shows where a text is wrong."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from typesight.cli.exit_codes import CommandError
from typesight.cli.schemas.inline_fields import (
    Choice,
    FieldsError,
    InlineField,
    InlineType,
    ListOf,
    Nested,
    parse_fields,
)
from typesight.cli.stderr import escape_controls

__all__ = ["build_inline_model"]

# An address as HTML's input type=email takes it, without its limits on length (html.spec.whatwg.org, 2026-09).
_EMAIL = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$"
_SCALARS: Mapping[str, Any] = {
    "str": str, "int": int, "decimal": Decimal, "float": float, "bool": bool, "date": date, "datetime": datetime,
    "time": time, "email": Annotated[str, Field(pattern=_EMAIL)],
}  # fmt: skip
# Characters of a text that are shown on each side of a mistake.
_SHOWN = 36


def build_inline_model(text: str, origin: str) -> type[BaseModel]:
    """Build the model that fields describe; `origin` begins the error. Raises CommandError, which shows the place."""
    try:
        fields = parse_fields(text)
    except FieldsError as error:
        raise CommandError(
            f"{origin}, read as fields, column {error.start + 1}: {error}", *_point_at(text, error)
        ) from error
    return _build_model("Record", fields, {"Record"})


def _build_model(title: str, fields: tuple[InlineField, ...], titles: set[str]) -> type[BaseModel]:
    rows: dict[str, Any] = {each.name: _build_field(each, titles) for each in fields}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Field name .* shadows an attribute")  # of a metaclass, such as `register`
        return create_model(title, __config__=ConfigDict(protected_namespaces=()), __module__=__name__, **rows)


def _build_field(field: InlineField, titles: set[str]) -> tuple[Any, Any]:
    kind = _build_type(field.kind, field.name, titles)
    if field.optional:
        return kind | None, Field(None, description=field.description)
    return kind, Field(description=field.description)


def _build_type(kind: InlineType, name: str, titles: set[str]) -> Any:
    if isinstance(kind, str):
        return _SCALARS[kind]
    if isinstance(kind, Choice):
        return Literal[kind.values]
    if isinstance(kind, ListOf):
        item: Any = _build_type(kind.item, name, titles)
        return list.__class_getitem__(item | None if kind.optional else item)
    return _build_nested(kind, name, titles)


def _build_nested(kind: Nested, name: str, titles: set[str]) -> type[BaseModel]:
    """A model that is named after its field: LineItems; a second of that name is LineItems2."""
    title = "".join(f"{part[:1].upper()}{part[1:]}" for part in name.split("_"))
    number = next(number for number in range(1, len(titles) + 2) if _number(title, number) not in titles)
    titles.add(_number(title, number))
    return _build_model(_number(title, number), kind.fields, titles)


def _number(title: str, number: int) -> str:
    return title if number == 1 else f"{title}{number}"


def _point_at(text: str, error: FieldsError) -> tuple[str, str]:
    """The text around a mistake, and a line that marks it in a terminal's columns."""
    first = max(0, error.start - _SHOWN)
    last = min(len(text), max(error.end, error.start + _SHOWN))
    before = f"{'…' if first else ''}{escape_controls(text[first : error.start])}"
    wrong = escape_controls(text[error.start : error.end])
    after = f"{escape_controls(text[error.end : last])}{'…' if last < len(text) else ''}"
    return f"{before}{wrong}{after}", f"{' ' * _measure(before)}{'^' * max(1, _measure(wrong))}"


def _measure(text: str) -> int:
    """How many columns of a terminal a text takes: wide letters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )
