"""Wire: what a provider's module offers, and a row of its table of modes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from typesight.exchange.completion import Answer, Completion
from typesight.exchange.request import Request
from typesight.models.modes import Capability, Mode
from typesight.schema.target import Target

__all__ = ["Row", "Wire", "as_patient", "no_limit"]


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


def no_limit(model: str, options: Mapping[str, Any]) -> None:
    """The limit of a wire that has none."""
    del model, options


def as_patient(asked: dict[str, Any], timeout: Any) -> dict[str, Any]:
    """The arguments as they are, for an SDK that waits for any reply."""
    del timeout
    return asked


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
    def PICTURES_IN_RESULTS(self) -> bool:  # noqa: N802 - as above
        """Whether a tool's result may hold pictures; a user's turn always may."""
        ...

    @property
    def TOOLS_BESIDE_REASONING(self) -> bool:  # noqa: N802 - as above
        """Whether every model that has tools takes them here while it reasons."""
        ...

    def limit(self, model: str, options: Mapping[str, Any]) -> int | None:
        """How many tokens a reply may have where the caller does not say; None where the model alone decides."""
        ...

    def patient(self, asked: dict[str, Any], timeout: Any) -> dict[str, Any]:
        """The arguments with as long a timeout as the SDK wants for them; `timeout` is that of its client."""
        ...

    def encode(self, request: Request) -> dict[str, Any]:
        """The keyword arguments of the SDK's call."""
        ...

    def decode(self, reply: Any, request: Request, body: bytes | None = None) -> Completion:
        """The SDK's reply in our shape; `body` is what it was parsed from, where that is at hand.

        Raises Interrupted for what is no reply of this wire.
        """
        ...
