"""Normalises and resolves host names."""

from __future__ import annotations

import re
import socket
from typing import Any, TypeAlias

from typesight.errors import MissingExtra

__all__ = ["SocketAddress", "normalise_host", "resolve_host"]

SocketAddress: TypeAlias = tuple[int, tuple[Any, ...]]  # family, and what socket.connect takes

_LABEL = r"[a-z0-9_-]{1,63}"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")


def normalise_host(text: str) -> str | None:
    """A host name as DNS and certificates write it: lower case, ASCII, no final dot; None if it is not valid."""
    name = text.removesuffix(".").lower()
    if not name.isascii():
        try:
            import idna  # comes with httpx and httpx2
        except ImportError as error:
            raise MissingExtra("openai", "a host name that is not ASCII") from error
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except UnicodeError:
            return None
    return name if _NAME.fullmatch(name) else None


def resolve_host(host: str, port: int) -> tuple[SocketAddress, ...]:
    """All addresses of a name, from the system's resolver (which also reads 0x7f.1); empty if there are none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):  # any other error says more than that there is no such name
        return ()
    # Drop a zone (fe80::1%eth0): the fourth part of such an address holds it as a number.
    rows = [(family, (str(at[0]).partition("%")[0], *at[1:])) for family, _, _, _, at in found]
    return tuple(dict.fromkeys(row for row in rows if row[0] in {socket.AF_INET, socket.AF_INET6}))
