"""Read the body of an HTTP/1.1 request, by its length or in chunks, and refuse a head that contradicts itself.

Sources: RFC 9112 sections 6 and 7.1, RFC 9110 section 5.6.2 (what a field's name may hold).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import FirstHeaderLineIsContinuationDefect, MissingHeaderBodySeparatorDefect
from email.message import Message
from typing import BinaryIO

__all__ = ["MAX_BODY_BYTES", "BadFramingError", "ClientLeftError", "check_head", "read_request_body"]

MAX_BODY_BYTES = 512 * 1024 * 1024
"""Size limit in bytes: a longer body is not read, and the request's `raw` is None."""
BLOCK_BYTES = 1024 * 1024
LINE_BYTES = 4096
"""The longest line about a chunk."""
MAX_TRAILERS = 100
FIELD_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
DIGITS = re.compile(r"[0-9]{1,40}")
CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(;[^\r\n]*)?\r?\n")
BAD_HEAD = (FirstHeaderLineIsContinuationDefect, MissingHeaderBodySeparatorDefect)


class BadFramingError(Exception):
    """A request whose bounds are not certain, or not allowed: (HTTP status, what is wrong)."""


class ClientLeftError(Exception):
    """The connection ended before the request did."""


def check_head(headers: Message, *, host_required: bool) -> None:
    """Check what every request needs, whatever it asks for.

    Raises:
        BadFramingError: a header line without a name, a name with a space, a missing Host or two.

    """
    if any(isinstance(defect, BAD_HEAD) for defect in headers.defects):
        raise BadFramingError(400, "a header line has no colon")
    for name in headers:
        if not FIELD_NAME.fullmatch(name):
            raise BadFramingError(400, f"{name!r} is no header name")
    hosts = headers.get_all("host") or []
    if len(hosts) > 1 or (host_required and not hosts):
        raise BadFramingError(400, f"one Host header is needed, not {len(hosts)}")


def read_request_body(headers: Message, file: BinaryIO) -> bytes | None:
    """Read a request's body; None if it is longer than `MAX_BODY_BYTES`.

    Raises:
        BadFramingError: its length is not certain.
        ClientLeftError: it ended too early.

    """
    codings = [word.strip().lower() for line in headers.get_all("transfer-encoding") or () for word in line.split(",")]
    lengths = [word.strip() for line in headers.get_all("content-length") or () for word in line.split(",")]
    if codings and lengths:
        raise BadFramingError(400, "Transfer-Encoding and Content-Length exclude each other")
    if codings and codings != ["chunked"]:
        raise BadFramingError(501, f"Transfer-Encoding {', '.join(codings)!r} is not supported; use chunked")
    if codings:
        return _join_within_limit(_read_chunks(file))
    if len(lengths) > 1 or not all(DIGITS.fullmatch(length) for length in lengths):
        raise BadFramingError(400, f"Content-Length {', '.join(lengths)!r} is no length")
    length = int(lengths[0]) if lengths else 0
    return b"".join(_read_blocks(file, length)) if length <= MAX_BODY_BYTES else None


def _join_within_limit(pieces: Iterator[bytes]) -> bytes | None:
    found, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > MAX_BODY_BYTES:
            return None
        found.append(piece)
    return b"".join(found)


def _read_blocks(file: BinaryIO, length: int) -> Iterator[bytes]:
    """Exactly so many bytes, in blocks, so that a length alone takes no memory."""
    while length:
        block = file.read(min(length, BLOCK_BYTES))
        if not block:
            raise ClientLeftError
        length -= len(block)
        yield block


def _read_chunks(file: BinaryIO) -> Iterator[bytes]:
    while size := _read_chunk_size(file):
        yield from _read_blocks(file, size)
        if _read_line(file).strip():
            raise BadFramingError(400, "a chunk is longer than its size says")
    for _ in range(MAX_TRAILERS):
        if not _read_line(file).strip():
            return
    raise BadFramingError(431, f"more than {MAX_TRAILERS} trailers")


def _read_chunk_size(file: BinaryIO) -> int:
    found = CHUNK_SIZE.fullmatch(_read_line(file))
    if found is None:
        raise BadFramingError(400, "a chunk's size is no hexadecimal number")
    return int(found[1], 16)


def _read_line(file: BinaryIO) -> bytes:
    line = file.readline(LINE_BYTES + 1)
    if not line:
        raise ClientLeftError
    if len(line) > LINE_BYTES:
        raise BadFramingError(400, "a line about a chunk is too long")
    return line
