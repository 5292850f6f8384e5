"""Rewrites a response_model's type so that pydantic accepts it and validates all of it at once."""

from __future__ import annotations

import operator
import sys
from collections.abc import Iterable
from functools import reduce
from types import UnionType
from typing import Annotated, Any, NotRequired, Required, get_args, get_origin, get_type_hints

from typing_extensions import TypedDict, is_typeddict

__all__ = ["taken"]


def taken(kind: Any, *, inside: tuple[Any, ...] = ()) -> Any:
    """The type with each Iterable replaced by a list, and each TypedDict by one that pydantic accepts.

    pydantic validates an Iterable only while it is iterated, which would be after the reply was accepted. `inside` are
    the TypedDicts that enclose the type.
    """
    if _is_old(kind):
        return kind if kind in inside else _renewed(kind, (*inside, kind))
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return Annotated[(taken(args[0], inside=inside), *args[1:])]
    parts = tuple(taken(each, inside=inside) for each in args)
    if origin is not Iterable and all(map(operator.is_, parts, args)):
        return kind
    generic: Any = list if origin is Iterable else origin
    return reduce(operator.or_, parts) if origin is UnionType else generic[parts]


def _is_old(kind: Any) -> bool:
    """Whether it is a TypedDict of `typing` before Python 3.12: it does not know its bases, and pydantic refuses it."""
    return sys.version_info < (3, 12) and is_typeddict(kind) and type(kind).__module__ == "typing"


def _renewed(kind: Any, inside: tuple[Any, ...]) -> Any:
    """The TypedDict made again with `typing_extensions`; its values are still dicts."""
    hints = get_type_hints(kind, include_extras=True)
    made = TypedDict(kind.__name__, {name: _field(kind, name, hint, inside) for name, hint in hints.items()})  # type: ignore[misc]  # its name and its fields are values
    made.__doc__ = kind.__doc__
    return made


def _field(kind: Any, name: str, hint: Any, inside: tuple[Any, ...]) -> Any:
    """A key's type, marked Required or NotRequired: by its hint (the class misses a string's), else by the class."""
    said = get_origin(hint)
    if said not in {Required, NotRequired}:
        return (Required if name in kind.__required_keys__ else NotRequired)[taken(hint, inside=inside)]
    return said[taken(get_args(hint)[0], inside=inside)]
