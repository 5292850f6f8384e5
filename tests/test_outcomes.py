"""The table of outcomes: wire x mode x sync and async x what a model answers; what comes of it, in how many requests.

Every body that the Sandbox accepts is held against the SDK's own closed types when a test ends, and every schema sent
as strict was held against the providers' published rules on its way.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest

import typesight
from support import BAD, GOOD, RECORD, Clients, Receipt
from typesight import ExtractionFailed, Filtered, Image, Mode, Refused, ReplyError, Truncated
from typesight.testing import Reply, Sandbox

Start = Callable[..., Sandbox]
OTHER = {"company": "Shop at the Corner", "date": "2026-11-21", "total": 7}
TEXT, MORE = json.dumps(GOOD), json.dumps(OTHER)


@dataclass(frozen=True)
class Row:
    """A wire: the vendor whose SDK speaks it, the client's options, and its words for the ends of a reply."""

    vendor: str
    options: dict[str, Any]
    cut: str
    filtered: tuple[str, type[ReplyError]]
    path: str


WIRES = {
    "chat": Row("openai", {"model": "gpt-4o"}, "length", ("content_filter", Filtered), "/v1/chat/completions"),
    "responses": Row(
        "openai", {"model": "gpt-6-astra", "api": "responses"}, "max_output_tokens", ("content_filter", Filtered),
        "/v1/responses",
    ),
    "messages": Row("anthropic", {"model": "claude-haiku-5-5"}, "max_tokens", ("refusal", Refused), "/v1/messages"),
    "unforced": Row("anthropic", {"model": "claude-opus-5-5"}, "max_tokens", ("refusal", Refused), "/v1/messages"),
}  # fmt: skip


def said(mode: Mode, text: str, **more: Any) -> Reply:
    """A reply that holds a text where the mode has its answers."""
    return Reply(calls=(("Receipt", json.loads(text)),), **more) if mode is Mode.TOOLS else Reply(text=text, **more)


def called(*calls: tuple[str, Any]) -> Reply:
    return Reply(calls=calls)


PROSE = f"Here is the receipt:\n```json\n{TEXT}\n```\nAnything else?"
# Rows: outcome -> the script for a wire and a mode; the error it ends in, None for the record; the number of requests.
Outcome = tuple[list[Any], type[ReplyError] | None, int]
OUTCOMES: dict[str, Callable[[Row, Mode], Outcome]] = {
    "valid": lambda row, mode: ([GOOD], None, 1),
    "invalid, then valid": lambda row, mode: ([BAD, GOOD], None, 2),
    "refused": lambda row, mode: ([Reply(refusal="I will not.")], Refused, 1),
    # Claude's requests have a limit, which is raised once; OpenAI's have none here.
    "cut, though what is there would parse": lambda row, mode: (
        [said(mode, TEXT, stop=row.cut)] * 2, Truncated, 2 if row.vendor == "anthropic" else 1,
    ),
    "cut, then whole": lambda row, mode: (
        [said(mode, TEXT, stop=row.cut), GOOD], *((None, 2) if row.vendor == "anthropic" else (Truncated, 1)),
    ),
    "filtered, though what is there would parse": lambda row, mode: (
        [said(mode, TEXT, stop=row.filtered[0])], row.filtered[1], 1,
    ),
    "no answer": lambda row, mode: ([Reply(text="I see a receipt." if mode is Mode.TOOLS else " "), GOOD], None, 2),
    "another tool": lambda row, mode: ([called(("Other", GOOD)), GOOD], None, 2),
    "two tool calls": lambda row, mode: ([called(("Receipt", GOOD), ("Receipt", OTHER)), GOOD], None, 2),
    "prose round the JSON": lambda row, mode: ([Reply(text=PROSE), GOOD], None, 2 if mode is Mode.TOOLS else 1),
    "two values": lambda row, mode: ([Reply(text=f"{TEXT}\n{MORE}"), GOOD], None, 2),
    "invalid to the end": lambda row, mode: ([BAD, BAD, BAD], typesight.InvalidRecord, 3),
    "nothing to the end": lambda row, mode: ([Reply(text=" ")] * 3, typesight.NoAnswer, 3),
}  # fmt: skip


def ask(picture: bytes) -> list[dict[str, Any]]:
    return [{"role": "system", "content": "Be exact."}, {"role": "user", "content": ["Read this.", Image(picture)]}]


async def outcome_of(make: Any, asynchronous: bool, **arguments: Any) -> Any:
    """The record, or the error that a call raises."""
    try:
        return await make.create(**arguments) if asynchronous else make.create(**arguments)
    except Exception as error:
        return error


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("wire", WIRES)
async def test_an_answer_has_its_outcome_in_so_many_requests(
    wire: str, mode: Mode, outcome: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    row = WIRES[wire]
    script, error, requests = OUTCOMES[outcome](row, mode)
    box = sandbox(*script)
    make = clients.asynchronous if asynchronous else clients.sync
    client = make(row.vendor, box, **row.options)
    got = await outcome_of(client, asynchronous, response_model=Receipt, messages=ask(picture), mode=mode)

    assert [(request.path, request.status) for request in box.requests] == [(row.path, 200)] * requests
    if error is None:
        assert (type(got), got) == (Receipt, RECORD)
        return
    assert type(got) is ExtractionFailed
    assert type(got.last) is error
    assert len(got.attempts) == requests
    assert all(attempt.mode == mode for attempt in got.attempts)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("wire", WIRES)
def test_what_was_sent_before_stays_as_it_was(
    wire: str, mode: Mode, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    row = WIRES[wire]
    box = sandbox(BAD, BAD, GOOD)
    clients.sync(row.vendor, box, **row.options).create(response_model=Receipt, messages=ask(picture), mode=mode)
    key = "input" if wire == "responses" else "messages"
    bodies = [request.body for request in box.requests]
    for shorter, longer in pairwise(bodies):
        before = shorter[key]
        assert json.dumps(longer[key][: len(before)]) == json.dumps(before)
        assert len(longer[key]) > len(before)
        assert {name: value for name, value in longer.items() if name != key} == {
            name: value for name, value in shorter.items() if name != key
        }


@pytest.mark.slow
@pytest.mark.parametrize("wire", ["chat", "responses", "messages"])
def test_what_was_repaired_is_told(wire: str, sandbox: Start, clients: Clients, picture: bytes) -> None:
    row = WIRES[wire]
    box = sandbox(Reply(text=PROSE))
    got = clients.sync(row.vendor, box, **row.options).extract(Receipt, picture, mode=Mode.PROMPTED)
    assert got.record == RECORD
    assert got.repairs
    assert got.to_dict()["repairs"] == [repair.to_dict() for repair in got.repairs]
