"""An evaluation that is killed, interrupted, refused or out of money keeps what it has paid for."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from labelled_pictures import Bill, label_bill, list_totals, make_folder, read_bill, read_number
from many_runs import COLOURS
from support import Clients
from typesight import Budget, LedgerError, RunWarning
from typesight.evaluation.evaluate import evaluate, evaluate_async
from typesight.evaluation.evaluation import Evaluation
from typesight.testing import Fault, Sandbox, SandboxRequest

Start = Callable[..., Sandbox]
both_colours = pytest.mark.parametrize("colour", COLOURS)
QUIET: dict[str, Any] = {"turn": False, "progress": False}

SCRIPT = """
import asyncio, signal, sys
import openai, typesight
from labelled_pictures import Bill, list_totals
from typesight.evaluation.evaluate import evaluate, evaluate_async
from typesight.evaluation.evaluation_interrupted import EvaluationInterrupted

url, folder, colour = sys.argv[1:]
signal.signal(signal.SIGINT, signal.default_int_handler)
SDK = openai.OpenAI if colour == "sync" else openai.AsyncOpenAI
client = typesight.from_openai(SDK(base_url=url, api_key="k", max_retries=0), model="gpt-4o")
given = {"models": client, "sweep": {"max_side": [None, 200]}, "turn": False, "progress": False, "concurrency": 2}
try:
    if colour == "sync":
        print(list_totals(evaluate(folder, Bill, **given)))
    else:
        print(list_totals(asyncio.run(evaluate_async(folder, Bill, **given))))
except EvaluationInterrupted as error:
    found = error.evaluation
    print([(each.name, len(each.documents), each.is_whole) for each in found.settings], found.is_whole)
