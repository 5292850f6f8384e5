"""Follows a URL and its redirects to the bytes, as a generator without socket, clock or await."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote, urljoin

from typesight.errors import DownloadFailed, DownloadRefused
from typesight.images.download.buckets import read_bucket
from typesight.images.download.connection import open_connection
from typesight.images.download.destination.parsed_urls import (
    BUCKET_PACKAGES,
    DEFAULT_PORTS,
    UNQUOTED_CHARACTERS,
    ParsedUrl,
    parse_url,
)
from typesight.images.download.downloads import Downloads, find_proxy
from typesight.images.download.http_exchange import HttpExchange
from typesight.images.download.http_libraries import import_library
from typesight.images.download.picture_body import PictureBody
from typesight.images.download.steps import Step, Steps
from typesight.logger import LOGGER

__all__ = ["follow_redirects"]

_MAX_REDIRECTS = 5


def follow_redirects(place: ParsedUrl, downloads: Downloads) -> Steps[bytes]:
    """Follow redirects from a URL to its bytes; each hop is resolved, checked and connected by itself."""
    if place.scheme in BUCKET_PACKAGES:
        data: bytes = yield Step("run_in_thread", (partial(read_bucket, place, downloads),))
        _log_arrival(place, data)
        return data
    import_library("h11")  # fails here if it is missing, before anything is sent
    start = place
    for _ in range(_MAX_REDIRECTS + 1):
        arrived = yield from _send_request(place, downloads)
        if isinstance(arrived, bytes):
            _log_arrival(place, arrived)
            return arrived
        place = arrived
    raise DownloadFailed(f"{start} redirects more than {_MAX_REDIRECTS} times: give the picture's own URL")


def _send_request(place: ParsedUrl, downloads: Downloads) -> Steps[bytes | ParsedUrl]:
    """Send one request; returns the body, or the place that it redirects to."""
    proxy = find_proxy(downloads)
    forward = proxy is not None and place.scheme == "http"
    pipe = yield from open_connection(place, downloads, proxy)
    exchange = HttpExchange(pipe, place)
    yield from exchange.send_request(
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
    status, headers = yield from exchange.read_head()
    if status in {301, 302, 303, 307, 308}:
        return _read_redirect(place, headers.get(b"location"))
    if status != 200:
        raise DownloadFailed(f"{place} answers with status {status}: check the URL, and whether it has expired")
    body = PictureBody(place, headers, downloads.max_bytes)
    while (data := (yield from exchange.read_data())) is not None:
        body.add(data)
    return body.finish()


def _log_arrival(place: ParsedUrl, data: bytes) -> None:
    """Name the host alone: the rest of a URL may be a key."""
    LOGGER.info("picture downloaded: host=%s bytes=%d", place.host, len(data))


def _read_redirect(place: ParsedUrl, location: bytes | None) -> ParsedUrl:
    if not location:
        raise DownloadFailed(f"{place} redirects without saying where: give the picture's own URL")
    try:
        target = parse_url(urljoin(place.url, quote(location, safe=UNQUOTED_CHARACTERS)))
    except ValueError:
        raise DownloadFailed(f"{place} redirects to a malformed URL: give the picture's own URL") from None
    except DownloadRefused as error:
        raise DownloadRefused(f"{place} redirects, and {error}") from error
    if target.scheme not in DEFAULT_PORTS or (place.scheme == "https" and target.scheme == "http"):
        raise DownloadRefused(f"{place} redirects to {target}, which is less safe: give that URL if you trust it")
    return target
