"""Connects to a name such as "openai/gpt-4o": imports the SDK and creates its client."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from typesight.endpoints.connections import Connection, SdkConnection
from typesight.endpoints.missing_keys import describe_missing_key, is_key_error
from typesight.endpoints.recognise_client import connect_reader, recognise_endpoint
from typesight.errors import MissingExtra
from typesight.models.endpoint_rows import ENDPOINTS, LOCAL_ENDPOINT
from typesight.models.endpoint_type import EndpointRow, SdkClient
from typesight.models.model_rows import find_known_profile
from typesight.models.profiles import VisionProfile
from typesight.text.nearest_name import find_nearest

__all__ = ["connect_by_name", "find_named_row"]

# The endpoints that serve their own models: a model's name without an endpoint is probably theirs.
_MAKERS = ("openai", "anthropic")


def connect_by_name(
    name: str,
    *,
    asynchronous: bool,
    profile: str | VisionProfile | None = None,
    api_key: str | None = None,
    base_url: str | None = None,
    sdk: Mapping[str, Any] | None = None,
) -> tuple[Connection, str]:
    """Connect to "vendor/model" or "local"; return the connection and the model's name.

    `profile` is as in `recognise_endpoint`. `api_key` and `base_url` come before what the environment says; `sdk` are
    further arguments for the SDK's client (timeout, max_retries, ...). Raises ValueError for an unknown vendor and for
    a missing key, MissingExtra if the SDK is not installed.
    """
    if not isinstance(name, str):
        raise TypeError(
            f"a model is given by a name such as 'openai/gpt-6-luna', not by {type(name).__name__}; clients of an SDK "
            "go to from_openai and from_anthropic"
        )
    if sdk is not None and not isinstance(sdk, Mapping):
        raise TypeError(f"sdk must be a dict of arguments for the SDK's client, not {type(sdk).__name__}")
    named = {"api_key": api_key, "base_url": base_url}
    given = dict(sdk or {}) | {key: value for key, value in named.items() if value is not None}
    if name == LOCAL_ENDPOINT.name:
        if given:
            raise TypeError(f"the local reader has no SDK to pass {', '.join(given)} to: leave that out")
        return connect_reader(asynchronous=asynchronous), name
    row, recipe, model = _find_recipe(name)
    make = _import_client_class(recipe, f"Async{recipe.kind}" if asynchronous else recipe.kind, row.name)
    _refuse_unknown_arguments(given, make)
    try:
        client = make(**_fill_options(recipe, row.name, given))
    except Exception as error:
        if _find_key(recipe, given) or not is_key_error(error, recipe.package):
            raise
        raise ValueError(describe_missing_key(row.name, recipe.keys)) from error
    endpoint = recognise_endpoint(client, recipe.package, profile, row if recipe.base_url else None)
    return SdkConnection(endpoint, client), model


def find_named_row(name: str) -> tuple[EndpointRow, str]:
    """Find the row of "vendor/model", and the model's own name. Raises ValueError if the vendor is unknown."""
    vendor, _, model = name.partition("/")
    row = ENDPOINTS.get(vendor)
    if row is None or not model:
        raise ValueError(f"{name!r} is not the name of an endpoint and a model: {_suggest_name(vendor, model)}")
    return row, model


def _find_recipe(name: str) -> tuple[EndpointRow, SdkClient, str]:
    """Find the endpoint's row, the SDK client to create and the model's own name. Raises ValueError if unknown."""
    row, model = find_named_row(name)
    recipe = next((each for each in row.clients if re.search(each.models, model.lower())), None)
    if recipe is None:
        raise ValueError(
            f"{name!r}: only models named {row.clients[0].models!r} can be used by name at {row.name}; for others "
            "create the SDK's own client, and pass it to from_openai or from_anthropic"
        )
    return row, recipe, model


def _suggest_name(vendor: str, model: str) -> str:
    """The name that was probably meant, and all names that there are."""
    near = find_nearest(vendor.lower(), [*ENDPOINTS, LOCAL_ENDPOINT.name])
    maker = "" if model else next((each for each in _MAKERS if find_known_profile(vendor, each)), "")
    meant = near if near == LOCAL_ENDPOINT.name else near and f"{near}/{model or 'MODEL'}"
    meant = f"{maker}/{vendor}" if maker else meant
    known = ", ".join(f'"{each}/MODEL"' for each in ENDPOINTS)
    return f'{f"did you mean {meant!r}? " if meant else ""}use {known} or "{LOCAL_ENDPOINT.name}"'


def _refuse_unknown_arguments(given: Mapping[str, Any], make: Callable[..., Any]) -> None:
    """Raise TypeError for an argument that the SDK's client does not take; its own error has no nearest name."""
    parameters = inspect.signature(make).parameters
    if any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters.values()):
        return
    for name in given:
        if name not in parameters:
            near = find_nearest(str(name), parameters)
            raise TypeError(
                f"{name}: did you mean {near}?" if near
                else f"{name}= is no argument of {make.__name__}, the SDK's client"
            )  # fmt: skip


def _fill_options(recipe: SdkClient, vendor: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Complete the options of an SDK's client. Raises ValueError if there is no key for a gateway.

    The SDK must not look for the key itself: it would find OpenAI's or Anthropic's, and send it to the gateway.
    """
    options = dict(given)
    if not recipe.base_url:
        return options
    options.setdefault("base_url", _read_host(os.environ.get(recipe.host, ""), recipe.base_url))
    options["api_key"] = _find_key(recipe, given) or recipe.keyless
    if not options["api_key"]:
        raise ValueError(describe_missing_key(vendor, recipe.keys))
    return options


def _find_key(recipe: SdkClient, given: Mapping[str, Any]) -> Any:
    """The key that was given, else that of the environment; None if there is none."""
    return given.get("api_key") or next(filter(None, map(os.environ.get, recipe.keys)), None)


def _read_host(host: str, usual: str) -> str:
    """Turn an environment variable ("host", "host:port" or a URL) into a base URL; `usual` is the default."""
    if not host:
        return usual
    url = urlsplit(host if "://" in host else f"http://{host}")
    name = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1"}.get(url.hostname or "", url.hostname)
    port = url.port or (None if "://" in host else urlsplit(usual).port)
    return f"{url.scheme}://{name}{f':{port}' if port else ''}{url.path.rstrip('/')}/v1"


def _import_client_class(recipe: SdkClient, kind: str, vendor: str) -> Callable[..., Any]:
    try:
        package = import_module(recipe.package)
    except ImportError as error:
        raise MissingExtra(recipe.package, f"calling {vendor}") from error
    try:
        client_class: Callable[..., Any] = getattr(package, kind)
    except AttributeError:
        raise ValueError(f"{recipe.package} {package.__version__} has no {kind}: install a newer version") from None
    return client_class
