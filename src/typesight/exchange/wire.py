"""Wire: the protocol that a provider's module implements, and the row of its table of modes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from typesight.exchange.completion import Answer, Completion
from typesight.exchange.request import Request
from typesight.models.modes import Capability, Mode
from typesight.schema.target import Target

__all__ = ["ModeRow", "Wire", "find_no_limit"]


@dataclass(frozen=True, slots=True)
class ModeRow:
    """One mode on one wire: what it adds to a request, what it tells the model, where it finds the answers.

    `ask` returns the keyword arguments that ask a model of that capability for a target; it raises SchemaError for a
    schema that the mode cannot carry. `write_instructions`, if there is one, returns the text to add to the system
    turn. `read` gets the part of the SDK's reply that the model wrote and returns its answers.
    """

    ask: Callable[[Target[Any], Capability], dict[str, Any]]
    read: Callable[[Any], tuple[Answer, ...]]
    write_instructions: Callable[[Target[Any]], str] | None = None


def find_no_limit(model: str, options: Mapping[str, Any]) -> None:
    """Return None: this wire sets no token limit by default."""
    del model, options


class Wire(Protocol):
    """A stateless module that converts to and from one API's requests and replies."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of the module
        """The name of the wire in error messages."""
        ...

    @property
    def CLIENT_PATH(self) -> tuple[str, ...]:  # noqa: N802 - a constant of the module
        """The path of attributes from the SDK's client to the object with `create`."""
        ...

    @property
    def MODES(self) -> Mapping[Mode, ModeRow]:  # noqa: N802 - a constant of the module
        """The modes that this wire supports."""
        ...

    @property
    def IS_LOCAL(self) -> bool:  # noqa: N802 - a constant of the module
        """Whether this machine reads the pictures: upright and whole, at no price, with no use for a hint or a zoom."""
        ...

    @property
    def PICTURES_IN_RESULTS(self) -> bool:  # noqa: N802 - a constant of the module
        """Whether a tool result may contain pictures; a user turn always may."""
        ...

    @property
    def TOOLS_WITH_REASONING(self) -> bool:  # noqa: N802 - a constant of the module
        """Whether every model with tools accepts them on this wire while it reasons."""
        ...

    @property
    def TRANSLATED(self) -> frozenset[str]:  # noqa: N802 - a constant of the module
        """Options that are no parameters of the SDK's call, which `encode` renames or leaves out."""
        ...

    def find_limit(self, model: str, options: Mapping[str, Any]) -> int | None:
        """The token limit of a reply if the caller sets none; None if the model alone decides."""
        ...

    @property
    def extend_timeout(self) -> Callable[[dict[str, Any], Any], dict[str, Any]] | None:
        """Adds a timeout long enough for the reply to the arguments, if the SDK needs it; its second argument is the
        timeout of the SDK's client. None for an SDK that waits long enough for any reply.
        """
        ...

    def encode(self, request: Request) -> dict[str, Any]:
        """The keyword arguments of the SDK's call."""
        ...

    def decode(self, reply: Any, request: Request, body: bytes | None = None) -> Completion:
        """Convert the SDK's reply into a Completion; `body` is the raw body it was parsed from, if available.

        Raises Interrupted for anything but a reply of this wire.
        """
        ...
