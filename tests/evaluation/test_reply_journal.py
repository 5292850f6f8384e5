"""The journal knows what a reply took when it came, also after its process was killed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typesight import Attempt, Usage
from typesight.evaluation.runs.reply_journal import PaidReply, ReplyJournal
from typesight.watch.events import ReplyEvent

USED = Usage(input=9, output=2)


def make_event(**what: Any) -> ReplyEvent:
    """A reply to the first request about a.png."""
    given: dict[str, Any] = {
        "call": "c",
        "source": "a.png",
        "attempt": 1,
        "model": "m",
        "stop": "done",
        "usage": USED,
        "cost": 0.5,
        "seconds": 1.5,
        "http_requests": 1,
        "request_id": None,
        "text": "{}",
    }
    return ReplyEvent(**{**given, **what})


def make_attempt(**what: Any) -> Attempt:
    """The replayed attempt of the same reply."""
    return Attempt(**{"number": 1, "model": "m", "mode": "tools", "reply": "{}", "cached": True, "cost": 0.0, **what})


def test_a_replayed_attempt_took_what_its_reply_did(tmp_path: Path) -> None:
    ReplyJournal(tmp_path / "costs.jsonl").note(make_event())
    again = ReplyJournal(tmp_path / "costs.jsonl")
    assert again.find("a.png", make_attempt()) == PaidReply(USED, 0.5, 1.5)
    assert again.find("a.png", make_attempt(reply="[]")) == PaidReply(Usage(), None, None)


def test_the_surest_match_of_a_reply_counts(tmp_path: Path) -> None:
    journal = ReplyJournal(tmp_path / "costs.jsonl")
    for source, attempt, cost in (("a.png", 1, 1.0), ("a.png", 2, 2.0), ("b.png", 1, 3.0)):
        journal.note(make_event(source=source, attempt=attempt, cost=cost))
    found = [
        journal.find(source, make_attempt(number=number)).cost
        for source, number in (("a.png", 1), ("a.png", 2), ("b.png", 1), ("b.png", 2), ("copy.png", 1), ("copy.png", 3))
    ]
    assert found == [1, 2, 3, 3, 3, None]


def test_an_attempt_that_was_sent_says_itself_what_it_took(tmp_path: Path) -> None:
    sent = make_attempt(cached=False, usage=Usage(input=1), cost=0.25, seconds=3)
    assert ReplyJournal(tmp_path / "costs.jsonl").find("a.png", sent) == PaidReply(Usage(input=1), 0.25, 3)


def test_a_replayed_reply_is_not_noted(tmp_path: Path) -> None:
    ReplyJournal(tmp_path / "costs.jsonl").note(make_event(cached=True))
    assert not (tmp_path / "costs.jsonl").exists()


def test_a_line_that_was_cut_off_does_not_spoil_the_next(tmp_path: Path) -> None:
    path = tmp_path / "costs.jsonl"
    ReplyJournal(path).note(make_event())
    path.write_text(path.read_text() + '{"source": "b.p')
    ReplyJournal(path).note(make_event(source="c.png", cost=0.25))
    again = ReplyJournal(path)
    assert [again.find(source, make_attempt()).cost for source in ("a.png", "c.png")] == [0.5, 0.25]


def test_half_a_character_in_a_reply_is_noted_too(tmp_path: Path) -> None:
    ReplyJournal(tmp_path / "costs.jsonl").note(make_event(text="\ud83d"))
    assert ReplyJournal(tmp_path / "costs.jsonl").find("a.png", make_attempt(reply="\ud83d")).cost == 0.5
