"""Downloads against a server that means harm, on loopback; `get` is `fetch` and `fetch_async` in turn."""

from __future__ import annotations

import asyncio
import gzip
import pickle
import shutil
import socket
import ssl
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from types import ModuleType
from typing import Any

import pytest

from typesight.errors import DownloadFailed, DownloadRefused, ImageError, MissingExtra
from typesight.images.download import Downloads, fetch, fetch_async
from typesight.images.download.destination.parsed_urls import parse_url
from typesight.images.download.picture_redirects import follow_redirects
from typesight.images.download.steps import Step, advance

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
LOCAL = Downloads(allow_hosts=("127.0.0.1",), timeout=10)
SOON = Downloads(allow_hosts=("127.0.0.1",), timeout=0.3)
LONG = 8  # seconds; what must end after 0.3 has ended by then on the slowest machine

Get = Callable[..., bytes]
Answer = bytes | Callable[["Hostile", socket.socket], None]


def reply(body: bytes = b"", *headers: str, status: str = "200 OK", length: int | None = -1) -> bytes:
    """An HTTP response; `length` None leaves Content-Length out, -1 tells the truth."""
    lines = [f"HTTP/1.1 {status}", *headers]
    if length is not None:
        lines.append(f"Content-Length: {len(body) if length < 0 else length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return reply(b"", f"Location: {to}", status=status)


class Hostile:
    """Answers each path as it is told, byte for byte, and then hangs up."""

    def __init__(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[bytes] = []
        self.closing = Event()
        self._tls = tls
        self._listener = socket.create_server((host, 0), backlog=32)
        self.port: int = self._listener.getsockname()[1]
        self._threads = [Thread(target=self._accept)]
        self._threads[0].start()

    def url(self, path: str, answer: Answer) -> str:
        """Have `path` answered so, and say its URL."""
        self.answers[path.partition("?")[0]] = answer
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}{path}"

    def drip(self, connection: socket.socket, data: bytes) -> None:
        """Send endlessly, one byte at a time, until nobody listens."""
        while not self.closing.wait(0.02):
            connection.sendall(data)

    def close(self) -> None:
        self.closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(LONG)

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(LONG)
            thread = Thread(target=self._answer, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self.converse(connection)

    def converse(self, connection: socket.socket) -> None:
        """Read a request and answer it, over TLS where this server speaks it."""
        if self._tls:
            with self._tls.wrap_socket(connection, server_side=True) as secure:
                self.exchange(secure)
                secure.unwrap().close()
        else:
            self.exchange(connection)

    def exchange(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            data = connection.recv(65536)
            if not data:
                return
            request += data
        self.requests.append(request)
        path = request.split()[1].decode().partition("?")[0]
        answer = self.answers.get(path, reply(b"", status="404 Not Found"))
        if callable(answer):
            answer(self, connection)
        else:
            connection.sendall(answer)


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    server = Hostile()
    yield server
    server.close()


def _get_async(url: str, *options: Downloads) -> bytes:
    return asyncio.run(fetch_async(url, *options))


@pytest.fixture(params=[fetch, _get_async], ids=["sync", "async"])
def get(request: pytest.FixtureRequest) -> Get:
    chosen: Get = request.param
    return chosen


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """DNS for the test: a name's answers, one per look-up, the last one staying."""
    table: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        if host not in table:
            return real(host, port, *args, **{**kwargs, "flags": socket.AI_NUMERICHOST})
        answers = table[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [row for address in found for row in real(address, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return table


# What arrives


@pytest.mark.parametrize(
    "answer",
    [
        reply(PICTURE),
        reply(PICTURE, length=None),
        reply(PICTURE + b"more than was said", length=len(PICTURE)),
        reply(b"5\r\n" + PICTURE[:5] + b"\r\n" + b"%x\r\n" % (len(PICTURE) - 5) + PICTURE[5:] + b"\r\n0\r\n\r\n",
              "Transfer-Encoding: chunked", length=None),
        reply(gzip.compress(PICTURE), "Content-Encoding: gzip"),
        reply(gzip.compress(PICTURE), "Content-Encoding: X-GZip"),
        reply(zlib.compress(PICTURE), "Content-Encoding: deflate"),
        reply(zlib.compress(PICTURE, wbits=-15), "Content-Encoding: deflate"),
        reply(PICTURE, "Content-Encoding: identity"),
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + reply(PICTURE),
    ],
    ids=["length", "no-length", "more", "chunked", "gzip", "x-gzip", "deflate", "bare-deflate", "identity", "103"],
)  # fmt: skip
def test_the_bytes_of_a_picture_arrive_whole(hostile: Hostile, get: Get, answer: bytes) -> None:
    assert get(hostile.url("/a.png", answer), LOCAL) == PICTURE


def test_compressed_bytes_that_come_one_by_one_arrive_whole(hostile: Hostile, get: Get) -> None:
    def one_by_one(_: Hostile, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in reply(zlib.compress(PICTURE[:9]), "Content-Encoding: deflate"):
            connection.sendall(bytes([byte]))

    assert get(hostile.url("/", one_by_one), LOCAL) == PICTURE[:9]


def test_what_the_bytes_are_is_not_judged_here(hostile: Hostile, get: Get) -> None:
    page = b"<!doctype html><p>Sign in"
    assert get(hostile.url("/a.jpg", reply(page, "Content-Type: text/html")), LOCAL) == page


def test_the_request_carries_no_cookie_and_no_key(hostile: Hostile, get: Get) -> None:
    hostile.answers["/b"] = reply(PICTURE)
    get(hostile.url("/a", reply(b"", "Location: /b?x=1", "Set-Cookie: a=b", status="302 Found")), LOCAL)
    first, second = (request.decode().lower() for request in hostile.requests)
    assert second.startswith("get /b?x=1 http/1.1\r\n")
    assert f"host: 127.0.0.1:{hostile.port}\r\n" in first
    assert not [word for word in ("cookie:", "authorization:", "referer:") if word in first + second]


def test_spaces_and_letters_outside_ascii_are_percent_encoded_once(hostile: Hostile, get: Get) -> None:
    hostile.answers["/my%20b%C3%A9b%C3%A9%2F.png"] = reply(PICTURE)
    assert get(f"http://127.0.0.1:{hostile.port}/my bébé%2F.png?q=ü#part", LOCAL) == PICTURE
    assert hostile.requests[0].startswith(b"GET /my%20b%C3%A9b%C3%A9%2F.png?q=%C3%BC HTTP/1.1\r\n")


# What fails


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (reply(b"gone", status="404 Not Found"), "status 404"),
        (reply(b"wait", status="503 Service Unavailable"), "status 503"),
        (reply(b"part", "Content-Range: bytes 0-3/9", status="206 Partial Content"), "status 206"),
        (reply(b"", status="204 No Content", length=None), "status 204"),
        (reply(b""), "empty"),
        (reply(gzip.compress(b""), "Content-Encoding: gzip"), "empty"),
        (reply(PICTURE, length=len(PICTURE) + 1), "cut short"),
        (reply(PICTURE, "Transfer-Encoding: chunked", length=None), "cut short or not HTTP"),
        (reply(b"ff\r\nabc", "Transfer-Encoding: chunked", length=None), "cut short"),
        (reply(PICTURE, "Content-Length: 7"), "not HTTP"),
        (reply(PICTURE, "Content-Length: -1", length=None), "not HTTP"),
        (reply(PICTURE, "Content-Length: " + "9" * 5000, length=None), "not HTTP"),
        (reply(PICTURE, "X-Long: " + "x" * 200_000), "not HTTP"),
        (reply(PICTURE, *["X-Many: x"] * 20_000), "not HTTP"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "not HTTP"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "not HTTP"),
        (PICTURE, "not HTTP"),
        (b"", "cut short"),
        (b"HTTP/1.1 200", "cut short"),
        (reply(PICTURE, "Content-Encoding: gzip"), "damaged gzip"),
        (reply(gzip.compress(PICTURE)[:-9], "Content-Encoding: gzip"), "damaged gzip"),
        (reply(gzip.compress(PICTURE) * 2, "Content-Encoding: gzip"), "damaged gzip"),
        (reply(b"x", "Content-Encoding: deflate"), "damaged deflate"),
        (reply(PICTURE, "Content-Encoding: br"), "unsupported content encoding"),
        (reply(gzip.compress(gzip.compress(PICTURE)), "Content-Encoding: gzip, gzip"), "unsupported content encoding"),
        (
            reply(gzip.compress(PICTURE), "Content-Encoding: gzip", "Content-Encoding: gzip"),
            "unsupported content encoding",
        ),
        (reply(b"", status="302 Found"), "without saying where"),
        (redirect("http://[::1"), "malformed"),
        (reply(b"", "Location: /other", status="304 Not Modified"), "status 304"),
    ],
    ids=lambda value: value if isinstance(value, str) else "reply",
)
def test_a_reply_that_is_no_picture_fails_and_says_how(hostile: Hostile, get: Get, answer: bytes, words: str) -> None:
    with pytest.raises(DownloadFailed, match=words):
        get(hostile.url("/a.png", answer), LOCAL)


def test_a_closed_port_and_an_unknown_name_fail(get: Get, names: dict[str, list[list[str]]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(DownloadFailed, match=r"cannot be reached .*refused"):
        get(f"http://127.0.0.1:{port}/a.png", LOCAL)
    names["nowhere.test"] = [[]]
    with pytest.raises(DownloadFailed, match=r"nowhere\.test does not resolve"):
        get("http://nowhere.test/a.png")


def test_the_next_address_of_a_name_is_tried(hostile: Hostile, get: Get, names: dict[str, list[list[str]]]) -> None:
    names["two.test"] = [["::1", "127.0.0.1"]]  # the server listens on the second only
    hostile.answers["/"] = reply(PICTURE)
    assert get(f"http://two.test:{hostile.port}/", Downloads(allow_hosts=["two.test"])) == PICTURE


# Size


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_length_over_the_limit_is_refused_before_the_body(hostile: Hostile, get: Get, encoding: str) -> None:
    def waits(server: Hostile, connection: socket.socket) -> None:
        connection.sendall(reply(b"", f"Content-Encoding: {encoding}", length=1001))
        server.closing.wait(LONG)

    with pytest.raises(DownloadFailed, match=r"larger than 0\.001 MB.*\n?.*max_bytes"):
        get(hostile.url("/", waits), Downloads(allow_hosts=["127.0.0.1"], max_bytes=1000))


def test_the_limit_itself_is_allowed(hostile: Hostile, get: Get) -> None:
    limit = Downloads(allow_hosts=["127.0.0.1"], max_bytes=len(PICTURE))
    assert get(hostile.url("/a", reply(PICTURE)), limit) == PICTURE
    assert get(hostile.url("/b", reply(gzip.compress(PICTURE), "Content-Encoding: gzip")), limit) == PICTURE
    for body in (reply(PICTURE + b"!", length=None), reply(gzip.compress(PICTURE + b"!"), "Content-Encoding: gzip")):
        with pytest.raises(DownloadFailed, match="larger"):
            get(hostile.url("/c", body), limit)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_stops_at_the_limit(hostile: Hostile, get: Get, encoding: str) -> None:
    whole = zlib.compressobj(9, zlib.DEFLATED, 31 if encoding == "gzip" else 15)
    bomb = b"".join(whole.compress(bytes(1_000_000)) for _ in range(40)) + whole.flush()
    with pytest.raises(DownloadFailed, match="larger than 1 MB"):
        get(
            hostile.url("/", reply(bomb, f"Content-Encoding: {encoding}")),
            Downloads(allow_hosts=["127.0.0.1"], max_bytes=1_000_000),
        )


def test_a_body_without_end_stops_at_the_limit(hostile: Hostile, get: Get) -> None:
    def endless(server: Hostile, connection: socket.socket) -> None:
        connection.sendall(reply(b"", length=None))
        while not server.closing.is_set():
            connection.sendall(bytes(65536))

    with pytest.raises(DownloadFailed, match="larger than 1 MB"):
        get(hostile.url("/", endless), Downloads(allow_hosts=["127.0.0.1"], max_bytes=1_000_000))


# Time


def _silence(server: Hostile, _: socket.socket) -> None:
    server.closing.wait(LONG)


def _drip(before: bytes, each: bytes) -> Answer:
    def answer(server: Hostile, connection: socket.socket) -> None:
        connection.sendall(before)
        server.drip(connection, each)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        _silence,
        _drip(b"", b"H"),
        _drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        _drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        _drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        _drip(reply(b"", length=1000), b"x"),
        _drip(reply(b"", "Transfer-Encoding: chunked", length=None), b"1\r\nx\r\n"),
        _drip(
            reply(b"", "Content-Encoding: gzip", length=None) + gzip.compress(bytes(9))[:10], b"\x00\x00\x00\xff\xff"
        ),
    ],
    ids=["silence", "status", "header", "headers", "100", "body", "chunks", "gzip"],
)
def test_a_drip_ends_when_the_time_is_up(hostile: Hostile, get: Get, answer: Answer) -> None:
    begun = monotonic()
    with pytest.raises(DownloadFailed):
        get(hostile.url("/", answer), SOON)
    assert monotonic() - begun < LONG


def test_running_out_of_time_says_which_time(hostile: Hostile, get: Get) -> None:
    with pytest.raises(DownloadFailed, match=r"within 0\.3 s: .*timeout"):
        get(hostile.url("/", _silence), SOON)


def test_slow_redirects_share_one_time(hostile: Hostile, get: Get) -> None:
    def slowly(server: Hostile, connection: socket.socket) -> None:
        server.closing.wait(0.2)
        connection.sendall(redirect("/"))

    with pytest.raises(DownloadFailed, match=r"within 0\.3 s"):
        get(hostile.url("/", slowly), SOON)


def test_a_handshake_that_never_comes_ends_when_the_time_is_up(hostile: Hostile, get: Get) -> None:
    url = hostile.url("/", b"").replace("http:", "https:")
    hostile.converse = lambda connection: _silence(hostile, connection)  # type: ignore[method-assign] # accepts, and says nothing
    with pytest.raises(DownloadFailed, match=r"within 0\.3 s"):
        get(url, SOON)


def test_a_resolver_that_hangs_ends_when_the_time_is_up(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(LONG) and [])
    begun = monotonic()
    with pytest.raises(DownloadFailed, match=r"within 0\.3 s"):
        get("http://slow.test/a.png", Downloads(timeout=0.3))
    answered.set()
    assert monotonic() - begun < LONG


async def test_the_event_loop_stays_free(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name, headers and body each come only after the loop has turned: a blocked loop would wait for ever."""
    turned = [Event(), Event(), Event()]
    real = socket.getaddrinfo

    def look_up(*args: Any, **kwargs: Any) -> Any:
        assert turned[0].wait(LONG)
        return real(*args, **kwargs)

    def answer(_: Hostile, connection: socket.socket) -> None:
        assert turned[1].wait(LONG)
        connection.sendall(reply(b"", length=4))
        assert turned[2].wait(LONG)
        connection.sendall(b"body")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    fetching = asyncio.create_task(fetch_async(hostile.url("/", answer), LOCAL))
    for event in turned:
        for _ in range(5):
            await asyncio.sleep(0.002)
        event.set()
    assert await fetching == b"body"


async def test_many_at_once_take_the_time_of_one(hostile: Hostile) -> None:
    url = hostile.url("/", _silence)
    begun = monotonic()
    results = await asyncio.gather(*(fetch_async(url, SOON) for _ in range(30)), return_exceptions=True)
    assert {type(result) for result in results} == {DownloadFailed}
    assert monotonic() - begun < LONG


async def test_a_cancelled_fetch_leaves_nothing_open(hostile: Hostile) -> None:
    arrived = asyncio.Event()
    loop = asyncio.get_running_loop()

    def answer(server: Hostile, connection: socket.socket) -> None:
        loop.call_soon_threadsafe(arrived.set)
        assert connection.recv(1) == b""  # the other side hung up

    fetching = asyncio.create_task(fetch_async(hostile.url("/", answer), LOCAL))
    await arrived.wait()
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching


async def test_the_sync_fetch_works_inside_a_running_loop(hostile: Hostile) -> None:
    assert fetch(hostile.url("/", reply(PICTURE)), LOCAL) == PICTURE


# Where it may go


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://\uff11\uff12\uff17.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:7f00:1::]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0xa9fea9fe/",
        "http://168.63.129.16/",
        "http://localhost/",
        "HTTP://LocalHost./",
        "https://10.0.0.1:8443/a.png",
    ],
)
def test_an_address_that_is_not_public_is_refused_however_it_is_spelled(get: Get, url: str) -> None:
    with pytest.raises(
        DownloadRefused, match=r"only public addresses are downloaded from: if you trust it, .*allow_hosts="
    ):
        get(url)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.com/a.png",
        "data:image/png;base64,AAAA",
        "gopher://example.com/",
        "javascript:alert(1)",
        "unix:///var/run/docker.sock",
        "//example.com/a.png",
        "example.com/a.png",
        "/etc/passwd",
        "",
        "http:///a.png",
        "http://",
        "http:example.com",
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::1]evil.test/",
        "http://[v1.x]/",
        "http://exa mple.test/",
        "http://%6c%6fcalhost/",
        "http://a..b/",
        "http://" + "x" * 64 + ".test/",
        "http://evil.test:99999/",
        "http://evil.test:0/",
        "http://evil.test:8x/",
        "http://evil.test\\@127.0.0.1/",
        "http://user:secret@127.0.0.1/",
        "http://evil.test/\r\nHost: other",
        "http://evil.test/\ud800",
        "http://ex\u2100mple.test/",
        "s3://",
        "s3://bucket",
        "gs://user:secret@bucket/key",
    ],
)
def test_a_url_that_is_not_fetched_is_refused_without_a_look_up(
    get: Get, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(socket, "getaddrinfo")
    with pytest.raises(DownloadRefused) as caught:
        get(url, Downloads(allow_hosts=["0.0.0.0/0"]))
    assert "secret" not in str(caught.value)


def test_one_private_address_among_public_ones_is_refused(get: Get, names: dict[str, list[list[str]]]) -> None:
    names["mixed.test"] = [["93.184.216.34", "2606:4700::1111", "127.0.0.1"]]
    with pytest.raises(DownloadRefused, match=r"mixed\.test/ leads to 127\.0\.0\.1"):
        get("http://mixed.test/")


def test_the_address_that_was_judged_is_the_one_connected_to() -> None:
    """On the machine by hand: whatever DNS would say later, the next step names the address itself."""
    journey = follow_redirects(parse_url("http://rebind.test/a.png"), Downloads())
    step = advance(journey, None)
    assert isinstance(step, Step)
    assert step.verb == "run_in_thread"
    address = (socket.AF_INET, ("93.184.216.34", 80))
    assert advance(journey, (address,)) == Step("connect", (address, 1))


def test_a_name_is_looked_up_once_for_a_request(hostile: Hostile, get: Get, names: dict[str, list[list[str]]]) -> None:
    hostile.answers["/"] = reply(PICTURE)
    names["rebind.test"] = [["127.0.0.1"], ["10.0.0.1"]]
    assert get(f"http://rebind.test:{hostile.port}/", LOCAL) == PICTURE
    assert names["rebind.test"] == [["10.0.0.1"]]
    assert f"Host: rebind.test:{hostile.port}".encode() in hostile.requests[0]


def test_dns_that_changes_its_answer_is_judged_anew_at_the_redirect(
    hostile: Hostile, get: Get, names: dict[str, list[list[str]]]
) -> None:
    hostile.answers["/"] = redirect("/again")
    names["rebind.test"] = [["127.0.0.1"], ["127.0.0.2"]]  # the second is not opened
    with pytest.raises(DownloadRefused, match=r"/again leads to 127\.0\.0\.2"):
        get(f"http://rebind.test:{hostile.port}/", LOCAL)
    assert len(hostile.requests) == 1


def test_an_opened_name_may_lead_inside(hostile: Hostile, get: Get, names: dict[str, list[list[str]]]) -> None:
    hostile.answers["/"] = reply(PICTURE)
    names["pictures.corp"] = [["127.0.0.1"]]
    url = f"http://pictures.corp:{hostile.port}/"
    for entry in ("pictures.corp", "*.corp", f"pictures.corp:{hostile.port}", f"127.0.0.0/8:{hostile.port}"):
        assert get(url, Downloads(allow_hosts=[entry])) == PICTURE
    for entry in ("corp", "*.pictures.corp", "pictures.corp:1", "127.0.0.1:1", "::1"):
        with pytest.raises(DownloadRefused):
            get(url, Downloads(allow_hosts=[entry]))


# Redirects


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest/meta-data/iam/",
        "//10.0.0.1/a.png",
        "http://[::1]/",
        "http://2130706434/",
        "http://localhost.test/",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "s3://bucket/key.png",
        "gopher://127.0.0.1/",
        "http://user:secret@127.0.0.1/",
        "http://127.0.0.1:99999/",
    ],
)
@pytest.mark.parametrize("status", ["301 Moved Permanently", "307 Temporary Redirect"])
def test_a_redirect_is_judged_like_a_url(
    hostile: Hostile, get: Get, names: dict[str, list[list[str]]], to: str, status: str
) -> None:
    names["localhost.test"] = [["127.0.0.3"]]
    with pytest.raises(DownloadRefused):
        get(hostile.url("/a.png", redirect(to, status)), LOCAL)


def test_five_redirects_are_followed_and_six_are_not(hostile: Hostile, get: Get) -> None:
    for number in range(6):
        hostile.answers[f"/{number}"] = redirect(f"{number + 1}")
    hostile.answers["/6"] = reply(PICTURE)
    assert get(f"http://127.0.0.1:{hostile.port}/1", LOCAL) == PICTURE
    with pytest.raises(DownloadFailed, match="more than 5 times"):
        get(f"http://127.0.0.1:{hostile.port}/0", LOCAL)


def test_a_circle_of_redirects_ends(hostile: Hostile, get: Get) -> None:
    with pytest.raises(DownloadFailed, match="more than 5 times"):
        get(hostile.url("/a.png", redirect("/a.png")), LOCAL)
    assert len(hostile.requests) == 6


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for pictures.test that signs itself, made now: none in the repository runs out."""
    if not (program := shutil.which("openssl")):
        pytest.skip("openssl, which makes the certificate, is not installed")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    wanted = ["-subj", "/CN=pictures.test", "-addext", "subjectAltName=DNS:pictures.test", "-days", "2", "-nodes"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    made = [program, "req", "-x509", *curve, *wanted, "-keyout", f"{file}.key", "-out", str(file)]
    subprocess.run(made, check=True, capture_output=True)
    return file


@pytest.fixture
def secure(certificate: Path) -> Iterator[Hostile]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, f"{certificate}.key")
    server = Hostile(context)
    yield server
    server.close()


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch, names: dict[str, list[list[str]]]) -> Downloads:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    names["pictures.test"] = names["other.test"] = [["127.0.0.1"]]
    return LOCAL


def test_https_is_checked_against_the_name_though_the_address_is_pinned(
    secure: Hostile, get: Get, trusted: Downloads
) -> None:
    big = PICTURE * 50
    secure.answers["/a.png"] = reply(big)
    assert get(f"https://pictures.test:{secure.port}/a.png", trusted) == big
    with pytest.raises(DownloadFailed, match=r"no trusted certificate .*mismatch"):
        get(f"https://other.test:{secure.port}/a.png", trusted)
    with pytest.raises(DownloadFailed, match="no trusted certificate"):
        get(secure.url("/a.png", b""), trusted)


def test_a_certificate_nobody_signed_is_not_trusted(
    secure: Hostile, get: Get, names: dict[str, list[list[str]]]
) -> None:
    names["pictures.test"] = [["127.0.0.1"]]
    with pytest.raises(DownloadFailed, match=r"no trusted certificate .*self-signed"):
        get(f"https://pictures.test:{secure.port}/", LOCAL)


def test_a_redirect_from_https_to_http_is_refused(secure: Hostile, get: Get, trusted: Downloads) -> None:
    secure.answers["/a.png"] = redirect(f"http://pictures.test:{secure.port}/b.png?key=secret")
    with pytest.raises(DownloadRefused, match="less safe") as caught:
        get(f"https://pictures.test:{secure.port}/a.png", trusted)
    assert "secret" not in str(caught.value)


def test_a_body_cut_within_tls_fails(secure: Hostile, get: Get, trusted: Downloads) -> None:
    def cut(_: Hostile, connection: socket.socket) -> None:
        connection.sendall(reply(PICTURE, length=None))
        raise ConnectionAbortedError  # no close_notify: nobody can tell whether this was all

    secure.answers["/"] = cut
    with pytest.raises(DownloadFailed):
        get(f"https://pictures.test:{secure.port}/", trusted)


def test_plain_http_at_an_https_url_fails(hostile: Hostile, get: Get) -> None:
    url = hostile.url("/", reply(PICTURE)).replace("http:", "https:")
    hostile.converse = lambda connection: connection.sendall(reply(PICTURE))  # type: ignore[method-assign]
    with pytest.raises(DownloadFailed, match="could not be downloaded"):
        get(url, LOCAL)


# Proxies


def test_a_proxy_of_the_environment_is_not_used(hostile: Hostile, get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert get(hostile.url("/", reply(PICTURE)), LOCAL) == PICTURE


def test_a_proxy_that_is_given_is_asked_for_the_whole_url(
    hostile: Hostile, get: Get, names: dict[str, list[list[str]]]
) -> None:
    names["far.test"] = [[]]  # known to the proxy alone
    hostile.answers["http://far.test/a.png"] = reply(PICTURE)
    through = Downloads(proxies=f"http://me:pass%20word@127.0.0.1:{hostile.port}")
    assert get("http://far.test/a.png?q=1", through) == PICTURE
    assert hostile.requests[0].startswith(b"GET http://far.test/a.png?q=1 HTTP/1.1\r\nHost: far.test\r\n")
    assert b"Proxy-Authorization: Basic bWU6cGFzcyB3b3Jk\r\n" in hostile.requests[0]


def test_https_goes_through_a_tunnel_of_the_proxy(
    hostile: Hostile, secure: Hostile, get: Get, trusted: Downloads
) -> None:
    def tunnel(_: Hostile, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        secure.converse(connection)

    hostile.answers["pictures.test:443"] = tunnel
    secure.answers["/a.png"] = reply(PICTURE)
    through = Downloads(allow_hosts=["pictures.test"], proxies=f"http://127.0.0.1:{hostile.port}")
    assert get("https://pictures.test/a.png", through) == PICTURE
    assert secure.requests[0].startswith(b"GET /a.png HTTP/1.1\r\nHost: pictures.test\r\n")


def test_a_proxy_may_itself_speak_tls(secure: Hostile, get: Get, trusted: Downloads) -> None:
    secure.answers["http://far.test/a.png"] = reply(PICTURE)
    through = Downloads(allow_hosts=["far.test"], proxies=f"https://pictures.test:{secure.port}")
    assert get("http://far.test/a.png", through) == PICTURE


def test_a_proxy_that_will_not_says_so_and_is_not_told_of_private_addresses(hostile: Hostile, get: Get) -> None:
    through = Downloads(proxies=f"http://me:secret@127.0.0.1:{hostile.port}")
    with pytest.raises(DownloadRefused):
        get("http://169.254.169.254/latest/", through)
    assert hostile.requests == []
    hostile.answers["1.1.1.1:443"] = reply(b"", status="407 Proxy Authentication Required")
    with pytest.raises(DownloadFailed, match=r"the proxy http://127\.0\.0\.1:\d+/ answers 407") as caught:
        get("https://1.1.1.1/a.png", through)
    assert "secret" not in str(caught.value) + repr(through)


# Buckets


class _Buckets(ModuleType):
    """Stands where fsspec would: a filesystem of two objects that records what was opened."""

    def __init__(self, folder: Path) -> None:
        super().__init__("fsspec")
        self.folder = folder
        self.opened: list[str] = []

    def filesystem(self, scheme: str) -> _Buckets:
        if scheme == "gs":
            raise ImportError("Please install gcsfs")
        return self

    def open(self, path: str, mode: str) -> Any:
        self.opened.append(path)
        return (self.folder / path.rpartition("/")[2]).open(mode)


@pytest.fixture
def buckets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> _Buckets:
    (tmp_path / "a.png").write_bytes(PICTURE)
    made = _Buckets(tmp_path)
    monkeypatch.setitem(sys.modules, "fsspec", made)
    return made


def test_a_bucket_is_read_through_fsspec_within_the_limit(buckets: _Buckets, get: Get) -> None:
    assert get("s3://my-bucket/folder/a.png") == PICTURE
    assert buckets.opened == ["my-bucket/folder/a.png"]
    with pytest.raises(DownloadFailed, match="larger"):
        get("s3://my-bucket/a.png", Downloads(max_bytes=100))
    with pytest.raises(DownloadFailed, match=r"s3://my-bucket/b\.png could not be downloaded"):
        get("s3://my-bucket/b.png")


@pytest.mark.parametrize(("url", "package"), [("gs://bucket/a.png", "gcsfs"), ("s3://bucket/a.png", "s3fs")])
def test_a_bucket_without_its_package_says_what_to_install(
    buckets: _Buckets, get: Get, monkeypatch: pytest.MonkeyPatch, url: str, package: str
) -> None:
    if package == "s3fs":
        monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(DownloadRefused, match=f"pip install fsspec {package}"):
        get(url)


# The value, and what is told


def test_downloads_is_a_value() -> None:
    value = Downloads(allow_hosts=["b.test", "a.test"], proxies="http://p.test:1", max_bytes=5, timeout=1)
    assert value == pickle.loads(pickle.dumps(value))
    assert (
        len({value, Downloads(allow_hosts=("b.test", "a.test"), proxies="http://p.test:1", max_bytes=5, timeout=1)})
        == 1
    )
    assert Downloads(allow_hosts="a.test") == Downloads(allow_hosts=("a.test",))
    assert Downloads() == Downloads((), None, 20_000_000, 20.0)


@pytest.mark.parametrize(
    "options",
    [
        {"allow_hosts": ["http://a.test"]},
        {"proxies": "p.test:3128"},
        {"proxies": "socks5://p.test"},
        {"proxies": "http://me:secret@"},
        {"max_bytes": 0},
        {"timeout": 0},
        {"timeout": float("inf")},
        {"timeout": float("nan")},
    ],
)
def test_a_limit_that_cannot_be_meant_is_refused_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"Downloads|allow_hosts") as caught:
        Downloads(**options)
    assert "secret" not in str(caught.value)


def test_a_signed_url_is_told_without_its_query(hostile: Hostile, get: Get) -> None:
    secret = hostile.url("/a.png?X-Amz-Signature=secret#secret", reply(b"", status="403 Forbidden"))
    with pytest.raises(DownloadFailed, match=r"127\.0\.0\.1:\d+/a\.png answers with status 403") as caught:
        get(secret, LOCAL)
    assert "secret" not in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    with pytest.raises(DownloadRefused) as refused:
        get(secret)
    assert "secret" not in str(refused.value)


def test_without_an_http_library_the_extra_is_named(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("h11", "httpx", "httpx2"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match=r"the extra \[openai\]"):
        get("http://127.0.0.1:1/", LOCAL)


def test_what_nobody_foresaw_is_still_one_of_our_errors(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret")

    monkeypatch.setattr(socket, "getaddrinfo", broken)
    with pytest.raises(ImageError, match="RuntimeError") as caught:
        get("http://a.test/")
    assert "secret" not in str(caught.value)
