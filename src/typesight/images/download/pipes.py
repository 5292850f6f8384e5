"""A pipe: bytes to and from the other side, as steps, bare or within TLS."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from typesight.images.download.http_libraries import library
from typesight.images.download.steps import CHUNK, Step, Steps

__all__ = ["Pipe", "Tls", "tls_context"]

_T = TypeVar("_T")


class Pipe:
    """The connection itself, as steps."""

    def send(self, data: bytes) -> Steps[None]:
        """Send all of it."""
        yield Step("send", (data,))

    def read(self) -> Steps[bytes]:
        """What has come, as soon as anything has; no bytes once the other side has ended."""
        data: bytes = yield Step("read")
        return data


class Tls:
    """TLS over a pipe, or over another TLS. Has state because OpenSSL does."""

    def __init__(self, below: Pipe | Tls, context: ssl.SSLContext, host: str) -> None:
        self._below = below
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)

    def handshake(self) -> Steps[None]:
        """Agree on keys, and check the certificate against the host."""
        yield from self._turn(self._tls.do_handshake)

    def send(self, data: bytes) -> Steps[None]:
        """As `Pipe.send`, encrypted."""
        yield from self._turn(partial(self._tls.write, data))

    def read(self) -> Steps[bytes]:
        """As `Pipe.read`, decrypted."""
        try:
            return (yield from self._turn(partial(self._tls.read, CHUNK)))
        except ssl.SSLZeroReturnError:  # a proper end; an end without it is an error, as the picture may be cut
            return b""

    def _turn(self, action: Callable[[], _T]) -> Steps[_T]:
        while True:
            try:
                result = action()
            except ssl.SSLWantReadError:
                yield from self._flush()
                data = yield from self._below.read()
                self._incoming.write(data) if data else self._incoming.write_eof()
            else:
                yield from self._flush()
                return result

    def _flush(self) -> Steps[None]:
        if data := self._outgoing.read():
            yield from self._below.send(data)


def tls_context() -> ssl.SSLContext:
    """The certificates the SDK's own HTTP library trusts, SSL_CERT_FILE and SSL_CERT_DIR included.

    Python, where it is built with OpenSSL 3, lets a connection that breaks off pass for one that ends: not here.
    """
    context: ssl.SSLContext = library("httpx2", "httpx").create_ssl_context()
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    context.set_alpn_protocols(["http/1.1"])
    return context
