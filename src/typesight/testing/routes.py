"""Routes: which URL path leads to which wire, and what an endpoint puts into the path instead of the body."""

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
"""Takes headers, body and the values from the path; returns headers and body in the wire's standard form."""


def as_it_is(
    headers: Mapping[str, str], body: dict[str, Any], said: Mapping[str, str]
) -> tuple[Mapping[str, str], dict[str, Any]]:
    """Return headers and body unchanged."""
    del said
    return headers, body


@dataclass(frozen=True)
class Route:
    """A URL path and its wire. `path` is a template: `{model}` matches one percent-encoded path segment."""

    path: str
    wire: Wire
    complete: Complete = as_it_is

    def match(self, path: str) -> Mapping[str, str] | None:
        """The values of the template's placeholders, decoded; None if the path does not match."""
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.path))
        found = re.fullmatch(pattern, path)
        return None if found is None else {name: unquote(word) for name, word in found.groupdict().items()}


def route_at(routes: tuple[Route, ...], path: str) -> tuple[Route, Mapping[str, str]] | None:
    """The first route that matches a path, with the values of its placeholders; None if no route matches."""
    matches = ((route, route.match(path)) for route in routes)
    return next(((route, said) for route, said in matches if said is not None), None)
