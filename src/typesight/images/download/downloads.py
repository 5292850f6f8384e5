"""The settings of a download: what is opened, through which proxy, how much, how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from typesight.images.download.destination.allowed_hosts import Opening, opening
from typesight.images.download.destination.proxies import Proxy, read_proxy

__all__ = ["Downloads", "openings_of", "proxy_of"]


@dataclass(frozen=True)
class Downloads:
    """How pictures are fetched from URLs: by default from public addresses only, without a proxy.

    `allow_hosts` opens more: host names ("pictures.corp", "*.corp" for every name below it), IP addresses and blocks
    ("10.1.0.0/16"), each also with a port ("localhost:8000"). A name opens whatever it resolves to, private addresses
    included; an address opens itself, whatever name leads there. `proxies` is the URL of one HTTP proxy
    ("http://proxy.corp:3128"); the environment's is never used. A proxy resolves names itself: the name is judged by
    what it resolves to here, if it does, and what the proxy then connects to is the proxy's to guard.
    `max_bytes` bounds the picture as received and as decompressed, in bytes. `timeout` bounds the whole fetch in
    seconds, from the look-up of the name to the last byte, redirects included, however slowly the bytes drip.

    Raises ValueError for an entry, proxy or limit that cannot be meant.
    """

    allow_hosts: Sequence[str] = ()
    proxies: str | None = field(default=None, repr=False)  # may hold a password
    max_bytes: int = 20_000_000
    timeout: float = 20.0

    def __post_init__(self) -> None:
        entries = (self.allow_hosts,) if isinstance(self.allow_hosts, str) else tuple(self.allow_hosts)
        object.__setattr__(self, "allow_hosts", entries)
        if self.max_bytes < 1 or not 0 < self.timeout <= 86_400:
            raise ValueError("Downloads wants max_bytes of at least 1 and a timeout of 0 to 86400 seconds")
        _ = openings_of(self), proxy_of(self)  # read now, so that a mistake shows here


def openings_of(downloads: Downloads) -> tuple[Opening, ...]:
    """What `allow_hosts` opens. Raises ValueError for an entry that cannot be meant."""
    return tuple(map(opening, downloads.allow_hosts))


def proxy_of(downloads: Downloads) -> Proxy | None:
    """The proxy of `proxies`, if any. Raises ValueError for one that cannot be meant."""
    return None if downloads.proxies is None else read_proxy(downloads.proxies)
