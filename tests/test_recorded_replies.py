"""Real replies are recorded once and replayed: as a cache, and by the Sandbox."""

from __future__ import annotations

import json
import re
import warnings
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

import typesight
from loop.scenes import Start
from support import BAD, GOOD, RECORD, WIRES, Clients, Receipt, made
from typesight import CacheWarning, ExtractionFailed, Image, Mode, NotRecorded, Recorded, Usage
from typesight.testing import Fault, Reply, Sandbox

MESSAGES = [{"role": "user", "content": "Read this."}]
COLOURS = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
wires = pytest.mark.parametrize("wire", WIRES)


class Parked:
    """A server that is not there: whatever is sent to it fails."""

    openai_url = anthropic_url = "http://127.0.0.1:9"


async def extract(client: Any, document: Any, **options: Any) -> Any:
    """What `extract` returns, in either colour."""
    got = client.extract(Receipt, document, **options)
    return await got if client._is_async else got


def record(path: Path, wire: str, box: Sandbox, clients: Clients, document: Any, **options: Any) -> Any:
    """Record a call, and return what it returned."""
    client = made(clients, wire, box, cache=Recorded(path, record=True))
    return client.extract(Receipt, document, **options)


@COLOURS
@wires
@pytest.mark.parametrize("mode", [Mode.TOOLS, Mode.JSON_SCHEMA])
async def test_what_was_recorded_is_replayed_without_a_server(
    mode: Mode, wire: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes, tmp_path: Path
) -> None:
    box = sandbox(BAD, GOOD)
    first = record(tmp_path / "r.jsonl", wire, box, clients, picture, mode=mode)
    assert len(Recorded(tmp_path / "r.jsonl")) == 2
    client = made(clients, wire, Parked(), asynchronous=asynchronous, cache=Recorded(tmp_path / "r.jsonl"), mode=mode)
    second = await extract(client, picture)
    assert second.record == first.record == RECORD
    assert [each.errors for each in second.attempts] == [each.errors for each in first.attempts]
    assert [(each.cached, each.usage, each.cost, each.http_requests) for each in second.attempts] == [
        (True, Usage(), 0.0, 0)
    ] * 2
    assert second.completion.model_dump() == first.completion.model_dump()


