"""Opens a connection, directly or through a proxy; every address is checked before any is used."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from ipaddress import ip_address

from typesight.errors import DownloadFailed, DownloadRefused
from typesight.images.download.destination.host_names import SocketAddress, resolve_host
from typesight.images.download.destination.parsed_urls import DEFAULT_PORTS, ParsedUrl
from typesight.images.download.destination.proxies import Proxy
from typesight.images.download.destination.public_addresses import find_special_purpose
from typesight.images.download.downloads import Downloads, parse_allowed_hosts
from typesight.images.download.http_exchange import HttpExchange
from typesight.images.download.pipes import Pipe, TlsPipe, make_tls_context
from typesight.images.download.steps import Step, Steps

__all__ = ["open_connection"]

_MAX_TRIES = 8  # addresses of one name that are tried; all are checked


def open_connection(place: ParsedUrl, downloads: Downloads, proxy: Proxy | None) -> Steps[Pipe | TlsPipe]:
    """Open a pipe to `place`, or to the proxy that forwards to it; every address is checked before any is used."""
    addresses = yield Step("run_in_thread", (partial(resolve_host, place.host, place.port),))
    _check_addresses(place, addresses, downloads)
    pipe: Pipe | TlsPipe
    if proxy is None:
        pipe = yield from _connect(place, addresses)
    else:
        addresses = yield Step("run_in_thread", (partial(resolve_host, proxy.url.host, proxy.url.port),))
        pipe = yield from _connect(proxy.url, addresses)
        if proxy.url.scheme == "https":
            pipe = yield from _start_tls(pipe, proxy.url.host)
        if place.scheme == "https":
            yield from _open_tunnel(pipe, place, proxy)
    if place.scheme == "https":
        pipe = yield from _start_tls(pipe, place.host)
    return pipe


def _check_addresses(place: ParsedUrl, addresses: Sequence[SocketAddress], downloads: Downloads) -> None:
    openings = parse_allowed_hosts(downloads)
    if any(each.allows_name(place.host, place.port) for each in openings):
        return
    for _, (host, *_rest) in addresses:
        address = ip_address(host)
        why = find_special_purpose(address)
        if why and not any(each.allows_address(address, place.port) for each in openings):
            raise DownloadRefused(
                f"{place} leads to {address} ({why}), but only public addresses are downloaded from: "
                f"if you trust it, allow it with Downloads(allow_hosts=[{place.host!r}])"
            )


def _connect(place: ParsedUrl, addresses: Sequence[SocketAddress]) -> Steps[Pipe]:
    """Connect to the first that answers of the addresses that were checked; they share the time that is left."""
    if not addresses:
        raise DownloadFailed(f"{place} cannot be reached: the host {place.host} does not resolve; check its name")
    reason = ""
    tries = min(len(addresses), _MAX_TRIES)
    for number, address in enumerate(addresses[:tries]):
        reason = yield Step("connect", (address, tries - number))
        if not reason:
            return Pipe()
    raise DownloadFailed(f"{place} cannot be reached ({reason}): check the host and the port")


def _start_tls(pipe: Pipe | TlsPipe, host: str) -> Steps[TlsPipe]:
    tls = TlsPipe(pipe, (yield Step("run_in_thread", (make_tls_context,))), host)
    yield from tls.do_handshake()
    return tls


def _open_tunnel(pipe: Pipe | TlsPipe, place: ParsedUrl, proxy: Proxy) -> Steps[None]:
    exchange = HttpExchange(pipe, proxy.url)
    where = f"{place.authority}:{place.port}" if place.port == DEFAULT_PORTS[place.scheme] else place.authority
    yield from exchange.send_request("CONNECT", where, (("Host", where), *proxy.headers))
    status, _ = yield from exchange.read_head()
    if not 200 <= status < 300:
        raise DownloadFailed(f"the proxy {proxy.url} answers {status} for {place}: check Downloads(proxies=...)")
