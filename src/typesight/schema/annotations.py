"""Annotations: a response_model in the form that pydantic takes and validates at once."""

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
    """The type with each Iterable in it as a list, and each TypedDict as one that pydantic takes.

    An Iterable is validated only as it is walked, which would be after it was believed. `inside` are the TypedDicts
    that a type stands in.
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
    """Whether it is a TypedDict of `typing` that, before Python 3.12, forgot its bases, which pydantic refuses."""
    return sys.version_info < (3, 12) and is_typeddict(kind) and type(kind).__module__ == "typing"


def _renewed(kind: Any, inside: tuple[Any, ...]) -> Any:
    """The same TypedDict, made by `typing_extensions`; its values are dicts as before."""
    hints = get_type_hints(kind, include_extras=True)
    made = TypedDict(kind.__name__, {name: _field(kind, name, hint, inside) for name, hint in hints.items()})  # type: ignore[misc]  # its name and its fields are values
    made.__doc__ = kind.__doc__
    return made


def _field(kind: Any, name: str, hint: Any, inside: tuple[Any, ...]) -> Any:
    """A key's type, said to be required or not: by itself, which the class overlooks in a text, else by the class."""
    said = get_origin(hint)
    if said not in {Required, NotRequired}:
        return (Required if name in kind.__required_keys__ else NotRequired)[taken(hint, inside=inside)]
    return said[taken(get_args(hint)[0], inside=inside)]