@wires
def test_a_file_holds_no_key_and_no_picture(
    wire: str, sandbox: Start, clients: Clients, picture: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "r.jsonl"
    first = record(path, wire, sandbox(BAD, GOOD), clients, [picture, Image(picture).crop((0, 0, 300, 200))])
    text = path.read_text()
    assert "test-key" not in text
    assert not re.search(r"[A-Za-z0-9+/]{80}", re.sub(r"[0-9a-f]{64}", "", text))
    line = json.loads(text.splitlines()[0])
    own = Image(picture).sha256
    assert [each["sha256"] for each in line["pictures"]] == [own, f"{own} 0,0,300,200"]
    assert [each["sent"] for each in line["pictures"]] == [each.sha256 for each in first.images]
    assert f"<picture sha256:{own}>" in line["text"]
    assert line["model"] == WIRES[wire][1]["model"]
    assert line["schema"]["name"] == ("" if wire == "messages" else "Receipt")  # Claude's form has no name


@pytest.mark.parametrize("options", [{"max_side": 120}, {"temperature": 0}, {"tile": False}])
def test_how_a_picture_is_encoded_makes_no_other_request(
    options: dict[str, Any], sandbox: Start, clients: Clients, tmp_path: Path
) -> None:
    roll = BytesIO()
    Pillow.linear_gradient("L").resize((300, 6000)).save(roll, "PNG")
    path = tmp_path / "r.jsonl"
    record(path, "chat", sandbox(GOOD), clients, roll.getvalue())
    client = made(clients, "chat", Parked(), cache=Recorded(path))
    with warnings.catch_warnings(category=typesight.PictureWarning, action="ignore"):
        assert client.extract(Receipt, roll.getvalue(), **options).record == RECORD


def test_a_changed_prompt_is_unknown_and_the_nearest_is_named(
    sandbox: Start, clients: Clients, picture: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "r.jsonl"
    record(path, "chat", sandbox(GOOD), clients, picture, prompt="Read this receipt carefully.")
    client = made(clients, "chat", Parked(), cache=Recorded(path))
    with pytest.raises(NotRecorded, match=r'"receipt carefully.*" where this has "bill') as caught:
        client.extract(Receipt, picture, prompt="Read this bill carefully.")
    assert str(caught.value).startswith(
        "r.jsonl has no reply to this request (model gpt-4o, schema Receipt, 1 picture)"
    )
    with pytest.raises(NotRecorded, match=r"to model gpt-4o, not gpt-5\.5"):
        client.extract(Receipt, picture, prompt="Read this receipt carefully.", model="gpt-5.5", mode="json_schema")
    with pytest.raises(NotRecorded, match="never recorded"):
        client.create(messages=MESSAGES, stream=True)
    with pytest.raises(NotRecorded):
        client.create(messages=MESSAGES)
    with pytest.raises(NotRecorded):
        list(client.create_partial(messages=MESSAGES, response_model=Receipt))


def test_what_is_known_is_replayed_while_recording_and_what_is_not_is_sent(
    sandbox: Start, clients: Clients, picture: bytes, tmp_path: Path
) -> None:
    box, recorded = sandbox(GOOD, GOOD), Recorded(tmp_path / "r.jsonl", record=True)
    client = made(clients, "chat", box, cache=recorded)
    for prompt in ("One.", "Two.", "One."):
        client.extract(Receipt, picture, prompt=prompt)
    assert (len(box.requests), len(recorded)) == (2, 2)


def test_a_failing_call_s_replies_are_recorded_too(sandbox: Start, clients: Clients, tmp_path: Path) -> None:
    box, path = sandbox(BAD, BAD, Fault(500), Reply(text="{", stop="length"), GOOD), tmp_path / "r.jsonl"
    client = made(clients, "chat", box, cache=Recorded(path, record=True), max_retries=1)
    for is_recording in (True, False):
        with pytest.raises(ExtractionFailed):
            client.create(messages=MESSAGES, response_model=Receipt, cache=Recorded(path, record=is_recording))
    with pytest.raises(Exception, match="500"):
        client.create(messages=MESSAGES, response_model=Receipt, mode="prompted")
    cut = {"messages": MESSAGES, "response_model": Receipt, "mode": "json", "max_tokens": 9}
    assert client.create(**cut) == RECORD
    assert client.create(**cut, cache=Recorded(path)) == RECORD
    assert (len(box.requests), len(Recorded(path))) == (5, 4)


def test_many_threads_record_each_request_once(sandbox: Start, clients: Clients, tmp_path: Path) -> None:
    box, recorded = sandbox(*[GOOD] * 8), Recorded(tmp_path / "r.jsonl", record=True)
    client = made(clients, "chat", box, cache=recorded)

    def call(number: int) -> Any:
        text = f"Number {number % 4}."
        return client.create(messages=[{"role": "user", "content": text}], response_model=Receipt)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(call, range(16))) == [RECORD] * 16
    assert len(box.requests) == len(Recorded(tmp_path / "r.jsonl")) == 4


def test_a_recording_that_cannot_be_written_costs_no_result(sandbox: Start, clients: Clients, tmp_path: Path) -> None:
    client = made(clients, "chat", sandbox(GOOD), cache=Recorded(tmp_path / "gone" / "r.jsonl", record=True))
    with pytest.warns(CacheWarning, match="FileNotFoundError"):
        assert client.create(messages=MESSAGES, response_model=Receipt) == RECORD


@COLOURS
@wires
@pytest.mark.parametrize("mode", [Mode.TOOLS, Mode.JSON_SCHEMA])
async def test_a_sandbox_gives_recorded_replies(
    mode: Mode, wire: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes, tmp_path: Path
) -> None:
    first = record(tmp_path / "r.jsonl", wire, sandbox(BAD, GOOD), clients, picture, mode=mode)
    with Sandbox(Recorded(tmp_path / "r.jsonl")) as box:
        client = made(clients, wire, box, asynchronous=asynchronous, mode=mode)
        second = await extract(client, picture, max_side=360)
        assert second.record == RECORD
        assert [(each.usage, each.cached) for each in second.attempts] == [(e.usage, False) for e in first.attempts]
        assert second.completion.model_dump() == first.completion.model_dump()


@wires
@pytest.mark.parametrize("mode", [Mode.TOOLS, Mode.JSON_SCHEMA])
def test_a_sandbox_streams_recorded_replies(
    mode: Mode, wire: str, sandbox: Start, clients: Clients, tmp_path: Path
) -> None:
    client = made(clients, wire, sandbox(GOOD), cache=Recorded(tmp_path / "r.jsonl", record=True), mode=mode)
    client.create(messages=MESSAGES, response_model=Receipt)
    with Sandbox(Recorded(tmp_path / "r.jsonl")) as box:
        client = made(clients, wire, box, mode=mode)
        got = list(client.create_partial(messages=MESSAGES, response_model=Receipt))
        assert len(got) > 1
        assert got[-1] == RECORD


@wires
def test_a_sandbox_says_what_is_not_recorded_and_no_sdk_tries_again(
    wire: str, sandbox: Start, clients: Clients, picture: bytes, tmp_path: Path
) -> None:
    record(tmp_path / "r.jsonl", wire, sandbox(GOOD), clients, picture)
    with Sandbox(Recorded(tmp_path / "r.jsonl")) as box:
        client = made(clients, wire, box, sdk={"max_retries": 2})
        with pytest.raises(Exception, match=r"has no reply to this request.*with another text"):
            client.extract(Receipt, picture, prompt="You must be a tool; json_schema is not supported.")
        assert len(box.requests) == 1


def test_a_recording_is_no_cache_for_the_local_reader(picture: bytes, tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    (tmp_path / "r.jsonl").touch()
    with typesight.from_local(cache=Recorded(tmp_path / "r.jsonl")) as client:
        assert client.extract(Receipt, picture).record.total == RECORD.total
