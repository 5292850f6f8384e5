"""Which addresses are public, and what an entry of allow_hosts opens."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from typesight.images.download.destination.allowed_hosts import parse_allowed_host
from typesight.images.download.destination.host_names import normalise_host
from typesight.images.download.destination.public_addresses import find_special_purpose

PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 93.184.216.34 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1
151.101.1.69 168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255
192.0.1.0 192.0.3.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 198.51.99.255 198.51.101.0 203.0.112.255
203.0.114.0 223.255.255.255
2001:200::1 2001:4860:4860::8888 2003::1 2400:cb00::1 2606:4700::1111 2620:fe::fe 2a00:1450:4001::200e 3ffd::1
2607:f8b0:4005:805:0:5efe:808:808 ::ffff:8.8.8.8 ::ffff:808:808 64:ff9b::8.8.8.8 64:ff9b::101:101
"""

NOT_PUBLIC = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.1.2.3 127.255.255.255
161.26.0.10 166.8.0.1 166.11.255.255 168.63.129.16 169.254.0.1 169.254.169.254 169.254.170.2 169.254.169.123
172.16.0.1 172.31.255.255
192.0.0.1 192.0.0.8 192.0.0.9 192.0.0.10 192.0.0.170 192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1
192.168.0.1 192.168.255.255 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 232.1.1.1
239.255.255.255 240.0.0.1 255.255.255.254 255.255.255.255
:: ::1 ::2 100::1 100:0:0:1::1 200::1 400::1 1000::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:1::1
2001:1::2 2001:1::3 2001:2::1 2001:3::1 2001:4:112::1 2001:5::1 2001:10::1 2001:20::1 2001:30::1 2001:1ff::1
2001:db8::1 2002:7f00:1::1 2002:a00:1::1 2002:a9fe:a9fe::1 2002:808:808::1 2620:4f:8000::1 3ffe::1 3fff::1 3fff:fff::1
4000::1 5f00::1 8000::1 c000::1 e000::1 f000::1 fc00::1 fd00:ec2::254 fd00:ec2::253 fd20:ce::254 fd00:42::42 fe80::1
fe80::a9fe:a9fe febf::1 fec0::1 feff::1 ff00::1 ff02::1 ff0e::1
fe80::1%eth0 2606:4700::1111%1
::127.0.0.1 ::10.0.0.1 ::8.8.8.8 ::169.254.169.254
::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:168.63.129.16 ::ffff:0.0.0.0
::ffff:0:127.0.0.1 ::ffff:0:8.8.8.8
64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b::168.63.129.16 64:ff9b:0:0:0:1:808:808
64:ff9b:1::1 64:ff9b:1::127.0.0.1 64:ff9b:1::8.8.8.8 64:ff9b:1:a00:0:100::
2607:f8b0:4005:805:0:5efe:7f00:1 2607:f8b0:4005:805:200:5efe:a00:1 2607:f8b0:4005:805::5efe:a9fe:a9fe
fe80::5efe:808:808 2001:0:808:808::f5ff:fffe
"""


@pytest.mark.parametrize("text", PUBLIC.split())
def test_a_public_address_is_public(text: str) -> None:
    assert find_special_purpose(ip_address(text)) is None


@pytest.mark.parametrize("text", NOT_PUBLIC.split())
def test_every_other_address_is_not_and_says_why(text: str) -> None:
    assert find_special_purpose(ip_address(text))


def test_the_hidden_address_is_named() -> None:
    assert "169.254.169.254" in str(find_special_purpose(ip_address("64:ff9b::a9fe:a9fe")))


@pytest.mark.parametrize(
    ("entry", "host", "port", "opens"),
    [
        ("pictures.corp", "pictures.corp", 443, True),
        ("Pictures.Corp.", "pictures.corp", 80, True),
        ("pictures.corp", "evil-pictures.corp", 80, False),
        ("pictures.corp", "a.pictures.corp", 80, False),
        ("pictures.corp:8000", "pictures.corp", 8000, True),
        ("pictures.corp:8000", "pictures.corp", 80, False),
        ("*.corp", "a.b.corp", 80, True),
        ("*.corp", "corp", 80, False),
        ("*.corp", "notcorp", 80, False),
        ("*.corp:81", "a.corp", 80, False),
        ("bücher.example", "xn--bcher-kva.example", 80, True),
        ("10.0.0.1", "10.0.0.1", 80, False),  # an address opens addresses, not names
    ],
)
def test_a_name_opens_that_name(entry: str, host: str, port: int, opens: bool) -> None:
    assert parse_allowed_host(entry).allows_name(host, port) is opens


@pytest.mark.parametrize(
    ("entry", "address", "port", "opens"),
    [
        ("127.0.0.1", "127.0.0.1", 80, True),
        ("127.0.0.1", "127.0.0.2", 80, False),
        ("127.0.0.1:8000", "127.0.0.1", 8000, True),
        ("127.0.0.1:8000", "127.0.0.1", 8001, False),
        ("10.1.0.0/16", "10.1.2.3", 80, True),
        ("10.1.0.9/16", "10.1.2.3", 80, True),
        ("10.1.0.0/16:81", "10.1.2.3", 80, False),
        ("10.1.0.0/16", "10.2.0.1", 80, False),
        ("::1", "::1", 80, True),
        ("[::1]", "::1", 80, True),
        ("[::1]:8000", "::1", 80, False),
        ("[fd00::/8]:8000", "fd12::1", 8000, True),
        ("fd00::/8", "fd12::1", 8000, True),
        ("fd00::/8", "127.0.0.1", 8000, False),
        ("localhost", "127.0.0.1", 80, False),  # a name opens names, not addresses
    ],
)
def test_an_address_opens_that_address(entry: str, address: str, port: int, opens: bool) -> None:
    assert parse_allowed_host(entry).allows_address(ip_address(address), port) is opens


@pytest.mark.parametrize(
    "entry",
    ["", "*", "*.", "http://corp", "corp/path", "a b", "[::1", "me@corp", "corp:", "corp:x", "a..b", "10.0.0.0/99"],
)
def test_an_entry_that_opens_nothing_is_refused_at_once(entry: str) -> None:
    with pytest.raises(ValueError, match="allow_hosts"):
        parse_allowed_host(entry)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Example.COM.", "example.com"),
        ("straße.example", "xn--strae-oqa.example"),  # IDNA 2008: another host than strasse.example
        ("\uff11\uff12\uff17.0.0.1", "127.0.0.1"),
        ("0x7f.1", "0x7f.1"),
        ("a%20b", None),
        ("a\\b", None),
        ("..", None),
        ("x" * 64, None),
        (".".join(["x" * 50] * 6), None),
    ],
)
def test_a_host_name_is_spelled_as_dns_spells_it(text: str, name: str | None) -> None:
    assert normalise_host(text) == name
