"""CallParameters: what the call of the installed SDK takes, read from its signature."""

from __future__ import annotations

import inspect
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from typesight.endpoints.connections import Connection, SdkConnection
from typesight.exchange.wire import Wire

__all__ = ["CallParameters", "find_call_parameters"]

# Written by us, or by nobody: the messages are read from `messages` or `input`, the model is an option.
_OURS = frozenset({"self", "messages", "model"})
# OpenAI's Responses has these, and Chat Completions is sent the same conversation as `messages`.
_CONVERSATION = frozenset({"input", "instructions"})


@dataclass(frozen=True, slots=True)
class CallParameters:
    """The parameters of one call of an SDK.

    `names` are those it takes, or that the wire translates; None if it takes any name. `sdk` is the SDK's version,
    "openai 3.57.0", and `call` its method, "chat.completions.create".
    """

    names: Collection[str] | None
    sdk: str
    call: str


def find_call_parameters(connection: Connection, wire: Wire) -> CallParameters | None:
    """Find the parameters of the call that requests on this wire make; None for the local reader, which makes none."""
    if not isinstance(connection, SdkConnection):
        return None
    resource = connection.client
    for name in wire.CLIENT_PATH:
        resource = getattr(resource, name)
    kind: Any = type(resource)
    names = _list_parameters(kind)
    understood = wire.TRANSLATED | (_CONVERSATION if "responses" in connection.endpoint.wires else frozenset())
    return CallParameters(
        None if names is None else names | understood,
        _describe_sdk(kind),
        ".".join((*wire.CLIENT_PATH, "create")),
    )


@lru_cache(maxsize=32)
def _list_parameters(resource: Any) -> frozenset[str] | None:
    """List the parameters of a resource's `create`; None if it takes any name."""
    parameters = inspect.signature(resource.create).parameters.values()
    if any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters):
        return None
    return frozenset(each.name for each in parameters) - _OURS


@lru_cache(maxsize=32)
def _describe_sdk(resource: Any) -> str:
    package = next(
        (name for each in resource.__mro__ if (name := each.__module__.partition(".")[0]) in {"openai", "anthropic"}),
        resource.__module__.partition(".")[0],
    )
    version: Any = getattr(import_module(package), "__version__", "")
    return f"{package} {version}".strip()
