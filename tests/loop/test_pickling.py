"""A call's loop is pickled between any two steps, and the call goes on as if nothing had happened."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from loop.scenes import (
    AMPLE,
    BAD,
    RECORD,
    TRUE,
    Scene,
    Start,
    copy_by_pickle,
    describe,
    everything,
    set_stage,
    step_through,
    step_through_async,
)
from support import WIRES, Clients
from typesight import Downloads, ExtractionFailed, Image
from typesight.loop.loop import Loop
from typesight.loop.states import State
from typesight.ocr.engine import is_ocr_installed

LOCAL = Downloads(allow_hosts=["127.0.0.1"])
needs_ocr = pytest.mark.skipif(not is_ocr_installed(), reason="needs the extra `local`")

DOWNLOADED = Scene(
    (BAD, TRUE),
    {"downloads": LOCAL, "budget": AMPLE},
    document=lambda url: [Image.from_url(url, download=True), Image.from_url(f"{url}&page=2", download=True)],
)


@needs_ocr
@pytest.mark.parametrize("wire", WIRES)
def test_a_call_that_is_pickled_at_every_step_sends_and_returns_the_same(
    wire: str, sandbox: Start, clients: Clients
) -> None:
    states: list[State] = []
    pickled, plain = (set_stage(everything(wire), sandbox, clients) for _ in range(2))

    def copy(loop: Loop[Any]) -> Loop[Any]:
        states.append(loop.state)
        return copy_by_pickle(loop)

    got, expected = step_through(pickled.make_run(), copy), plain.extract()
    assert got.record == RECORD
    assert set(states) == set(State) - {State.FETCHING}
    assert len(got.attempts) == 5
    assert describe(got) == describe(expected)
    assert got.attempts[0].http_requests == 2  # with the one that refused the mode
    assert pickled.bodies == plain.bodies
    assert [len(bodies) for bodies in plain.bodies] == [5, 2]


@needs_ocr
@pytest.mark.slow
async def test_an_asynchronous_call_is_pickled_at_every_step_too(sandbox: Start, clients: Clients) -> None:
    pickled, plain = (set_stage(everything("chat"), sandbox, clients, asynchronous=each) for each in (True, False))
    got = await step_through_async(pickled.make_run(), copy_by_pickle)
    assert describe(got) == describe(plain.extract())
    assert pickled.bodies == plain.bodies


def test_a_downloaded_picture_travels_with_the_pickle(web: str, sandbox: Start, clients: Clients) -> None:
    pickled, plain = (set_stage(DOWNLOADED, sandbox, clients, web) for _ in range(2))
    got, expected = step_through(pickled.make_run(), copy_by_pickle), plain.extract()
    assert describe(got) == describe(expected)
    assert pickled.bodies == plain.bodies
    assert [image.sha256 for image in got.images] == [image.sha256 for image in expected.images]
    assert len(got.images) == 2


def test_a_failure_is_the_same_from_a_pickled_loop(sandbox: Start, clients: Clients) -> None:
    pickled, plain = (set_stage(Scene((BAD, BAD, BAD)), sandbox, clients) for _ in range(2))
    with pytest.raises(ExtractionFailed) as caught:
        step_through(pickled.make_run(), copy_by_pickle)
    with pytest.raises(ExtractionFailed) as expected:
        plain.extract()
    assert (str(caught.value), caught.value.messages) == (str(expected.value), expected.value.messages)
    assert caught.value.partial == expected.value.partial == {"company": "Harbour Cafe Ltd", "date": "2026-11-20"}


def test_a_pickled_loop_has_no_connection_and_no_key_in_it(sandbox: Start, clients: Clients) -> None:
    stage = set_stage(everything("chat"), sandbox, clients)
    data = pickle.dumps(stage.make_run().loop)
    assert b"test-key" not in data
    assert stage.boxes[0].url.encode() not in data
