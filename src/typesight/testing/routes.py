"""A route: the path where a wire is spoken, and what an endpoint says in the path instead of in the body."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote

from typesight.testing.sandbox_wire import Wire

__all__ = ["Complete", "Route", "as_it_is", "route_at"]

Complete: TypeAlias = Callable[
    [Mapping[str, str], dict[str, Any], Mapping[str, str]], tuple[Mapping[str, str], dict[str, Any]]
]
"""Headers, body and the words of the path in; headers and body as the wire's own maker has them out."""


def as_it_is(
    headers: Mapping[str, str], body: dict[str, Any], said: Mapping[str, str]
) -> tuple[Mapping[str, str], dict[str, Any]]:
    """Nothing to complete."""
    del said
    return headers, body


@dataclass(frozen=True)
class Route:
    """`path` is a template: `{model}` stands for one step of the path, quoted as URLs are."""

    path: str
    wire: Wire
    complete: Complete = as_it_is

    def match(self, path: str) -> Mapping[str, str] | None:
        """The words that stand in a path at the template's places; None where it is another path."""
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.path))
        found = re.fullmatch(pattern, path)
        return None if found is None else {name: unquote(word) for name, word in found.groupdict().items()}


def route_at(routes: tuple[Route, ...], path: str) -> tuple[Route, Mapping[str, str]] | None:
    """The first route that a path is one of, and the words in it."""
    matches = ((route, route.match(path)) for route in routes)
    return next(((route, said) for route, said in matches if said is not None), None)
