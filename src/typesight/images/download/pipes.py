"""Sends and receives bytes, as steps, plain or over TLS."""

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
    """The plain connection, as steps."""

    def send(self, data: bytes) -> Steps[None]:
        """Send all of `data`."""
        yield Step("send", (data,))

    def read(self) -> Steps[bytes]:
        """Read the bytes that have arrived, as soon as there are any; empty once the other side has closed."""
        data: bytes = yield Step("read")
        return data


class Tls:
    """TLS over a pipe, or over TLS to a proxy. Has state because OpenSSL does."""

    def __init__(self, below: Pipe | Tls, context: ssl.SSLContext, host: str) -> None:
        self._below = below
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)

    def handshake(self) -> Steps[None]:
        """Agree on keys and check the certificate against the host."""
        yield from self._turn(self._tls.do_handshake)

    def send(self, data: bytes) -> Steps[None]:
        """Encrypt and send all of `data`."""
        yield from self._turn(partial(self._tls.write, data))

    def read(self) -> Steps[bytes]:
        """Read and decrypt, as soon as there are any bytes; empty once the other side has closed properly."""
        try:
            return (yield from self._turn(partial(self._tls.read, CHUNK)))
        except ssl.SSLZeroReturnError:  # a proper close; without it, the picture may be cut short, which is an error
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
    """A context with the certificates that the SDK's HTTP library trusts, SSL_CERT_FILE and SSL_CERT_DIR included.

    Built with OpenSSL 3, Python treats a connection that breaks off as one that was closed; this context does not.
    """
    context: ssl.SSLContext = library("httpx2", "httpx").create_ssl_context()
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    context.set_alpn_protocols(["http/1.1"])
    return context
