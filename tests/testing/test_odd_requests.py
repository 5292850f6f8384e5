"""Requests that no honest client sends: each gets an answer or a close in order, and nothing hangs."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from typesight.testing import Sandbox

CHAT = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}]}).encode()
TO_CHAT = b"POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer k\r\n"
CHUNKED = TO_CHAT + b"Transfer-Encoding: chunked\r\n\r\n"
CHUNKS = b"%x\r\n%s\r\n%x;x=1\r\n%s\r\n0\r\nTrailer: 1\r\n\r\n" % (9, CHAT[:9], len(CHAT) - 9, CHAT[9:])


def with_length(*lengths: object, body: bytes = CHAT, head: bytes = TO_CHAT) -> bytes:
    return head + b"".join(b"Content-Length: %s\r\n" % str(length).encode() for length in lengths) + b"\r\n" + body


def with_body(body: bytes) -> bytes:
    return with_length(len(body), body=body)


def nested(depth: int) -> bytes:
    return b'{"model": "gpt-4o", "messages": ' + b"[" * depth + b"]" * depth + b"}"


WHOLE = with_length(len(CHAT))
# Rows: what is sent -> the status of each answer; (): closed without one.
ODD: dict[str, tuple[bytes, tuple[int, ...]]] = {
    "a plain request": (WHOLE, (200,)),
    "a negative length": (with_length(-1), (400,)),
    "a length that is no number": (with_length("ten"), (400,)),
    "a length in other digits": (with_length("\N{FULLWIDTH DIGIT FIVE}"), (400,)),
    "a length with a sign": (with_length(f"+{len(CHAT)}"), (400,)),
    "two lengths": (with_length(len(CHAT), 5), (400,)),
    "two lengths in one header": (with_length("5, 5"), (400,)),
    "a length beside chunks": (with_length(len(CHAT), head=TO_CHAT + b"Transfer-Encoding: chunked\r\n"), (400,)),
    "an endless length": (with_length(10**30), (413,)),
    "no length": (TO_CHAT + b"\r\n", (400,)),
    "chunks": (CHUNKED + CHUNKS, (200,)),
    "chunks, and the next request": (CHUNKED + CHUNKS + WHOLE, (200, 200)),
    "a chunk of no size": (CHUNKED + b"zz\r\n", (400,)),
    "a chunk of negative size": (CHUNKED + b"-5\r\nhello\r\n", (400,)),
    "a chunk that is longer than its size": (CHUNKED + b"2\r\nhello\r\n", (400,)),
    "an endless chunk": (CHUNKED + b"fffffffffff\r\n{", ()),
    "an endless line about a chunk": (CHUNKED + b"5;" + b"x" * 9_999, (400,)),
    "endless trailers": (CHUNKED + b"0\r\n" + b"A: b\r\n" * 999, (431,)),
    "chunks that are packed": (TO_CHAT + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + CHUNKS, (501,)),
    "pipelined requests": (WHOLE * 3, (200, 200, 200)),
    "blank lines before a request": (b"\r\n\r\n" + WHOLE, (200,)),
    "an endless request line": (b"POST /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", (414,)),
    "an endless header": (TO_CHAT + b"A: " + b"b" * 70_000 + b"\r\n\r\n", (431,)),
    "too many headers": (TO_CHAT + b"".join(b"A%d: b\r\n" % n for n in range(300)) + b"\r\n", (431,)),
    "a header without a colon": (TO_CHAT + b"hello\r\nContent-Length: 0\r\n\r\n", (400,)),
    "a header name with a space": (with_length(0, head=TO_CHAT + b"Content-Length : 5\r\n"), (400,)),
    "no host": (b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 0\r\n\r\n", (400,)),
    "two hosts": (with_length(0, head=TO_CHAT + b"Host: g\r\n"), (400,)),
    "HTTP/0.9": (b"GET /\r\n", (400,)),
    "HTTP/1.0": (with_length(len(CHAT), head=TO_CHAT.replace(b"HTTP/1.1", b"HTTP/1.0")), (200,)),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (505,)),
    "a version that is none": (b"POST / HTTP/x\r\n\r\n", (400,)),
    "too many words": (b"POST / HTTP/1.1 please\r\n\r\n", (400,)),
    "garbage": (bytes(range(128, 256)) * 9 + b"\r\n\r\n", (400,)),
    "zeros": (bytes(999), (400,)),
    "a TLS hello": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(99), (400,)),
    "nothing": (b"", ()),
    "half a request line": (b"POST /v1/chat", (400,)),
    "half a head": (TO_CHAT, (400,)),
    "half a body": (with_length(len(CHAT) + 9), ()),
    "an unknown method": (WHOLE.replace(b"POST", b"BREW"), (405,)),
    "a tunnel": (b"CONNECT example.com:443 HTTP/1.1\r\nHost: h\r\n\r\n", (404,)),
    "an asterisk": (b"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", (404,)),
    "a body that is announced": (with_length(len(CHAT), head=TO_CHAT + b"Expect: 100-continue\r\n"), (100, 200)),
    "percent signs": (WHOLE.replace(b"/v1", b"/%zz%ff%00%2e%2e"), (404,)),
    "a path outside ASCII": (WHOLE.replace(b"/v1", "/vé1€".encode()), (404,)),
    "a path out of the root": (WHOLE.replace(b"/v1", b"/../../v1"), (404,)),
    "a key that stands twice": (with_body(b'{"model": 1, ' + CHAT[1:]), (200,)),
    "JSON of 1,000 levels": (with_body(nested(1_000)), (400,)),
    "JSON of 120 levels": (with_body(nested(120)), (400,)),
    "JSON of a million levels": (with_body(nested(1_000_000)), (400,)),
    "a number of 9,999 digits": (with_body(b'{"model": ' + b"9" * 9_999 + b"}"), (400,)),
    "a number that overflows": (with_body(CHAT[:-1] + b', "temperature": 1e999}'), (400,)),
    "half a surrogate": (with_body(CHAT.replace(b'"x"', rb'"\ud83d"')), (200,)),
    "half a surrogate in a key": (with_body(rb'{"\ud83d": 1, ' + CHAT[1:]), (400,)),
}  # fmt: skip


@pytest.fixture
def box() -> Iterator[Sandbox]:
    before = set(threading.enumerate())
    with Sandbox(lambda _: "ok") as running:
        yield running
    assert set(threading.enumerate()) - before == set()


def connect(box: Sandbox) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(box.url.rpartition(":")[2])), timeout=10)


def exchange(box: Sandbox, sent: bytes) -> bytes:
    """What comes back until the server closes; our side is closed for writing after what is sent."""
    with connect(box) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize("case", ODD)
def test_an_odd_request_is_answered_or_closed_in_order(
    case: str, box: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    sent, statuses = ODD[case]
    got = exchange(box, sent)
    assert tuple(map(int, re.findall(rb"HTTP/1\.1 (\d{3}) ", got))) == statuses
    assert exchange(box, WHOLE).startswith(b"HTTP/1.1 200 ")  # and the server still stands
    assert capfd.readouterr() == ("", "")


def test_a_refusal_says_what_is_wrong_in_plain_words(box: Sandbox) -> None:
    head, _, words = exchange(box, ODD["a TLS hello"][0]).partition(b"\r\n\r\n")
    assert b"Content-Type: text/plain" in head
    assert words == b"400 Bad Request: this is not HTTP; the sandbox speaks plain HTTP/1.1, without TLS\n"


def test_a_path_outside_ascii_is_refused_in_the_wires_form(box: Sandbox) -> None:
    body = json.loads(exchange(box, ODD["a path outside ASCII"][0]).partition(b"\r\n\r\n")[2])
    assert body["error"]["type"] == "invalid_request_error"


# What is sent, after which the client waits and the server too.
HANGING: dict[str, bytes] = {
    "nothing": b"",
    "half a request line": b"POST /v1",
    "half a head": TO_CHAT,
    "a body that never comes": with_length(99, body=b""),
    "a chunk that never comes": CHUNKED + b"5\r\n",
    "an announced body": with_length(9, body=b"", head=TO_CHAT + b"Expect: 100-continue\r\n"),
    "an idle connection": WHOLE,
    "a refused request": ODD["a negative length"][0],
}


@pytest.mark.parametrize("case", HANGING)
def test_closing_does_not_wait_for_a_client_that_sends_no_more(case: str) -> None:
    before = set(threading.enumerate())
    box = Sandbox(lambda _: "ok").start()
    with connect(box) as connection:
        connection.sendall(WHOLE)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        connection.sendall(HANGING[case])
        box.close()
        assert set(threading.enumerate()) - before == set()
        with suppress(ConnectionResetError):
            while connection.recv(65_536):
                pass


def test_an_announced_body_is_asked_for_before_it_is_sent(box: Sandbox) -> None:
    with connect(box) as connection:
        connection.sendall(with_length(len(CHAT), body=b"", head=TO_CHAT + b"Expect: 100-continue\r\n"))
        assert connection.recv(99).startswith(b"HTTP/1.1 100 ")
        connection.sendall(CHAT)
        assert connection.recv(99).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("answer", "found"),
    [(5, "int"), (None, "NoneType"), ({"total": 7}, "dict"), (b"x", "bytes"), (iter([1]), "iterator")],
)
def test_an_answer_that_is_none_is_refused_with_what_it_is(answer: object, found: str) -> None:
    with pytest.raises(
        TypeError, match=rf"answer is 'reader', a list of replies, a callable or a Recorded, not .*{found}"
    ):
        Sandbox(answer=answer)  # type: ignore[arg-type]  # that is the case here
