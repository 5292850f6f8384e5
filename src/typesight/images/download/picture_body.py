"""A response body: decompressed and limited in size while it arrives."""

from __future__ import annotations

import zlib
from typing import Any

from typesight.errors import DownloadFailed
from typesight.images.download.destination.parsed_urls import ParsedUrl

__all__ = ["PictureBody"]


class PictureBody:
    """A growing body, decompressed and counted at once, so that a decompression bomb stops at the limit."""

    def __init__(self, place: ParsedUrl, headers: dict[bytes, bytes], limit: int) -> None:
        self._place, self._limit = place, limit
        self._data = bytearray()
        self._received = 0
        self._inflate: Any = None
        self._first = b""
        self._encoding = headers.get(b"content-encoding", b"identity").decode("latin-1").strip().lower()
        if self._encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise DownloadFailed(f"{place} has an unsupported content encoding: give a URL that serves it uncompressed")
        if int(headers.get(b"content-length", b"0")) > limit:
            raise self._make_size_error()

    def add(self, data: bytes) -> None:
        """Add received data. Raises DownloadFailed past the limit, or if the compression is damaged."""
        self._received += len(data)
        if self._encoding in {"", "identity"}:
            self._data += data
        else:
            try:
                self._decompress(data)
            except zlib.error as error:
                raise self._make_damage_error() from error
        if max(self._received, len(self._data)) > self._limit:
            raise self._make_size_error()

    def finish(self) -> bytes:
        """The whole body. Raises DownloadFailed if it is empty, or its compression is cut short."""
        if self._first or (self._inflate and not self._inflate.eof):
            raise self._make_damage_error()
        if not self._data:
            raise DownloadFailed(f"{self._place} is empty (0 bytes): check the URL")
        return bytes(self._data)

    def _decompress(self, data: bytes) -> None:
        if self._inflate is None:
            self._first += data
            if len(self._first) < 2:
                return
            self._inflate, data, self._first = zlib.decompressobj(self._find_wbits(self._first)), self._first, b""
        if self._inflate.eof:  # a second gzip member or garbage: neither is expected
            raise self._make_damage_error()
        # One byte past the limit is enough to know; the rest of `data` need not be decompressed then.
        self._data += self._inflate.decompress(data, self._limit + 1 - len(self._data))
        if self._inflate.unused_data:
            raise self._make_damage_error()

    def _find_wbits(self, first: bytes) -> int:
        """The `wbits` for zlib; "deflate" means zlib in RFC 9110 §8.4.1.2, but some servers send raw deflate."""
        if self._encoding != "deflate":
            return 16 + zlib.MAX_WBITS
        is_zlib = first[0] & 0x0F == 8 and int.from_bytes(first[:2]) % 31 == 0
        return zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS

    def _make_damage_error(self) -> DownloadFailed:
        return DownloadFailed(f"{self._place} arrived with damaged {self._encoding} compression: try again")

    def _make_size_error(self) -> DownloadFailed:
        return DownloadFailed(
            f"{self._place} is larger than {self._limit / 1e6:g} MB: give a smaller picture, or raise "
            "Downloads(max_bytes=...)"
        )
