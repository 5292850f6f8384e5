"""Tells public addresses, which a download may connect to, from all others by an explicit table.

`ipaddress.is_global` is not used: it differs between Python versions, knows nothing of cloud platforms, and treats an
IPv4 address embedded in an IPv6 one as public.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

__all__ = ["why_not_public"]

_V4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(block), what)
    for block, what in (
        # IANA IPv4 Special-Purpose Address Registry (RFC 6890 and later), complete as of 2026-11, including the rows
        # that it calls globally reachable: no picture is served from those.
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "shared address space, where some clouds keep their metadata"),  # Alibaba: 100.100.100.200
        ("127.0.0.0/8", "this machine"),
        ("169.254.0.0/16", "link-local, where clouds keep their metadata"),  # AWS, Google, Azure: 169.254.169.254
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "IETF protocol assignments, where Oracle keeps its metadata"),  # 192.0.0.192
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "AS112"),
        ("192.52.193.0/24", "AMT"),
        ("192.88.99.0/24", "6to4 relays"),
        ("192.168.0.0/16", "a private network"),
        ("192.175.48.0/24", "AS112"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("240.0.0.0/4", "reserved"),
        # IANA IPv4 Multicast Address Space Registry.
        ("224.0.0.0/4", "multicast"),
        # Formally public, but answered by the cloud platform that the machine runs on.
        ("168.63.129.16/32", "the Azure platform"),  # learn.microsoft.com, "What is IP address 168.63.129.16?"
        ("161.26.0.0/16", "the IBM Cloud platform"),  # cloud.ibm.com/docs/vpc, "Service endpoints available for VPC"
        ("166.8.0.0/14", "the IBM Cloud platform"),
    )
)

_V6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(block), what)
    for block, what in (
        # IANA IPv6 Special-Purpose Address Registry, complete as of 2026-11 (2001::/23 holds a dozen of its rows).
        ("::/128", "no address"),
        ("::1/128", "this machine"),
        ("::/96", "an IPv4-compatible address"),  # RFC 4291 §2.5.5.1, deprecated
        ("::ffff:0:0:0/96", "an IPv4-translated address"),  # RFC 2765
        ("64:ff9b:1::/48", "local NAT64, which may lead anywhere inside"),  # RFC 8215
        ("100::/64", "discarded"),
        ("100:0:0:1::/64", "a dummy prefix"),
        ("2001::/23", "IETF protocol assignments, Teredo among them"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4, which hides an IPv4 address"),  # RFC 7526: deprecated, nothing is served from it
        ("2620:4f:8000::/48", "AS112"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "a private network"),  # AWS: fd00:ec2::254, Google: fd20:ce::254
        ("fe80::/10", "link-local"),
        # From other IANA registries.
        ("3ffe::/16", "the former 6bone"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = 0x00005EFE  # RFC 5214 §6.1; the bit 0x02000000 before it says "universal"


def why_not_public(address: IPv4Address | IPv6Address) -> str | None:
    """None for an address of the public internet, else what it is, in a few words.

    An IPv4 address embedded in an IPv6 one is checked as itself: mapped, NAT64 by the well-known prefix (what every
    IPv4 site looks like from an IPv6-only network) and ISATAP. The other forms that embed one (compatible,
    translated, local NAT64, 6to4, Teredo) are always refused: nothing public is served from them.
    """
    if isinstance(address, IPv4Address):
        return next((what for block, what in _V4 if address in block), None)
    if address.scope_id is not None:
        return "bound to one network interface"
    hidden = _hidden(address)
    if hidden is not None and (why := why_not_public(hidden)):
        return f"embeds {hidden}, {why}"
    if address in _MAPPED or address in _NAT64:
        return None
    why = next((what for block, what in _V6 if address in block), None)
    return why or (None if address in _GLOBAL_UNICAST else "outside global unicast")


def _hidden(address: IPv6Address) -> IPv4Address | None:
    isatap = (int(address) >> 32) & 0xFDFFFFFF == _ISATAP
    return IPv4Address(int(address) & 0xFFFFFFFF) if isatap or address in _MAPPED or address in _NAT64 else None
