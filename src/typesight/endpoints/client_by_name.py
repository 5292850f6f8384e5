"""Makes an endpoint from a name such as "openai/gpt-4o": imports the SDK and creates its client."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from typesight.endpoints.endpoint import Endpoint
from typesight.endpoints.recognise_client import make_local_endpoint, recognise_endpoint
from typesight.errors import MissingExtra
from typesight.models.endpoint_rows import ENDPOINTS
from typesight.models.endpoint_type import EndpointRow, SdkClient
from typesight.models.profiles import VisionProfile

__all__ = ["make_named_endpoint"]

_LOCAL = "local"


def make_named_endpoint(
    name: str,
    *,
    asynchronous: bool,
    profile: str | VisionProfile | None = None,
    api_key: str | None = None,
    base_url: str | None = None,
    sdk: Mapping[str, Any] | None = None,
) -> tuple[Endpoint, str]:
    """Make the endpoint for "vendor/model" or "local"; return it and the model's name.

    `profile` is as in `recognise_endpoint`; `sdk` are further arguments of the SDK's client. Raises ValueError for an
    unknown vendor and for a missing key, MissingExtra if the SDK is not installed.
    """
    given = {"api_key": api_key, "base_url": base_url}
    arguments = {**(sdk or {}), **{each: value for each, value in given.items() if value is not None}}
    if name == _LOCAL:
        if arguments:
            raise TypeError(f"the local reader has no SDK to pass {', '.join(arguments)} to: leave that out")
        return make_local_endpoint(asynchronous=asynchronous), _LOCAL
    row, recipe, model = _find_recipe(name)
    make = _import_client_class(recipe, f"Async{recipe.kind}" if asynchronous else recipe.kind, row.name)
    client = make(**_fill_options(recipe, row.name, arguments))
    return recognise_endpoint(client, recipe.package, profile, row if recipe.base_url else None), model


def _find_recipe(name: str) -> tuple[EndpointRow, SdkClient, str]:
    """Find the endpoint's row, the SDK client to create and the model's own name. Raises ValueError if unknown."""
    vendor, _, model = name.partition("/")
    row = ENDPOINTS.get(vendor)
    if row is None or not model:
        known = ", ".join(f'"{each}/MODEL"' for each in ENDPOINTS)
        raise ValueError(f'{name!r} is not the name of an endpoint and a model: use {known} or "{_LOCAL}"')
    recipe = next((each for each in row.clients if re.search(each.models, model.lower())), None)
    if recipe is None:
        raise ValueError(
            f"{name!r}: only models named {row.clients[0].models!r} can be used by name at {vendor}; for others create "
            "the SDK's own client, and pass it to from_openai or from_anthropic"
        )
    return row, recipe, model


def _fill_options(recipe: SdkClient, vendor: str, given: dict[str, Any]) -> dict[str, Any]:
    """Complete the options of an SDK's client. Raises ValueError if there is no key for a gateway.

    The SDK must not look for the key itself: it would find OpenAI's or Anthropic's, and send it to the gateway.
    """
    options = dict(given)
    if not recipe.base_url:
        return options
    options.setdefault("base_url", _read_host(os.environ.get(recipe.host, ""), recipe.base_url))
    if options.get("api_key") is None:
        options["api_key"] = next(filter(None, map(os.environ.get, recipe.keys)), None) or recipe.keyless
    if not options["api_key"]:
        raise ValueError(f'"{vendor}/..." needs a key: set {" or ".join(recipe.keys)}, or pass api_key=')
    return options


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