"""


class Answers:
    """Reads bills, the first time wrongly, and says when a request has come. Has state because it counts.

    Requests are held from the one with the number `hold` on, until `let_go` is set.
    """

    def __init__(self, hold: int | None = None) -> None:
        self.came = threading.Semaphore(0)
        self.let_go = threading.Event()
        self.left = hold

    def __call__(self, request: SandboxRequest) -> Any:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.came.release()
                self.let_go.wait(60)
        else:
            self.came.release()
        is_first = "Shop" not in request.text
        return {**label_bill(read_number(request)), "total": "none"} if is_first else read_bill(request)

    def wait_for(self, count: int) -> None:
        """Wait for so many more requests."""
        for _ in range(count):
            assert self.came.acquire(timeout=60)


@pytest.fixture
def held() -> Iterator[Answers]:
    """Three replies at once; what comes then is let go at the end, so that the servers can close."""
    answers = Answers(hold=3)
    yield answers
    answers.let_go.set()


def refuse(_: SandboxRequest) -> Any:
    """What an endpoint answers to a wrong key."""
    return Fault(401)


def start(box: Sandbox, folder: Path, colour: str) -> subprocess.Popen[str]:
    """The script in another process."""
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, box.openai_url, str(folder), colour],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


async def ask(colour: str, folder: Path, models: Any, **options: Any) -> Evaluation:
    """An evaluation in this colour."""
    given = {"models": models, **QUIET, **options}
    return evaluate(folder, Bill, **given) if colour == "sync" else await evaluate_async(folder, Bill, **given)


def make(colour: str, clients: Clients, box: Sandbox, **options: Any) -> Any:
    """A client of this colour."""
    return (clients.sync if colour == "sync" else clients.asynchronous)("openai", box, **options)


@pytest.mark.slow
async def test_a_killed_evaluation_goes_on_and_knows_what_it_has_paid(
    clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    answers, folder = Answers(), make_folder(tmp_path / "bills", 6)
    box = sandbox(answer=answers)
    for count in (5, 6):  # of 24 requests: two for each document, in each of two settings
        process = start(box, folder, "sync")
        answers.wait_for(count)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    client = clients.sync("openai", box, model="gpt-4o")
    given: dict[str, Any] = {"sweep": {"max_side": [None, 200]}, "concurrency": 2}
    found = await ask("sync", folder, client, **given)
    assert list_totals(found) == {f"openai/gpt-4o max_side={side}": [True] * 6 for side in ("none", "200")}
    asked = Counter((request.pictures[0].sha256, len(request.body["messages"])) for request in box.requests)
    assert len(asked) == 24
    assert asked.total() - 24 <= 2 * 2  # what was in flight, at each kill
    whole = await ask("sync", make_folder(tmp_path / "again", 6), client, **given)
    for one, other in zip(found.settings, whole.settings, strict=True):
        assert [each.answer.cost for each in one.documents] == [each.answer.cost for each in other.documents]
        assert [each.answer.usage for each in one.documents] == [each.answer.usage for each in other.documents]
        assert all(each.answer.seconds for each in one.documents)


@both_colours
def test_ctrl_c_gives_the_evaluation_so_far(colour: str, sandbox: Start, tmp_path: Path, held: Answers) -> None:
    box, folder = sandbox(answer=held), make_folder(tmp_path / "bills", 6)
    process = start(box, folder, colour)
    try:
        held.wait_for(2)
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.2)
        held.let_go.set()
        printed, errors = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    first, second = "('openai/gpt-4o max_side=none', 3, False)", "('openai/gpt-4o max_side=200', 0, False)"
    assert (printed, errors, process.returncode) == (f"[{first}, {second}] False\n", "", 0)


@both_colours
async def test_a_budget_holds_for_all_settings_together(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box, folder = sandbox(answer=read_bill), make_folder(tmp_path / "bills", 4)
    client = make(colour, clients, box)
    one = await ask(colour, make_folder(tmp_path / "one", 1), client)
    dollars = one.settings[0].cost or 0
    asked = len(box.requests)
    given: dict[str, Any] = {"sweep": {"temperature": [0, 0.5, 1]}, "concurrency": 1}
    with pytest.warns(RunWarning, match="1 documents are not read"):
        found = await ask(colour, folder, client, run_budget=Budget(usd=dollars * 7.1), **given)
    assert [(len(each.documents), each.is_whole) for each in found.settings] == [(4, True), (3, False), (0, False)]
    assert len(box.requests) - asked == 7
    assert not found.is_whole
    found = await ask(colour, folder, client, run_budget=Budget(usd=dollars * 7.1), **given)
    assert [len(each.documents) for each in found.settings] == [4, 4, 4]
    assert len(box.requests) - asked == 12
    assert found.is_whole


@both_colours
async def test_settings_after_a_budget_is_used_up_are_not_begun(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box, folder = sandbox(answer=read_bill), make_folder(tmp_path / "bills", 2)
    given: dict[str, Any] = {"sweep": {"temperature": [0, 1]}, "run_budget": Budget(tokens=1)}
    with pytest.warns(RunWarning):
        found = await ask(colour, folder, make(colour, clients, box), **given)
    assert [(len(each.documents), each.is_whole, each.error) for each in found.settings] == [
        (1, False, None),
        (0, False, None),
    ]
    assert len(box.requests) == 1


@both_colours
async def test_what_was_asked_before_is_shown_whatever_is_left(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    refusals: list[str] = []

    def answer(request: SandboxRequest) -> Any:
        return refuse(request) if refusals else read_bill(request)

    box = sandbox(answer=answer)
    client, folder = make(colour, clients, box), make_folder(tmp_path / "bills", 2)
    await ask(colour, folder, client, sweep={"temperature": [1]})
    given: dict[str, Any] = {"sweep": {"temperature": [0, 1]}, "concurrency": 1}
    with pytest.warns(RunWarning):
        found = await ask(colour, folder, client, run_budget=Budget(tokens=1), **given)
    assert [(len(each.documents), each.is_whole) for each in found.settings] == [(1, False), (2, True)]
    refusals.append("from now on")
    found = await ask(colour, folder, client, **given)
    assert [(len(each.documents), each.error is None) for each in found.settings] == [(1, False), (2, True)]
    assert len(box.requests) == 4


@both_colours
async def test_a_refused_key_ends_its_settings_and_not_the_others(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    refusing, box = sandbox(answer=refuse), sandbox(answer=read_bill)
    models = [make(colour, clients, refusing, model="gpt-4o-mini"), make(colour, clients, box)]
    folder = make_folder(tmp_path / "bills", 3)
    found = await ask(colour, folder, models, sweep={"temperature": [0, 1]}, concurrency=1)
    assert [(len(each.documents), each.is_whole) for each in found.settings] == [(0, False)] * 2 + [(3, True)] * 2
    assert [str(each.error).partition(":")[0] for each in found.settings] == ["AuthenticationError"] * 2 + ["None"] * 2
    assert len(refusing.requests) == 1


@both_colours
async def test_if_all_keys_are_refused_the_error_is_raised(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    import openai

    folder = make_folder(tmp_path / "bills", 3)
    with pytest.raises(openai.AuthenticationError):
        await ask(colour, folder, make(colour, clients, sandbox(answer=refuse)))


@both_colours
async def test_a_damaged_ledger_may_be_deleted_and_nothing_is_paid_again(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box, folder = sandbox(answer=read_bill), make_folder(tmp_path / "bills", 2)
    client = make(colour, clients, box)
    first = await ask(colour, folder, client)
    ledger = folder / ".typesight-eval" / "ledger.db"
    ledger.write_bytes(b"no database" * 500)
    with pytest.raises(LedgerError, match="file is not a database; it may be deleted while nobody uses it"):
        await ask(colour, folder, client)
    ledger.unlink()
    assert (await ask(colour, folder, client)).to_dict() == first.to_dict()
    assert len(box.requests) == 2


async def test_a_store_that_cannot_be_made_is_an_error(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    box, folder = sandbox(answer=read_bill), make_folder(tmp_path / "bills", 1)
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match=r"cannot keep replies in .*: give another folder as the store"):
        await ask("sync", folder, clients.sync("openai", box), store=tmp_path / "file")
    with pytest.raises(LedgerError, match="cannot keep replies in"):
        await ask("sync", folder, clients.sync("openai", box), store=tmp_path / "file" / "inside")
    assert not box.requests


REFUSED: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "an unknown option": ({"max_sid": 800}, TypeError, "max_sid: did you mean max_side?"),
    "an unknown option to sweep": ({"sweep": {"max_sid": [800]}}, TypeError, "max_sid: did you mean max_side?"),
    "a wrong value": ({"sweep": {"verify": ["off", "of"]}}, ValueError, "verify='of' is not one of off, warn, reask"),
    "one text to sweep": ({"sweep": {"detail": "low"}}, TypeError, "sweep['detail'] must be a list of values"),
    "nothing to sweep": ({"sweep": {"max_side": []}}, ValueError, "sweep['max_side'] is empty"),
    "a model to sweep": ({"sweep": {"model": ["a"]}}, ValueError, "give each in models="),
    "a run's option to sweep": ({"sweep": {"concurrency": [1]}}, ValueError, "concurrency= cannot be swept"),
    "a value twice": ({"sweep": {"max_side": [800, 800]}}, ValueError, "max_side=800 stands twice"),
    "a ledger": ({"ledger": "run.db"}, TypeError, "ledger= is no option here: an evaluation keeps its own ledger"),
    "a cache": ({"cache": None}, TypeError, "cache= is no option here: an evaluation keeps its own replies"),
    "a model": ({"model": "gpt-4o"}, TypeError, "model= is no option here: give each model in models="),
    "a match": ({"match": "fuzy"}, ValueError, "match='fuzy' is not one of exact, normalised, fuzzy"),
}


@pytest.mark.parametrize(("given", "kind", "message"), REFUSED.values(), ids=REFUSED)
async def test_what_is_wrong_is_refused_before_anything_is_asked(
    given: dict[str, Any], kind: type[Exception], message: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box, folder = sandbox(answer=read_bill), make_folder(tmp_path / "bills", 1)
    with pytest.raises(kind) as caught:
        await ask("sync", folder, clients.sync("openai", box), **given)
    assert message in str(caught.value)
    assert not box.requests
    assert not (folder / ".typesight-eval").exists()


async def test_models_and_documents_that_do_not_go_together_are_refused(
    clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box, folder = sandbox(answer=read_bill), make_folder(tmp_path / "bills", 1)
    client, other = clients.sync("openai", box), clients.asynchronous("openai", box)
    with pytest.raises(TypeError, match=r"the client for openai/gpt-4o is asynchronous: use await evaluate_async"):
        evaluate(folder, Bill, models=[other])
    with pytest.raises(TypeError, match=r"the client for openai/gpt-4o is synchronous: use evaluate\("):
        await evaluate_async(folder, Bill, models=[client])
    with pytest.raises(TypeError, match="give models= to ask, or answers= to score"):
        evaluate(folder, Bill)
    with pytest.raises(TypeError, match="give a response_model to ask models for"):
        evaluate(folder, models=[client])
    with pytest.raises(TypeError, match="each of models must be a name"):
        evaluate(folder, Bill, models=[7])
    with pytest.raises(ValueError, match="the setting openai/gpt-4o stands twice"):
        evaluate(folder, Bill, models=[client, client])
    with pytest.raises(TypeError, match="max_side= is an option of asking, and there are no models="):
        evaluate(folder, Bill, answers={"theirs": folder}, max_side=100)
    with pytest.raises(ValueError, match="answers= and models= both have openai/gpt-4o"):
        evaluate(folder, Bill, models=[client], answers={"openai/gpt-4o": folder})
    with pytest.raises(TypeError, match="give store=, the folder that keeps the replies"):
        evaluate([], Bill, models=[client])
