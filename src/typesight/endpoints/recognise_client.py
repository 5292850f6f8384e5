"""Recognises the endpoint behind an SDK's client, by the client's class and base URL.

No SDK is imported for this: whoever passes a client has imported its SDK.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from typesight.endpoints.connections import LocalConnection
from typesight.endpoints.endpoint import Endpoint, make_reader_endpoint
from typesight.endpoints.missing_keys import check_credentials
from typesight.errors import MissingExtra
from typesight.models.endpoint_profiles import read_profile_at, split_endpoint_name
from typesight.models.endpoint_rows import ENDPOINTS, LOCAL_ENDPOINT, make_unknown_endpoint
from typesight.models.endpoint_type import EndpointRow
from typesight.models.model_rows import find_known_profile
from typesight.models.profiles import VisionProfile
from typesight.ocr.engine import OcrEngine, is_ocr_installed
from typesight.wires.local import LocalReader

__all__ = ["connect_reader", "find_endpoint", "is_async", "recognise_endpoint"]


@dataclass(frozen=True, slots=True)
class _Sdk:
    """An SDK: its package (also the name of the extra), and its two clients."""

    package: str
    client: str
    async_client: str


_SDKS = {
    "openai": _Sdk("openai", "OpenAI", "AsyncOpenAI"),
    "anthropic": _Sdk("anthropic", "Anthropic", "AsyncAnthropic"),
}


def recognise_endpoint(
    client: Any, vendor: str, profile: str | VisionProfile | None = None, row: EndpointRow | None = None
) -> Endpoint:
    """Recognise the endpoint of an SDK's client; `profile` overrides what is known about its model.

    The client's class and base URL show which endpoint it talks to, unless `row` says so.

    Raises TypeError for anything but a client of this vendor's SDK, ValueError for an unknown profile name and for a
    client that has no key.
    """
    sdk = _SDKS[vendor]
    if not (_comes_from(client, sdk.package) and _is_client(client)):
        raise TypeError(
            f"from_{vendor} takes a client of the {vendor} SDK, {sdk.package}.{sdk.client}() or "
            f"{sdk.package}.{sdk.async_client}(), not {type(client).__module__}.{type(client).__name__}"
        )
    check_credentials(client)
    row = row or _recognise_row(client, vendor)
    given = None if profile is None else read_profile_at(profile, row)
    return Endpoint(vendor, row, given)


def _recognise_row(client: Any, maker: str) -> EndpointRow:
    """Find the row of the endpoint that a client talks to, by its class, else by the host of its base URL."""
    classes = [kind.__name__ for kind in type(client).__mro__]
    url = urlsplit(str(getattr(client, "base_url", "")))
    try:
        host = f"{url.hostname or ''}:{url.port or {'http': 80}.get(url.scheme, 443)}"
    except ValueError:  # the port is not a number, as in "http://host:port"
        host = ""
    by_class = (row for row in ENDPOINTS.values() if any(re.fullmatch(row.classes, each) for each in classes))
    by_host = (row for row in ENDPOINTS.values() if row.hosts and re.fullmatch(row.hosts, host))
    return next(by_class, None) or next(by_host, None) or make_unknown_endpoint(maker)


def is_async(client: Any) -> bool:
    """Whether an SDK's client is asynchronous."""
    return any(kind.__name__ == "AsyncAPIClient" for kind in type(client).__mro__)


def connect_reader(engine: OcrEngine | None = None, *, asynchronous: bool) -> LocalConnection:
    """Connect the local reader. Raises MissingExtra if OCR is not installed."""
    if engine is None and not is_ocr_installed():
        raise MissingExtra("local", "reading a picture on this machine")
    return LocalConnection(LocalReader(engine), asynchronous)


def find_endpoint(name: str) -> tuple[Endpoint, str]:
    """Find the endpoint and the model for a name, without creating a client: enough to estimate or encode.

    `name` is as for `from_provider`, or only a model's name. An unknown name is taken for a gateway's model.
    """
    if name == LOCAL_ENDPOINT.name:
        return make_reader_endpoint(), name
    row, model = split_endpoint_name(name)
    maker = next((each for each in _SDKS if find_known_profile(model, each)), "openai")
    if row is None:
        row = ENDPOINTS[maker] if find_known_profile(name, maker) else make_unknown_endpoint(maker)
    return Endpoint("anthropic" if maker == "anthropic" and row.claude_messages else "openai", row), model


def _comes_from(client: Any, package: str) -> bool:
    return any(kind.__module__.partition(".")[0] == package for kind in type(client).__mro__)


def _is_client(client: Any) -> bool:
    """Whether it is a client of an SDK, and not a part of one such as `client.chat.completions`."""
    return any(kind.__name__ in {"SyncAPIClient", "AsyncAPIClient"} for kind in type(client).__mro__)
