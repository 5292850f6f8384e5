"""Wire: what a provider's module offers, and a row of its table of modes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from typesight.providers.completion import Answer, Completion
from typesight.providers.modes import Capability, Mode
from typesight.providers.request import Request
from typesight.schema.target import Target

__all__ = ["Row", "Wire"]


@dataclass(frozen=True, slots=True)
class Row:
    """One mode on one wire: what it adds to a request, what it tells the model, where it finds the answers.

    `ask` gives the keyword arguments that ask for a target, of a model of that capability; it raises SchemaError for
    what the mode cannot carry. `tell`, where there is one, gives what the system turn has to say. `read` is given the
    part of the SDK's reply that the model wrote.
    """

    ask: Callable[[Target[Any], Capability], dict[str, Any]]
    read: Callable[[Any], tuple[Answer, ...]]
    tell: Callable[[Target[Any]], str] | None = None


class Wire(Protocol):
    """A stateless module that speaks one endpoint's language."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of the module
        """What the wire is called in messages."""
        ...

    @property
    def METHOD(self) -> tuple[str, ...]:  # noqa: N802 - as above
        """The attributes that lead from the SDK's client to the object with `create`."""
        ...

    @property
    def MODES(self) -> Mapping[Mode, Row]:  # noqa: N802 - as above
        """The modes that this wire has."""
        ...

    @property
    def LIMIT(self) -> int | None:  # noqa: N802 - as above
        """How many tokens a reply may have where the caller says nothing; None where the model alone decides."""
        ...

    @property
    def PICTURES_IN_RESULTS(self) -> bool:  # noqa: N802 - as above
        """Whether a tool's result may hold pictures; a user's turn always may."""
        ...

    @property
    def TOOLS_BESIDE_REASONING(self) -> bool:  # noqa: N802 - as above
        """Whether every model that has tools takes them here while it reasons."""
        ...

    def encode(self, request: Request) -> dict[str, Any]:
        """The keyword arguments of the SDK's call."""
        ...

    def decode(self, reply: Any, request: Request, body: bytes | None = None) -> Completion:
        """The SDK's reply in our shape; `body` is what it was parsed from, where that is at hand.

        Raises Interrupted for what is no reply of this wire.
        """
        ...
