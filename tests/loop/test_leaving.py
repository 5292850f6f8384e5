"""A call that is left at any step is over: nothing more is sent, and nothing of it stays."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from importlib import import_module
from itertools import count
from typing import Any

import openai
import pytest
from tenacity import (
    AsyncRetrying,
    Retrying,
    retry_any,
    retry_if_not_exception_type,
    retry_if_result,
    stop_after_attempt,
)

from loop.scenes import BAD, NO_REPLY, RECORD, REFUSALS, TRUE, WORSE, Bill, Scene, Stage, everything, set_stage
from support import WIRES, Clients
from typesight.drive.perform import perform, perform_async
from typesight.drive.run import Run, drive, drive_async
from typesight.drive.stream import stream, stream_async
from typesight.drive.stream_views import RecordView
from typesight.loop.needs import Came, Fetch, Read, Send
from typesight.ocr.engine import is_ocr_installed
from typesight.testing import Sandbox

http: Any = import_module(str(openai.DefaultHttpxClient.__base__.__module__))  # httpx2, or httpx with an older SDK
needs_ocr = pytest.mark.skipif(not is_ocr_installed(), reason="needs the extra `local`")
MESSAGES = [{"role": "user", "content": "Read this."}]

# Retries whatever is raised, and looks into whatever is returned.
ANYTHING = retry_any(retry_if_not_exception_type(()), retry_if_result(lambda got: not got.record))
ALL = replace(everything("chat"), options={**everything("chat").options, "turn": False})
GUIDED = replace(ALL, answers=(REFUSALS["chat"], NO_REPLY, BAD, WORSE))  # nothing is raised beside a policy
CALLS = pytest.mark.parametrize("guided", [False, True], ids=["a number", "a tenacity object"])


class Play:
    """The replies of a server in order, counted; once the call is over, a record for whoever asks."""

    def __init__(self, answers: Sequence[object]) -> None:
        self.answers = iter(answers)
        self.begun = 0
        self.over = False

    def __call__(self, _: object) -> object:
        if self.over:
            return TRUE
        self.begun += 1
        return next(self.answers)


class Theatre:
    """Servers for calls that are left; it has state because it owns them, and knows what each was asked."""

    def __init__(self, stack: ExitStack, clients: Clients) -> None:
        self.stack = stack
        self.clients = clients
        self.plays: list[Play] = []

    def start(self, *answers: object) -> Sandbox:
        """Start a server."""
        self.plays.append(Play(answers))
        return self.stack.enter_context(Sandbox(self.plays[-1]))

    def set_stage(self, scene: Scene, *, asynchronous: bool) -> Stage:
        """Servers of a call, and clients that have one connection: one that is not given back is missed at once."""
        self.plays.clear()
        kind = http.AsyncClient if asynchronous else http.Client
        sdk = {"http_client": kind(limits=http.Limits(max_connections=1), timeout=30, verify=False)}  # no TLS to set up
        return set_stage(scene, self.start, self.clients, asynchronous=asynchronous, sdk=sdk)

    @property
    def begun(self) -> int:
        """How many requests have come."""
        return sum(play.begun for play in self.plays)

    async def check_clients(self, stage: Stage) -> None:
        """Both clients work as ever, and nothing came in the meantime."""
        before = self.begun
        for play in self.plays:
            play.over = True
        others = [client for client, _ in stage.options["reask"].escalate]
        for client in (stage.client, *others):
            got = client.create(response_model=Bill, messages=MESSAGES)
            assert (await got if client._is_async else got) == RECORD
        assert self.begun == before


@pytest.fixture
def theatre(clients: Clients) -> Iterator[Theatre]:
    gc.freeze()  # what is there already need not be looked through each time
    with ExitStack() as stack:
        yield Theatre(stack, clients)
    gc.unfreeze()


def is_gone(loop: weakref.ref[Any]) -> bool:
    """Whether nobody has the loop of a call any more."""
    gc.collect()
    return loop() is None


def make_policy(guided: bool, *, asynchronous: bool) -> dict[str, Any]:
    kind: Any = AsyncRetrying if asynchronous else Retrying
    return {"max_retries": kind(retry=ANYTHING, stop=stop_after_attempt(9))} if guided else {}


async def cancel_at(step: int, run: Run, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Run a call in a task, and cancel it as a step begins; return whether it came so far."""
    taken = count(1)

    async def perform_or_leave(need: Fetch | Read | Send, means: Any) -> Came:
        if next(taken) == step:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
        return await perform_async(need, means)

    with monkeypatch.context() as patch:
        patch.setattr("typesight.drive.run.perform_async", perform_or_leave)
        task = asyncio.create_task(drive_async(run))
        await asyncio.wait([task])
    assert task.cancelled() or task.result().record == RECORD
    return task.cancelled()


