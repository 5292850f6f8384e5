"""Timeouts beside a deadline: it shortens what the client and the call say, and never lengthens it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from importlib import import_module
from typing import Any

import openai
import pytest

from support import BAD, GOOD, RECORD, Clients, Receipt
from typesight.testing import Fault, Sandbox

Start = Callable[..., Sandbox]
VENDORS = ("openai", "anthropic")
MESSAGES = [{"role": "user", "content": "Read this."}]
http: Any = import_module(str(openai.DefaultHttpxClient.__base__.__module__))  # httpx2, or httpx with an older SDK


@pytest.fixture
def let_go() -> Iterator[threading.Event]:
    """An event that replies wait for; set at the end, so that the Sandbox can close."""
    event = threading.Event()
    yield event
    event.set()


GIVEN = {"a number": 1.0, "a Timeout": http.Timeout(30, read=1.0)}


@pytest.mark.slow
@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
@pytest.mark.parametrize("where", ["client", "call"])
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_stalled_read_ends_with_the_users_timeout_and_is_tried_again(
    vendor: str, asynchronous: bool, where: str, given: Any, sandbox: Start, clients: Clients, let_go: threading.Event
) -> None:
    box = sandbox(lambda _: let_go.wait(60) and BAD, GOOD)
    sdk = {"max_retries": 1, **({"timeout": given} if where == "client" else {})}
    options: dict[str, Any] = {"timeout": given} if where == "call" else {}
    client: Any = (clients.asynchronous if asynchronous else clients.sync)(vendor, box, sdk=sdk)
    got = client.create(response_model=Receipt, messages=MESSAGES, deadline=60, **options)
    assert (await got if asynchronous else got) == RECORD


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_stalled_read_with_no_retry_left_is_the_sdks_own_error(
    vendor: str, sandbox: Start, clients: Clients, let_go: threading.Event
) -> None:
    box = sandbox(lambda _: let_go.wait(60) and BAD)
    client = clients.sync(vendor, box, sdk={"timeout": 0.3})
    with pytest.raises(Exception, match="timed out") as caught:
        client.create(response_model=Receipt, messages=MESSAGES, deadline=15)
    assert type(caught.value).__name__ == "APITimeoutError"


class _Noting(http.HTTPTransport):  # type: ignore[misc]  # of whichever library the SDK brings
    """A transport that notes which timeouts reach it."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[dict[str, float | None]] = []

    def handle_request(self, request: Any) -> Any:
        """As ever."""
        timeouts = request.extensions["timeout"]
        self.noted.append({part: timeouts.get(part) for part in ("connect", "read", "write", "pool")})
        return super().handle_request(request)


@pytest.mark.parametrize("vendor", VENDORS)
def test_each_part_of_a_timeout_is_kept_where_it_ends_before_the_deadline(
    vendor: str, sandbox: Start, clients: Clients
) -> None:
    transport = _Noting()
    own = http.Client(transport=transport)
    sdk = {"http_client": own, "timeout": http.Timeout(None, connect=1, read=2, write=3)}
    client = clients.sync(vendor, sandbox(GOOD, GOOD), sdk=sdk)
    for deadline in (None, 50):
        client.create(response_model=Receipt, messages=MESSAGES, deadline=deadline)
    without, within = transport.noted
    assert without == {"connect": 1, "read": 2, "write": 3, "pool": None}
    pool = within.pop("pool")
    assert within == {"connect": 1, "read": 2, "write": 3}
    assert 0 < (pool or 0) <= 50


@pytest.mark.parametrize("given", [600.0, None, http.Timeout(600), http.Timeout(None)])
@pytest.mark.parametrize("vendor", VENDORS)
def test_what_the_deadline_leaves_is_the_longest_timeout(
    vendor: str, given: Any, sandbox: Start, clients: Clients
) -> None:
    transport = _Noting()
    sdk = {"http_client": http.Client(transport=transport), "max_retries": 1}
    client = clients.sync(vendor, sandbox(Fault(500, headers={"retry-after-ms": "1"}), GOOD), sdk=sdk)
    client.create(response_model=Receipt, messages=MESSAGES, deadline=50, timeout=given)
    reads = [noted["read"] or 0 for noted in transport.noted]
    assert len(reads) == 2
    assert 50 > reads[0] > reads[1] > 0


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_users_client_stays_as_it_was(vendor: str, sandbox: Start, clients: Clients) -> None:
    client = clients.sync(vendor, sandbox(GOOD), sdk={"timeout": 7})
    sdk = clients.made[-1]
    before = dict(vars(sdk))
    client.create(response_model=Receipt, messages=MESSAGES, deadline=50)
    assert {name: vars(sdk)[name] for name in before} == before
    assert not {"_prepare_request", "_calculate_retry_timeout"} & set(vars(sdk))


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("long", [float("inf"), 1e12, 1e300, 10**400])
async def test_a_deadline_beyond_all_waits_is_none(
    long: float, asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(GOOD, GOOD)
    client: Any = (clients.asynchronous if asynchronous else clients.sync)("openai", box, sdk={"timeout": None})
    got = client.create(response_model=Receipt, messages=MESSAGES, deadline=long)
    assert (await got if asynchronous else got) == RECORD
    stream = client.create_partial(response_model=Receipt, messages=MESSAGES, deadline=long)
    shown = [each async for each in stream] if asynchronous else list(stream)
    assert shown[-1] == RECORD


NO_DEADLINE: dict[str, tuple[Any, type[Exception], str]] = {
    "nan": (float("nan"), ValueError, r"deadline=nan: give a number of seconds above 0, or None"),
    "zero": (0, ValueError, r"deadline=0: give a number of seconds above 0, or None"),
    "below zero": (float("-inf"), ValueError, r"deadline=-inf: give a number of seconds above 0, or None"),
    "a bool": (True, TypeError, "deadline must be a number of seconds above 0, or None, not bool"),
    "a text": ("5", TypeError, "deadline must be a number of seconds above 0, or None, not str"),
    "a fraction": (Fraction(1, 2), TypeError, "deadline must be a number of seconds above 0, or None, not Fraction"),
}


@pytest.mark.parametrize(("given", "kind", "words"), NO_DEADLINE.values(), ids=NO_DEADLINE)
def test_what_is_no_deadline_is_refused_in_words(
    given: Any, kind: type[Exception], words: str, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(GOOD)
    with pytest.raises(kind, match=words):
        clients.sync("openai", box).create(response_model=Receipt, messages=MESSAGES, deadline=given)
    assert box.requests == []
