"""Names: "vendor/model" as a client of an SDK, made for where the vendor is."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from typesight.endpoints.endpoint import Endpoint
from typesight.endpoints.recognise import make_local_endpoint, recognise_endpoint
from typesight.errors import MissingExtra
from typesight.models.policies import POLICIES
from typesight.models.profiles import VisionProfile

__all__ = ["make_named_endpoint"]

_LOCAL = "local"


@dataclass(frozen=True, slots=True)
class _Made:
    """How a client is made for a vendor's name: of which SDK, of which class, and what it is told.

    `models` is a pattern found in the names of the models that it is for. `base_url` is where a gateway is unless
    `base_url=` says otherwise, or the environment variable `host`. `keys` are environment variables, the first that
    is set holds; `keyless` is what is sent where no key is needed. An SDK finds its own maker's by itself.
    """

    vendor: str
    package: str
    kind: str
    models: str = ""
    base_url: str = ""
    host: str = ""
    keys: tuple[str, ...] = ()
    keyless: str = ""


_GOOGLE = "https://generativelanguage.googleapis.com/v1beta/openai/"
# Rows: first match wins. Base URLs and variables: the vendors' own pages, read 2026-11.
_ROWS = (
    _Made("openai", "openai", "OpenAI"),
    _Made("anthropic", "anthropic", "Anthropic"),
    _Made("azure", "anthropic", "AnthropicFoundry", models="claude"),
    _Made("azure", "openai", "AzureOpenAI"),
    _Made("bedrock", "anthropic", "AnthropicBedrock", models="claude"),
    _Made("bedrock", "openai", "BedrockOpenAI"),
    _Made("vertex", "anthropic", "AnthropicVertex", models="claude"),
    _Made("openrouter", "openai", "OpenAI", base_url="https://openrouter.ai/api/v1", keys=("OPENROUTER_API_KEY",)),
    _Made("infron", "openai", "OpenAI", base_url="https://llm.onerouter.pro/v1", keys=("INFRON_API_KEY",)),
    _Made("gemini", "openai", "OpenAI", base_url=_GOOGLE, keys=("GEMINI_API_KEY", "GOOGLE_API_KEY")),
    _Made(
        "ollama", "openai", "OpenAI", base_url="http://localhost:11434/v1", host="OLLAMA_HOST",
        keys=("OLLAMA_API_KEY",), keyless="ollama",
    ),
    _Made(
        "lmstudio", "openai", "OpenAI", base_url="http://localhost:1234/v1", keys=("LM_API_TOKEN",), keyless="lm-studio"
    ),
    _Made("vllm", "openai", "OpenAI", base_url="http://localhost:8000/v1", keys=("VLLM_API_KEY",), keyless="EMPTY"),
)  # fmt: skip


def make_named_endpoint(
    name: str, *, asynchronous: bool, profile: str | VisionProfile | None = None, **sdk_options: Any
) -> tuple[Endpoint, str]:
    """The endpoint and the model of "vendor/model", or of "local".

    `profile` is as for `recognise_endpoint`; `sdk_options` go to the SDK's client (api_key, base_url, ...). Raises
    ValueError for a vendor nobody here knows and for a key that is missing, MissingExtra when the SDK is not installed.
    """
    if name == _LOCAL:
        if sdk_options:
            raise TypeError(f"the local reader takes no {', '.join(sdk_options)}: it has no SDK")
        return make_local_endpoint(asynchronous=asynchronous), _LOCAL
    row, model = _find_row(name)
    made = _import_client_class(row, f"Async{row.kind}" if asynchronous else row.kind)
    client = made(**_fill_options(row, sdk_options))
    return recognise_endpoint(client, row.package, profile, POLICIES[row.vendor] if row.base_url else None), model


def _find_row(name: str) -> tuple[_Made, str]:
    vendor, _, model = name.partition("/")
    rows = [row for row in _ROWS if row.vendor == vendor]
    if not rows or not model:
        known = ", ".join(f'"{each}/MODEL"' for each in dict.fromkeys(row.vendor for row in _ROWS))
        raise ValueError(f'{name!r} names no model: use {known} or "{_LOCAL}"')
    found = next((row for row in rows if re.search(row.models, model.lower())), None)
    if found is None:
        raise ValueError(
            f"{name!r}: only models named {rows[0].models!r} are made by {vendor}'s name; make the SDK's own client "
            "for others, and hand it to from_openai or from_anthropic"
        )
    return found, model


def _fill_options(row: _Made, given: dict[str, Any]) -> dict[str, Any]:
    """What an SDK's client is told. Raises ValueError for a gateway's key that is nowhere.

    A gateway's client must not find a key by itself: it would find its maker's, and send it to the gateway.
    """
    told = dict(given)
    if not row.base_url:
        return told
    told.setdefault("base_url", _read_host(os.environ.get(row.host, ""), row.base_url))
    if told.get("api_key") is None:
        told["api_key"] = next(filter(None, map(os.environ.get, row.keys)), None) or row.keyless
    if not told["api_key"]:
        raise ValueError(f'"{row.vendor}/..." needs a key: set {" or ".join(row.keys)}, or pass api_key=')
    return told


def _read_host(host: str, usual: str) -> str:
    """A base URL for what an environment variable says: "host", "host:port" or a URL; without one, the usual."""
    if not host:
        return usual
    url = urlsplit(host if "://" in host else f"http://{host}")
    name = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1"}.get(url.hostname or "", url.hostname)
    port = url.port or (None if "://" in host else urlsplit(usual).port)
    return f"{url.scheme}://{name}{f':{port}' if port else ''}{url.path.rstrip('/')}/v1"


def _import_client_class(row: _Made, kind: str) -> Callable[..., Any]:
    try:
        package = import_module(row.package)
    except ImportError as error:
        raise MissingExtra(row.package, f"calling {row.vendor}") from error
    try:
        found: Callable[..., Any] = getattr(package, kind)
    except AttributeError:
        raise ValueError(f"{row.package} {package.__version__} has no {kind}: a newer one is needed") from None
    return found
