"""The settings of a download: allowed hosts, proxy, size limit and timeout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from typesight.images.download.destination.allowed_hosts import Opening, opening
from typesight.images.download.destination.proxies import Proxy, read_proxy

__all__ = ["Downloads", "openings_of", "proxy_of"]


@dataclass(frozen=True)
class Downloads:
    """How pictures are fetched from URLs: by default from public addresses only, without a proxy.

    `allow_hosts` allows more: host names ("pictures.corp", "*.corp" for all its subdomains), IP addresses and blocks
    ("10.1.0.0/16"), each also with a port ("localhost:8000"). A name allows whatever it resolves to, private addresses
    included; an address allows itself, whatever name resolves to it. `proxies` is the URL of one HTTP proxy
    ("http://proxy.corp:3128"); proxies set in the environment are never used. A proxy resolves names itself: the name
    is checked by what it resolves to here, if it does, and the proxy must guard what it then connects to.
    `max_bytes` limits the picture as received and as decompressed, in bytes. `timeout` limits the whole fetch in
    seconds, from the DNS lookup to the last byte, redirects included, however slowly the bytes arrive.

    Raises ValueError for an invalid entry, proxy or limit.
    """

    allow_hosts: Sequence[str] = ()
    proxies: str | None = field(default=None, repr=False)  # may hold a password
    max_bytes: int = 20_000_000
    timeout: float = 20.0

    def __post_init__(self) -> None:
        entries = (self.allow_hosts,) if isinstance(self.allow_hosts, str) else tuple(self.allow_hosts)
        object.__setattr__(self, "allow_hosts", entries)
        if self.max_bytes < 1 or not 0 < self.timeout <= 86_400:
            raise ValueError("Downloads takes max_bytes of at least 1 and a timeout above 0 and up to 86400 seconds")
        _ = openings_of(self), proxy_of(self)  # parsed now, so that a mistake shows here


def openings_of(downloads: Downloads) -> tuple[Opening, ...]:
    """Parse the entries of `allow_hosts`. Raises ValueError for an invalid one."""
    return tuple(map(opening, downloads.allow_hosts))


def proxy_of(downloads: Downloads) -> Proxy | None:
    """Parse `proxies`; None if there is none. Raises ValueError for an invalid one."""
    return None if downloads.proxies is None else read_proxy(downloads.proxies)
