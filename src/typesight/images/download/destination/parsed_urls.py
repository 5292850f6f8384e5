"""Parses untrusted URLs, once and strictly, into scheme, host, port and path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from typesight.errors import DownloadRefused
from typesight.images.download.destination.host_names import normalise_host

__all__ = ["BUCKET_PACKAGES", "DEFAULT_PORTS", "UNQUOTED_CHARACTERS", "ParsedUrl", "parse_url"]

DEFAULT_PORTS = {"http": 80, "https": 443}
BUCKET_PACKAGES = {"gs": "gcsfs", "s3": "s3fs"}  # scheme -> the package that fsspec needs to read it
UNQUOTED_CHARACTERS = "%/:=&?~#+!$,;'@()*[]"  # the characters of a path or query that are not percent-encoded
_AUTHORITY = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<host>[^:\[\]@]+))(?::(?P<port>[0-9]{0,5}))?", re.IGNORECASE)


@dataclass(frozen=True)
class ParsedUrl:
    """Where a URL points: `host` in ASCII and lower case, `target` the path and query as sent."""

    scheme: str
    host: str
    port: int
    target: str

    def __str__(self) -> str:
        # A signed URL's query is a secret: it does not belong in a message.
        return f"{self.scheme}://{self.authority}{self.target.partition('?')[0]}"[:200]

    @property
    def authority(self) -> str:
        """`host` or `host:port`, as in a URL and a Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS.get(self.scheme, 0) else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole URL, including its query, which may be a secret."""
        return f"{self.scheme}://{self.authority}{self.target}"


def parse_url(url: str) -> ParsedUrl:
    """Parse an untrusted URL. Raises DownloadRefused, whose message quotes nothing that could be a secret."""
    scheme, _, rest = url.strip().partition(":")
    scheme = scheme.lower()
    if scheme not in DEFAULT_PORTS and scheme not in BUCKET_PACKAGES:
        known = re.fullmatch(r"[a-z][a-z0-9+.-]{0,19}", scheme) and rest
        what = f"URLs with {scheme}: are not downloaded" if known else "the URL has no scheme"
        raise DownloadRefused(f"{what}: give an http, https, gs or s3 URL, or the picture's bytes")
    try:
        place = _parse_bucket_url(scheme, rest) if scheme in BUCKET_PACKAGES else _parse_web_url(url.strip())
    except ValueError:
        place = None
    if place is None:
        raise DownloadRefused(f"the {scheme} URL ({len(url)} characters) has no valid host or port: check its spelling")
    return place


def _parse_web_url(url: str) -> ParsedUrl | None:
    if re.search(r"[\x00-\x1f\x7f]", url):  # urlsplit would silently drop some of them
        return None
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise DownloadRefused(
            f"the {parts.scheme} URL holds a user name or password: download the picture yourself and give its bytes"
        )
    match = _AUTHORITY.fullmatch(parts.netloc)
    if match is None:  # a zone id (fe80::1%eth0) does not match either
        return None
    host = str(ip_address(match["six"])) if match["six"] else normalise_host(match["host"])
    port = int(match["port"] or DEFAULT_PORTS[parts.scheme])
    if not host or not 0 < port < 65536:
        return None
    query = f"?{quote(parts.query, safe=UNQUOTED_CHARACTERS)}" if parts.query else ""
    return ParsedUrl(parts.scheme, host, port, quote(parts.path or "/", safe=UNQUOTED_CHARACTERS) + query)


def _parse_bucket_url(scheme: str, rest: str) -> ParsedUrl | None:
    match = re.fullmatch(r"//([A-Za-z0-9][A-Za-z0-9._-]*)(/[^\x00-\x1f]+)", rest)
    return ParsedUrl(scheme, match[1], 0, match[2]) if match else None
