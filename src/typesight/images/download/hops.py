"""Follows a URL and its redirects to the bytes, as a generator without socket, clock or await."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote, urljoin

from typesight.errors import DownloadFailed, DownloadRefused
from typesight.images.download.buckets import read_bucket
from typesight.images.download.connection import reach
from typesight.images.download.destination.locations import BUCKETS, PORTS, SAFE, Place, parse
from typesight.images.download.downloads import Downloads, proxy_of
from typesight.images.download.http_exchange import Exchange
from typesight.images.download.http_libraries import library
from typesight.images.download.picture_body import Body
from typesight.images.download.steps import Step, Steps
from typesight.logger import LOGGER

__all__ = ["travel"]

_MAX_REDIRECTS = 5


def travel(place: Place, downloads: Downloads) -> Steps[bytes]:
    """Follow redirects from a URL to its bytes; each hop is resolved, checked and connected by itself."""
    if place.scheme in BUCKETS:
        data: bytes = yield Step("aside", (partial(read_bucket, place, downloads),))
        _log_arrival(place, data)
        return data
    library("h11")  # fails here if it is missing, before anything is sent
    start = place
    for _ in range(_MAX_REDIRECTS + 1):
        arrived = yield from _visit(place, downloads)
        if isinstance(arrived, bytes):
            _log_arrival(place, arrived)
            return arrived
        place = arrived
    raise DownloadFailed(f"{start} redirects more than {_MAX_REDIRECTS} times: give the picture's own URL")


def _visit(place: Place, downloads: Downloads) -> Steps[bytes | Place]:
    """Send one request; returns the body, or the place that it redirects to."""
    proxy = proxy_of(downloads)
    forward = proxy is not None and place.scheme == "http"
    pipe = yield from reach(place, downloads, proxy)
    exchange = Exchange(pipe, place)
    yield from exchange.ask(
        "GET",
        place.url if forward else place.target,
        (
            ("Host", place.authority),
            ("User-Agent", "typesight"),
            ("Accept", "image/*,*/*;q=0.8"),
            ("Accept-Encoding", "identity"),  # pictures are compressed already; gzip is decoded all the same
            ("Connection", "close"),
            *(proxy.headers if forward and proxy else ()),
        ),
    )
    status, headers = yield from exchange.head()
    if status in {301, 302, 303, 307, 308}:
        return _redirected(place, headers.get(b"location"))
    if status != 200:
        raise DownloadFailed(f"{place} answers with status {status}: check the URL, or that it has not expired")
    body = Body(place, headers, downloads.max_bytes)
    while (data := (yield from exchange.data())) is not None:
        body.take(data)
    return body.finish()


def _log_arrival(place: Place, data: bytes) -> None:
    """Name the host alone: the rest of a URL may be a key."""
    LOGGER.info("picture downloaded: host=%s bytes=%d", place.host, len(data))


def _redirected(place: Place, location: bytes | None) -> Place:
    if not location:
        raise DownloadFailed(f"{place} redirects without saying where: give the picture's own URL")
    try:
        target = parse(urljoin(place.url, quote(location, safe=SAFE)))
    except ValueError:
        raise DownloadFailed(f"{place} redirects to a malformed URL: give the picture's own URL") from None
    except DownloadRefused as error:
        raise DownloadRefused(f"{place} redirects, and {error}") from error
    if target.scheme not in PORTS or (place.scheme == "https" and target.scheme == "http"):
        raise DownloadRefused(f"{place} redirects to {target}, less safe than itself: give that URL if you trust it")
    return target
