"""Blocks the network for a test: connections and look-ups of names, but for this machine's own."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Self
from unittest.mock import patch

from typesight.testing.kit_errors import NetworkBlocked

__all__ = ["NetworkBlock"]

_LOCAL_NAMES = frozenset({"", "localhost", "ip6-localhost", "0.0.0.0", "::", socket.gethostname().lower()})
# Methods of a socket that send to an address, and where among their arguments the address is.
_SENDING = {"connect": 0, "connect_ex": 0, "sendto": -1, "sendmsg": 3}
_NAME_LOOKUPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr")


class NetworkBlock:
    """Blocks connections of this process while it is entered, synchronous and asynchronous ones.

    It replaces methods of Python's sockets; libraries that open sockets in C, such as uvloop, are not seen. It is a
    class with state because it keeps what is allowed, and what was stopped.
    """

    def __init__(self) -> None:
        self.stopped: list[str] = []
        """The message of each connection or look-up that was stopped, in order; also where an `except` hid it."""
        self._allowed: set[str] = set()
        self._undo = ExitStack()

    def allow(self, *hosts: str) -> None:
        """Let connections to these hosts through, given by name or by address."""
        self._allowed.update(host.lower() for host in hosts)

    def __enter__(self) -> Self:
        for name, place in _SENDING.items():
            if hasattr(socket.socket, name):  # Windows has no sendmsg
                guarded = self._guard_method(getattr(socket.socket, name), place)
                self._undo.enter_context(patch.object(socket.socket, name, guarded))
        for name in _NAME_LOOKUPS:
            self._undo.enter_context(patch.object(socket, name, self._guard_lookup(getattr(socket, name))))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._undo.close()

    def _guard_method(self, method: Callable[..., Any], place: int) -> Callable[..., Any]:
        def guarded(sender: socket.socket, *arguments: Any) -> Any:
            address = arguments[place] if -1 <= place < len(arguments) else None
            if isinstance(address, tuple):  # the address of a Unix socket is a string
                self._check(address[0], address[1])
            return method(sender, *arguments)

        return guarded

    def _guard_lookup(self, look_up: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(host: Any, *arguments: Any, **options: Any) -> Any:
            name = _read_name(host)
            self._check(name, next(iter(arguments), options.get("port")))
            found = look_up(host, *arguments, **options)
            if name in self._allowed:
                self._allowed.update(_find_addresses(found))
            return found

        return guarded

    def _check(self, host: Any, port: Any) -> None:
        name = _read_name(host)
        if not (name in self._allowed or _is_local(name)):
            where = name if port is None else f"{name}:{port}"
            self.stopped.append(
                f"this test reached for {where}, and block_network lets nothing leave this machine. Script the reply, "
                "with fake_model([...]).client() or the URL of sandbox([...]). To let the connection through: "
                f"block_network.allow({name!r})"
            )
            raise NetworkBlocked(self.stopped[-1])


def _read_name(host: Any) -> str:
    name = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else str(host or "")
    return name.lower().partition("%")[0]  # an address may have its interface behind a %


def _is_local(name: str) -> bool:
    if name in _LOCAL_NAMES or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _find_addresses(found: Any) -> Iterator[str]:
    """The addresses in the result of any look-up, which are strings in nested tuples and lists."""
    if isinstance(found, str):
        yield found.lower()
    elif isinstance(found, (tuple, list)):
        for each in found:
            yield from _find_addresses(each)
