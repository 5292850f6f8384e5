"""Parses the entries of `allow_hosts`: what they allow beyond the public internet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from typesight.images.download.destination.host_names import host_name

__all__ = ["Opening", "opening"]


@dataclass(frozen=True)
class Opening:
    """What one entry of `allow_hosts` allows: a host name (`*.` for all its subdomains) or a block of addresses."""

    name: str | None
    block: IPv4Network | IPv6Network | None
    port: int | None

    def opens_name(self, host: str, port: int) -> bool:
        """Whether a URL's host name is allowed, whatever it resolves to."""
        if self.name is None or self.port not in {None, port}:
            return False
        return host.endswith(self.name[1:]) if self.name.startswith("*.") else host == self.name

    def opens_address(self, address: IPv4Address | IPv6Address, port: int) -> bool:
        """Whether an address is allowed, whatever name resolved to it."""
        return self.block is not None and self.port in {None, port} and address in self.block


_ENTRY = re.compile(r"(?:\[(?P<six>[^\]]*)\]|(?P<host>[^:\[\]]*))(?::(?P<port>\d{1,5}))?")


@cache
def opening(entry: str) -> Opening:
    """Parse one entry: `host`, `*.host`, an IP address or a block (`10.0.0.0/8`, `[fd00::/8]`), maybe with `:port`.

    Raises ValueError for anything else.
    """
    match = _ENTRY.fullmatch(f"[{entry}]" if entry.count(":") > 1 and "[" not in entry else entry)
    if match is None:
        raise ValueError(_not_an_entry(entry))
    port = int(match["port"]) if match["port"] else None
    try:
        return Opening(None, ip_network(match["six"] or match["host"], strict=False), port)
    except ValueError:
        star = "*." if entry.startswith("*.") else ""
        name = host_name((match["host"] or "").removeprefix("*."))
        if name is None:
            raise ValueError(_not_an_entry(entry)) from None
        return Opening(star + name, None, port)


def _not_an_entry(entry: str) -> str:
    return (
        f"allow_hosts holds {entry[:80]!r}: give host names, '*.example.com', IP addresses or blocks, "
        "each with or without ':port', and no 'http://'"
    )
