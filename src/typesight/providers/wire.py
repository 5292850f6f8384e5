"""Wire: what a provider's module offers, and a row of its table of modes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from typesight.providers.completion import Answer, Completion
from typesight.providers.modes import Mode
from typesight.providers.request import Request
from typesight.schema.target import Target

__all__ = ["Row", "Wire"]


@dataclass(frozen=True, slots=True)
class Row:
    """One mode on one wire: what it adds to a request for a target and a model, where it finds the answers.

    `ask` raises ModeError or SchemaError for what the model or the mode cannot carry; `read` is given the part
    of the SDK's reply that the model wrote.
    """

    ask: Callable[[Target[Any], str], dict[str, Any]]
    read: Callable[[Any], tuple[Answer, ...]]


class Wire(Protocol):
    """A stateless module that speaks one endpoint's language."""

    @property
    def METHOD(self) -> tuple[str, ...]:  # noqa: N802 - a constant of the module
        """The attributes that lead from the SDK's client to the object with `create`."""
        ...

    @property
    def MODES(self) -> Mapping[Mode, Row]:  # noqa: N802 - a constant of the module
        """The modes that this wire has."""
        ...

    def encode(self, request: Request) -> dict[str, Any]:
        """The keyword arguments of the SDK's call."""
        ...

    def decode(self, reply: Any, request: Request) -> Completion:
        """The SDK's reply in our shape. Raises Interrupted for what is no reply of this wire."""
        ...
