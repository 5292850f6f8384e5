"""Every way in the table of the loop is gone by a call, and no call goes another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tenacity import Retrying, retry_if_result, stop_after_attempt

from loop.scenes import (
    AMPLE,
    BAD,
    NO_REPLY,
    REFUSALS,
    TRUE,
    WORSE,
    WRONG,
    Bill,
    Scene,
    Start,
    do,
    everything,
    find_gone_file,
    set_stage,
    step_through,
)
from support import Clients
from typesight import Budget, DeadlineExceeded, Downloads, EvidenceWarning, Image
from typesight.drive.run import drive
from typesight.exchange.completion import Completion
from typesight.loop.needs import Done
from typesight.loop.states import NEEDS, WAYS, State, check_way
from typesight.models.model_rows import find_profile
from typesight.ocr.engine import is_ocr_installed
from typesight.testing import Fault

Way = tuple[State, str, State]

pytestmark = [
    pytest.mark.skipif(not is_ocr_installed(), reason="needs the extra `local`"),
    pytest.mark.filterwarnings("ignore::typesight.PictureWarning"),
]

OPEN = {"downloads": Downloads(allow_hosts=["127.0.0.1"]), "profile": "gpt-4o"}
FETCHES_NONE = replace(find_profile("claude-opus-5-5"), urls=False)


def link(url: str) -> Image:
    """A picture that the endpoint fetches itself."""
    return Image.from_url(url)


def load(url: str) -> Image:
    """A picture that is downloaded here."""
    return Image.from_url(url, download=True)


def miss(url: str) -> Image:
    """A picture that is not there to be downloaded."""
    return Image.from_url("http://127.0.0.1:1/none.png", download=True)


# Rows: what happens -> the call, and the way that it goes: a state, what came, the next state, and so on.
CALLS: dict[str, tuple[Scene, str]] = {
    "a record at once": (Scene((TRUE,)), "encoding WasRead sending Replied done"),
    "all of it": (
        replace(everything("chat"), options={**everything("chat").options, "turn": False}),
        "encoding WasRead hinting WasRead estimating WasRead sending Failed estimating WasRead sending Replied "
        "estimating WasRead sending Replied estimating WasRead sending Replied zooming WasRead encoding WasRead "
        "estimating WasRead sending Replied zooming WasRead encoding WasRead estimating WasRead sending Replied "
        "checking WasRead zooming WasRead estimating WasRead sending Replied checking WasRead done",
    ),
    "a reask": (Scene((BAD, TRUE)), "encoding WasRead sending Replied sending Replied done"),
    "a hint": (Scene((TRUE,), {"hint": "ocr"}), "encoding WasRead hinting WasRead sending Replied done"),
    "a budget": (Scene((TRUE,), {"budget": AMPLE}), "encoding WasRead estimating WasRead sending Replied done"),
    "a budget that is too small": (
        Scene((), {"budget": Budget(tokens=50)}),
        "encoding WasRead estimating WasRead done",
    ),
    "a closer look": (
        Scene((BAD, TRUE), zoom=True),
        "encoding WasRead sending Replied zooming WasRead encoding WasRead sending Replied done",
    ),
    "nothing to look at": (
        Scene((BAD, TRUE), OPEN, document=link, zoom=True),
        "encoding WasRead sending Replied zooming WasRead sending Replied done",
    ),
    "another model": (
        Scene((BAD, WORSE), {}, (TRUE,)),
        "encoding WasRead sending Replied sending Replied encoding WasRead sending Replied done",
    ),
    "another model that needs the picture": (
        Scene((BAD, WORSE), OPEN, (TRUE,), document=link, successor={"profile": FETCHES_NONE}),
        "encoding WasRead sending Replied sending Replied fetching Fetched encoding WasRead sending Replied done",
    ),
    "another model that needs the picture, and a closer look": (
        Scene((BAD, WORSE), OPEN, (TRUE,), document=link, successor={"profile": FETCHES_NONE}, zoom=True),
        "encoding WasRead sending Replied zooming WasRead sending Replied fetching Fetched zooming WasRead "
        "encoding WasRead sending Replied done",
    ),
    "a download": (
        Scene((TRUE,), OPEN, document=load),
        "fetching Fetched encoding WasRead sending Replied done",
    ),
    "a download that fails": (Scene((), OPEN, document=miss), "fetching Failed done"),
    "no picture": (Scene((), document=lambda url: Image(b"no picture at all")), "encoding Failed done"),
    "a challenge": (
        Scene((WRONG, TRUE), {"verify": "reask"}),
        "encoding WasRead sending Replied checking WasRead sending Replied checking WasRead done",
    ),
    "a challenge within a budget": (
        Scene((WRONG, WRONG), {"verify": "reask", "budget": AMPLE}),
        "encoding WasRead estimating WasRead sending Replied checking WasRead estimating WasRead sending Replied "
        "checking WasRead done",
    ),
    "a refused key": (Scene((Fault(401),)), "encoding WasRead sending Failed done"),
    "a refused mode": (Scene((REFUSALS["chat"], TRUE)), "encoding WasRead sending Failed sending Replied done"),
    "a body that is no reply": (Scene((NO_REPLY, TRUE)), "encoding WasRead sending Replied sending Replied done"),
    "no record": (Scene((BAD, BAD), {"max_retries": 1}), "encoding WasRead sending Replied sending Replied done"),
    "a server's error under a retry policy": (
        Scene((Fault(503), TRUE), {"max_retries": Retrying(stop=stop_after_attempt(2))}),
        "encoding WasRead sending Failed sending Replied done",
    ),
    "a record that a retry policy rejects": (
        Scene((TRUE, TRUE), {"max_retries": Retrying(stop=stop_after_attempt(2), retry=retry_if_result(bool))}),
        "encoding WasRead sending Replied done Resumed sending Replied done Stopped done",
    ),
    "a record that a retry policy rejects, within a budget": (
        Scene(
            (TRUE, WRONG),
            {
                "budget": AMPLE,
                "max_retries": Retrying(retry=retry_if_result(lambda got: got.record == Bill.model_validate(TRUE))),
            },
        ),
        "encoding WasRead estimating WasRead sending Replied done Resumed estimating WasRead sending Replied done",
    ),
    "a retry policy that gives up": (
        Scene((BAD,), {"max_retries": Retrying(stop=stop_after_attempt(1))}),
        "encoding WasRead sending Replied sending Stopped done",
    ),
}
# States in which the work of the reader on this machine fails, and the ways to there: the tests tell the loop so.
BROKEN = {
    State.ZOOMING: "encoding WasRead sending Replied zooming Failed done",
    State.HINTING: "encoding WasRead hinting Failed done",
    State.ESTIMATING: "encoding WasRead estimating Failed done",
    State.CHECKING: "encoding WasRead sending Replied checking Failed done",
}


def read_ways(line: str) -> Iterator[Way]:
    words = line.split()
    for place in range(0, len(words) - 1, 2):
        yield State(words[place]), words[place + 1], State(words[place + 2])


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> list[Way]:
    """The ways that a loop goes, each checked as ever."""
    ways: list[Way] = []

    def record(state: State, came: str, following: State) -> None:
        check_way(state, came, following)
        ways.append((state, came, following))

    monkeypatch.setattr("typesight.loop.loop.check_way", record)
    return ways


@pytest.mark.parametrize("name", CALLS)
def test_a_call_goes_the_way_that_its_row_says(
    name: str, gone: list[Way], web: str, sandbox: Start, clients: Clients
) -> None:
    scene, line = CALLS[name]
    try:
        drive(set_stage(scene, sandbox, clients, web).make_run())
    except Exception as error:
        assert gone[-1][2] is State.DONE, error
    assert gone == list(read_ways(line))


@pytest.mark.parametrize("state", BROKEN)
def test_a_reading_that_fails_ends_the_call(state: State, gone: list[Way], sandbox: Start, clients: Clients) -> None:
    scene = {
        State.ZOOMING: Scene((BAD, TRUE), zoom=True),
        State.HINTING: Scene((TRUE,), {"hint": "ocr"}),
        State.ESTIMATING: Scene((TRUE,), {"budget": AMPLE}),
        State.CHECKING: Scene((TRUE,), {"verify": "warn"}),
    }[state]
    with pytest.raises(OSError, match="broken"):
        step_through(set_stage(scene, sandbox, clients).make_run(), broken=state)
    assert gone == list(read_ways(BROKEN[state]))


def test_a_picture_that_is_gone_before_the_check_leaves_the_record_unchecked(
    gone: list[Way], tmp_path: Path, sandbox: Start, clients: Clients
) -> None:
    image, answer = find_gone_file(tmp_path)
    scene = Scene((answer,), {"verify": "warn"}, document=lambda url: image)
    with pytest.warns(EvidenceWarning, match=r"bill\.png: the values were not checked: .*bill\.png"):
        got = drive(set_stage(scene, sandbox, clients).make_run())
    assert got.record
    assert gone == list(read_ways("encoding WasRead sending Replied checking WasRead done"))


@pytest.mark.parametrize("state", [state for state in State if state is not State.DONE])
def test_a_call_can_be_stopped_in_every_state(
    state: State, gone: list[Way], web: str, sandbox: Start, clients: Clients
) -> None:
    scene = replace(everything("chat"), document=load, options={**everything("chat").options, **OPEN, "turn": False})
    run = set_stage(scene, sandbox, clients, web).make_run()

    class Stop(Exception):
        pass

    def stop(loop: Any) -> Any:
        if loop.state is state:
            raise Stop
        return loop

    with pytest.raises(Stop):
        step_through(run, stop)
    run.loop.expire(5)
    assert isinstance(run.loop.need, Done)
    assert gone[-1] == (state, "Stopped", State.DONE)


@pytest.mark.parametrize("answer", [TRUE, BAD], ids=["valid", "invalid"])
def test_a_reply_that_comes_after_the_deadline_does_not_change_how_the_call_ended(
    answer: object, sandbox: Start, clients: Clients
) -> None:
    run = set_stage(Scene((answer,)), sandbox, clients).make_run()
    while run.loop.state is not State.SENDING:
        run.loop.tell(do(run.loop.need, run))
    late = do(run.loop.need, run)
    run.loop.expire(5)
    assert run.loop.tell(late) == ()
    with pytest.raises(DeadlineExceeded, match="the deadline of 5 s has passed"):
        run.loop.conclude()


def test_a_call_that_ends_in_one_thread_is_not_ended_anew_by_another(
    monkeypatch: pytest.MonkeyPatch, sandbox: Start, clients: Clients
) -> None:
    run = set_stage(Scene((TRUE,)), sandbox, clients).make_run()
    while run.loop.state is not State.SENDING:
        run.loop.tell(do(run.loop.need, run))
    late, receive = do(run.loop.need, run), run.loop.conversation.receive

    def receive_slowly(completion: Completion) -> Any:
        run.loop.expire(5)  # while the reply is validated in its thread
        return receive(completion)

    monkeypatch.setattr(run.loop.conversation, "receive", receive_slowly)
    with suppress(AssertionError):
        run.loop.tell(late)
    with pytest.raises(DeadlineExceeded):
        run.loop.conclude()


def test_the_table_has_every_way_that_a_call_goes_and_no_other() -> None:
    lines = [*(line for _, line in CALLS.values()), *BROKEN.values()]
    found = {way for line in lines for way in read_ways(line) if way[1] != "Stopped"}
    table = {(state, came, to) for state, ways in WAYS.items() for came, following in ways.items() for to in following}
    assert found == table


def test_a_way_that_is_not_in_the_table_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError, match="no way from hinting by WasRead to zooming"):
        check_way(State.HINTING, "WasRead", State.ZOOMING)
    with pytest.raises(AssertionError, match="no way from done by Replied to done"):
        check_way(State.DONE, "Replied", State.DONE)


def test_every_state_has_what_it_needs_and_where_it_leads() -> None:
    assert set(NEEDS) == set(WAYS) == set(State)
    came = {"Fetch": "Fetched", "Read": "WasRead", "Send": "Replied", "Done": "Resumed"}
    first: Mapping[State, str] = {state: next(iter(ways)) for state, ways in WAYS.items()}
    assert {state: came[need] for state, (need, _) in NEEDS.items()} == first
