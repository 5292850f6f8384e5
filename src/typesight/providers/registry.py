"""Registry: a client of an SDK, or a "vendor/model" name, as an endpoint.

No SDK is imported to recognise its client: what is handed over brought its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from typesight.errors import MissingExtra
from typesight.images.profiles import VisionProfile
from typesight.providers import anthropic_messages, openai_chat
from typesight.providers.endpoint import Endpoint, LocalEndpoint, SdkEndpoint
from typesight.providers.local import LocalReader
from typesight.providers.wire import Wire

__all__ = ["endpoint_of", "is_async", "local_endpoint", "named_endpoint"]


@dataclass(frozen=True, slots=True)
class _Vendor:
    """An SDK: its package, which is also its extra, its two clients and the wire they speak."""

    package: str
    client: str
    async_client: str
    wire: Wire


_VENDORS = {
    "openai": _Vendor("openai", "OpenAI", "AsyncOpenAI", openai_chat),
    "anthropic": _Vendor("anthropic", "Anthropic", "AsyncAnthropic", anthropic_messages),
}
_LOCAL = "local"


def endpoint_of(client: Any, vendor: str, profile: VisionProfile | None = None) -> SdkEndpoint:
    """The endpoint of an SDK's client. Raises TypeError for another vendor's client, or for none."""
    row = _VENDORS[vendor]
    if not _is_from(client, row.package):
        raise TypeError(
            f"from_{vendor} takes a client of the {vendor} SDK, {row.package}.{row.client}() or "
            f"{row.package}.{row.async_client}(), not {type(client).__module__}.{type(client).__name__}"
        )
    return SdkEndpoint(client, row.wire, vendor, profile)


def is_async(client: Any) -> bool:
    """Whether an SDK's client is an asynchronous one."""
    return any(kind.__name__ == "AsyncAPIClient" for kind in type(client).__mro__)


def local_endpoint(*, asynchronous: bool) -> LocalEndpoint:
    """This machine's reader."""
    return LocalEndpoint(LocalReader(), asynchronous)


def named_endpoint(name: str, *, asynchronous: bool, **sdk_options: Any) -> tuple[Endpoint, str]:
    """The endpoint and the model of "vendor/model", or of "local".

    `sdk_options` go to the SDK's client (api_key, base_url, ...). Raises ValueError for a vendor nobody here
    knows, MissingExtra when its SDK is not installed.
    """
    if name == _LOCAL:
        return local_endpoint(asynchronous=asynchronous), _LOCAL
    vendor, _, model = name.partition("/")
    if vendor not in _VENDORS or not model:
        known = ", ".join(f'"{each}/MODEL"' for each in _VENDORS)
        raise ValueError(f'{name!r} names no model: use {known} or "{_LOCAL}"')
    row = _VENDORS[vendor]
    made: Callable[..., Any] = getattr(_sdk(row), row.async_client if asynchronous else row.client)
    return endpoint_of(made(**sdk_options), vendor), model


def _sdk(row: _Vendor) -> Any:
    try:
        return import_module(row.package)
    except ImportError as error:
        raise MissingExtra(row.package, f"calling {row.package}") from error


def _is_from(client: Any, package: str) -> bool:
    return any(kind.__module__.partition(".")[0] == package for kind in type(client).__mro__)
