"""Opens a connection, directly or through a proxy; every address is checked before any is used."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from ipaddress import ip_address

from typesight.errors import DownloadFailed, DownloadRefused
from typesight.images.download.destination.host_names import Address, resolve
from typesight.images.download.destination.locations import PORTS, Place
from typesight.images.download.destination.proxies import Proxy
from typesight.images.download.destination.public_addresses import why_not_public
from typesight.images.download.downloads import Downloads, openings_of
from typesight.images.download.http_exchange import Exchange
from typesight.images.download.pipes import Pipe, Tls, tls_context
from typesight.images.download.steps import Step, Steps

__all__ = ["reach"]

_MAX_TRIES = 8  # addresses of one name that are tried; all are checked


def reach(place: Place, downloads: Downloads, proxy: Proxy | None) -> Steps[Pipe | Tls]:
    """Open a pipe to `place`, or to the proxy that forwards to it; every address is checked before any is used."""
    addresses = yield Step("aside", (partial(resolve, place.host, place.port),))
    _judge(place, addresses, downloads)
    pipe: Pipe | Tls
    if proxy is None:
        pipe = yield from _connect(place, addresses)
    else:
        addresses = yield Step("aside", (partial(resolve, proxy.place.host, proxy.place.port),))
        pipe = yield from _connect(proxy.place, addresses)
        if proxy.place.scheme == "https":
            pipe = yield from _secure(pipe, proxy.place.host)
        if place.scheme == "https":
            yield from _tunnel(pipe, place, proxy)
    if place.scheme == "https":
        pipe = yield from _secure(pipe, place.host)
    return pipe


def _judge(place: Place, addresses: Sequence[Address], downloads: Downloads) -> None:
    openings = openings_of(downloads)
    if any(each.opens_name(place.host, place.port) for each in openings):
        return
    for _, (host, *_rest) in addresses:
        address = ip_address(host)
        why = why_not_public(address)
        if why and not any(each.opens_address(address, place.port) for each in openings):
            raise DownloadRefused(
                f"{place} leads to {address} ({why}), which is not fetched: "
                f"if you trust it, allow it with Downloads(allow_hosts=[{place.host!r}])"
            )


def _connect(place: Place, addresses: Sequence[Address]) -> Steps[Pipe]:
    """Connect to the first that answers of the addresses that were checked; they share the time that is left."""
    if not addresses:
        raise DownloadFailed(f"{place} cannot be reached: the name {place.host} does not resolve here, check it")
    reason = ""
    tries = min(len(addresses), _MAX_TRIES)
    for number, address in enumerate(addresses[:tries]):
        reason = yield Step("connect", (address, tries - number))
        if not reason:
            return Pipe()
    raise DownloadFailed(f"{place} cannot be reached ({reason}): check the host and the port")


def _secure(pipe: Pipe | Tls, host: str) -> Steps[Tls]:
    tls = Tls(pipe, (yield Step("aside", (tls_context,))), host)
    yield from tls.handshake()
    return tls


def _tunnel(pipe: Pipe | Tls, place: Place, proxy: Proxy) -> Steps[None]:
    exchange = Exchange(pipe, proxy.place)
    where = f"{place.authority}:{place.port}" if place.port == PORTS[place.scheme] else place.authority
    yield from exchange.ask("CONNECT", where, (("Host", where), *proxy.headers))
    status, _ = yield from exchange.head()
    if not 200 <= status < 300:
        raise DownloadFailed(f"the proxy {proxy.place} answers {status} for {place}: check Downloads(proxies=...)")
