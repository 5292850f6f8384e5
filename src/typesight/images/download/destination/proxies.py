"""Parses a proxy's URL into its address and its authorization header."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote

from typesight.errors import DownloadRefused
from typesight.images.download.destination.parsed_urls import DEFAULT_PORTS, ParsedUrl, parse_url

__all__ = ["Proxy", "parse_proxy"]


@dataclass(frozen=True)
class Proxy:
    """A proxy's address; `headers` hold its password."""

    url: ParsedUrl
    headers: tuple[tuple[str, str], ...] = field(repr=False)


@cache
def parse_proxy(url: str) -> Proxy:
    """Parse a proxy's URL, which may hold a user name and password. Raises ValueError, which quotes none of it."""
    scheme, _, rest = url.partition("://")
    login, at, authority = rest.rpartition("@")
    try:
        place = parse_url(f"{scheme}://{authority}")
    except DownloadRefused:
        place = None
    if place is None or place.scheme not in DEFAULT_PORTS:
        raise ValueError("Downloads(proxies=...) takes the URL of one HTTP proxy, such as 'http://proxy.corp:3128'")
    key = b64encode(unquote(login).encode()).decode()
    return Proxy(place, (("Proxy-Authorization", f"Basic {key}"),) if at else ())
