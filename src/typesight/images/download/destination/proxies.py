"""A proxy: the place of one, and the header it is asked with."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote

from typesight.errors import DownloadRefused
from typesight.images.download.destination.locations import PORTS, Place, parse

__all__ = ["Proxy", "read_proxy"]


@dataclass(frozen=True)
class Proxy:
    """Where a proxy is; `headers` hold its password."""

    place: Place
    headers: tuple[tuple[str, str], ...] = field(repr=False)


@cache
def read_proxy(url: str) -> Proxy:
    """The proxy of a URL, which may hold a user name and password. Raises ValueError, which quotes none of it."""
    scheme, _, rest = url.partition("://")
    login, at, authority = rest.rpartition("@")
    try:
        place = parse(f"{scheme}://{authority}")
    except DownloadRefused:
        place = None
    if place is None or place.scheme not in PORTS:
        raise ValueError("Downloads(proxies=...) wants the URL of one HTTP proxy, such as 'http://proxy.corp:3128'")
    key = b64encode(unquote(login).encode()).decode()
    return Proxy(place, (("Proxy-Authorization", f"Basic {key}"),) if at else ())
