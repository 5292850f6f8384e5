"""The digest of an encoded request, under which a cache knows it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from pydantic import BaseModel

from typesight.exchange.request import Request
from typesight.exchange.wire import Wire

__all__ = ["digest_request"]

# What changes how a request is sent, and not what is asked.
_DELIVERY = frozenset({"stream", "stream_options", "timeout", "idempotency_key", "extra_headers"})
_NOT_GIVEN = frozenset({"NotGiven", "Omit"})  # the SDKs' own words for an argument that is left out
_BETA = "-beta"  # `anthropic-beta` and `openai-beta` change what is asked; other headers hold keys and trace ids


def digest_request(request: Request, wire: Wire) -> str | None:
    """SHA-256 over all that is asked, in hexadecimal, pictures included; None if it holds an object that is no data.

    Where it is sent, as whom, with which headers, and whether it streams do not count. Raises what `encode` raises.
    """
    arguments = wire.encode(request)
    left_out = {name for name, value in arguments.items() if type(value).__name__ in _NOT_GIVEN} | _DELIVERY
    asked = {name: arguments[name] for name in sorted(arguments.keys() - left_out)}
    headers = arguments.get("extra_headers") or {}
    betas = sorted((name.lower(), str(value)) for name, value in headers.items() if name.lower().endswith(_BETA))
    try:
        text = json.dumps([wire.NAME, request.vendor, asked, betas], default=_convert, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        return None
    return sha256(text.encode()).hexdigest()


def _convert(value: Any) -> Any:
    """An object among the arguments as JSON data. Raises TypeError for one that is no data."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    if isinstance(value, Iterable) and hasattr(value, "__len__"):
        return list(value)
    raise TypeError(type(value).__name__)