@needs_ocr
@pytest.mark.slow
@CALLS
async def test_a_task_that_is_cancelled_at_any_step_sends_nothing_more_and_leaves_nothing(
    guided: bool, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = GUIDED if guided else ALL
    scene = replace(scene, options={**scene.options, **make_policy(guided, asynchronous=True)})
    counts = []
    for step in count(1):
        stage = theatre.set_stage(scene, asynchronous=True)
        threads = ThreadPoolExecutor()
        asyncio.get_running_loop().set_default_executor(threads)
        run = stage.make_run()
        loop, cancelled = weakref.ref(run.loop), await cancel_at(step, run, monkeypatch)
        del run
        counts.append(theatre.begun)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        threads.shutdown()  # a thread that reads a picture goes on to its end
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        assert is_gone(loop)
        await theatre.check_clients(stage)
        if not cancelled:
            break
    assert counts == sorted(counts)
    assert (len(counts), counts[-1]) == ((22, 6) if guided else (24, 7))


def interrupt_at(step: int, run: Run, monkeypatch: pytest.MonkeyPatch, *, late: bool) -> bool:
    """Run a call, and press Ctrl-C as a step begins, or as it ends; return whether it came so far."""
    taken = count(1)

    def perform_or_leave(need: Fetch | Read | Send, means: Any) -> Came:
        if next(taken) != step:
            return perform(need, means)
        if late:
            with suppress(Exception):
                perform(need, means)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("typesight.drive.run.perform", perform_or_leave)
        try:
            assert drive(run).record == RECORD
        except KeyboardInterrupt:
            return True
    return False


@needs_ocr
@pytest.mark.slow
@CALLS
@pytest.mark.parametrize("late", [False, True], ids=["begins", "ends"])
async def test_ctrl_c_at_any_step_sends_nothing_more_and_leaves_nothing(
    late: bool, guided: bool, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = GUIDED if guided else ALL
    scene = replace(scene, options={**scene.options, **make_policy(guided, asynchronous=False)})
    counts = []
    for step in count(1):
        stage = theatre.set_stage(scene, asynchronous=False)
        run = stage.make_run()
        loop, interrupted = weakref.ref(run.loop), interrupt_at(step, run, monkeypatch, late=late)
        del run
        counts.append(theatre.begun)
        assert is_gone(loop)
        await theatre.check_clients(stage)
        if not interrupted:
            break
    assert counts == sorted(counts)
    assert (len(counts), counts[-1]) == ((22, 6) if guided else (24, 7))


@CALLS
@pytest.mark.parametrize("request_number", [1, 2, 3])
@pytest.mark.parametrize("wire", WIRES)
async def test_a_task_that_is_cancelled_while_the_endpoint_thinks_sends_nothing_more_and_leaves_nothing(
    wire: str, request_number: int, guided: bool, theatre: Theatre
) -> None:
    came, let_go = asyncio.Event(), threading.Event()
    events = asyncio.get_running_loop()

    def hold(_: object) -> object:
        events.call_soon_threadsafe(came.set)
        let_go.wait(60)
        return TRUE

    answers: list[object] = [BAD, WORSE, TRUE]
    answers[request_number - 1] = hold
    options = make_policy(guided, asynchronous=True)
    scene = Scene(tuple(answers[:2]), options, tuple(answers[2:]), wire=wire)
    stage = theatre.set_stage(scene, asynchronous=True)
    run = stage.make_run()
    loop, task = weakref.ref(run.loop), asyncio.create_task(drive_async(run))
    del run
    await came.wait()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    del task
    assert is_gone(loop)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    await theatre.check_clients(stage)
    assert theatre.begun == request_number
    let_go.set()


def begin_stream(client: Any) -> tuple[weakref.ref[Any], Any]:
    """A streamed call's loop, and the iterator of its snapshots."""
    call = client._read_streamed_call(Bill, MESSAGES, {})
    run = call.make_run(client._make_means(call))
    view = RecordView(call.required_target)
    return weakref.ref(run.loop), (stream_async if client._is_async else stream)(run, view)


async def take(shown: Any, most: int, *, asynchronous: bool) -> list[Any]:
    """The first snapshots of a stream, which is then left."""
    taken: list[Any] = []
    if asynchronous:
        while len(taken) < most and (each := await anext(shown, None)) is not None:
            taken.append(each)
        await shown.aclose()
        return taken
    while len(taken) < most and (each := next(shown, None)) is not None:
        taken.append(each)
    shown.close()
    return taken


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("wire", WIRES)
async def test_leaving_a_stream_at_any_event_sends_nothing_more_and_leaves_nothing(
    wire: str, asynchronous: bool, theatre: Theatre
) -> None:
    begun, ended = [], False
    for most in count(0):
        stage = theatre.set_stage(Scene((BAD, TRUE), wire=wire), asynchronous=asynchronous)
        loop, shown = begin_stream(stage.client)
        taken = await take(shown, most, asynchronous=asynchronous)
        begun.append(theatre.begun)
        ended = len(taken) < most
        assert not ended or taken[-1] == RECORD
        del taken, shown
        gc.collect()
        await asyncio.sleep(0.01)  # asyncio closes the SDK's own generators, which nobody has any more, in tasks
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert is_gone(loop)
        await theatre.check_clients(stage)
        if ended:
            break
    assert begun == [0, *[1] * (len(begun) - 3), 2, 2]
    assert len(begun) > 5


def test_a_record_that_took_a_reask_keeps_nothing_of_its_call(theatre: Theatre) -> None:
    """The attempts of a record have their errors, but not the frames in which these were raised."""
    stage = theatre.set_stage(Scene((BAD, TRUE)), asynchronous=False)
    run = stage.make_run()
    loop, got = weakref.ref(run.loop), drive(run)
    del run
    assert [attempt.error is None for attempt in got.attempts] == [False, True]
    assert is_gone(loop)
