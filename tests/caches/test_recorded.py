"""The file of recorded replies: what is in it, what is found in it, and what is said of what is not."""

from __future__ import annotations

import json
import pickle
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from typesight import NotRecorded, Recorded
from typesight.caches.described_request import DescribedRequest, describe_request
from typesight.caches.recorded import get_recorded_replies
from typesight.caches.stored_reply import StoredReply
from typesight.exchange.sentences import label_part

CHAT = "OpenAI Chat Completions"
BODY = '{"id": "x", "choices": [{"total": 12.50, "total": 1e400}]}'


def ask(text: str = "Read this receipt.", picture: bytes = b"picture", **more: Any) -> dict[str, Any]:
    """The arguments of a call of Chat Completions."""
    url = f"data:image/png;base64,{b64encode(picture).decode()}"
    content = [{"type": "text", "text": text}, {"type": "image_url", "image_url": {"url": url, "detail": "high"}}]
    tool = {"type": "function", "function": {"name": "Receipt", "parameters": {"type": "object"}}}
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": content}], "tools": [tool], **more}


def describe(arguments: dict[str, Any]) -> DescribedRequest:
    """What the arguments ask, with pictures by the bytes that are sent."""
    return describe_request(arguments, CHAT, lambda digest: digest)


def record(path: Path, *asked: DescribedRequest) -> Recorded:
    """A file with a reply to each of these."""
    recorded = Recorded(path, record=True)
    for each in asked:
        get_recorded_replies(recorded).append(each, StoredReply(each.digest, BODY))
    return Recorded(path)


def test_a_recorded_reply_comes_back_with_every_digit_and_duplicate_key(tmp_path: Path) -> None:
    recorded = record(tmp_path / "r.jsonl", asked := describe(ask()))
    found = get_recorded_replies(recorded).find(asked)
    assert found is not None
    assert found.body == '{"id":"x","choices":[{"total":12.50,"total":1e400}]}'


def test_marks_ids_details_and_sampling_make_no_other_request() -> None:
    other = ask(temperature=1, max_tokens=9)
    other["messages"][0]["content"][1]["image_url"]["detail"] = "low"
    other["messages"][0]["content"][0]["cache_control"] = {"type": "ephemeral"}
    assert describe(other).digest == describe(ask()).digest


@pytest.mark.parametrize("other", [ask("Read it."), ask(picture=b"other"), ask(tools=[])])
def test_text_pictures_and_schema_make_another_request(other: dict[str, Any]) -> None:
    assert describe(other).digest != describe(ask()).digest


def test_a_file_s_broken_last_line_is_skipped_and_does_not_spoil_the_next(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    first, second = describe(ask()), describe(ask("Another."))
    record(path, first)
    path.write_bytes(path.read_bytes() + path.read_bytes()[:100])
    assert len(Recorded(path)) == 1
    assert [line.number for line in get_recorded_replies(record(path, second)).lines] == [1, 3]
    assert get_recorded_replies(Recorded(path)).find(second)


def test_the_last_reply_to_the_same_request_is_given(tmp_path: Path) -> None:
    asked = describe(ask())
    recorded = Recorded(tmp_path / "r.jsonl", record=True)
    for body in ('{"n":1}', '{"n":2}'):
        get_recorded_replies(recorded).append(asked, StoredReply("", body))
    for each in (recorded, Recorded(tmp_path / "r.jsonl")):
        found = get_recorded_replies(each).find(asked)
        assert found is not None
        assert found.body == '{"n":2}'


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (ask("Read this invoice."), 'with another text: "receipt. <picture>" where this has "invoice. <picture>"'),
        (ask(picture=b"other"), "with another picture;"),
        (ask(model="gpt-5.5"), "the same request to model gpt-4o, not gpt-5.5"),
        (ask(tools=[]), "with another schema, Receipt"),
    ],
)
def test_what_is_not_recorded_is_told_with_the_nearest(asked: dict[str, Any], words: str, tmp_path: Path) -> None:
    replies = get_recorded_replies(
        record(tmp_path / "r.jsonl", describe(ask("Something else entirely.")), describe(ask()))
    )
    assert replies.find(describe(asked)) is None
    error = replies.make_error(describe(asked))
    assert "the nearest is line 2" in str(error)
    assert words in str(error)
    assert isinstance(error, LookupError)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert "\n" not in str(error)


def test_an_empty_recording_says_so(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").touch()
    error = get_recorded_replies(Recorded(tmp_path / "r.jsonl")).make_error(describe(ask()))
    assert isinstance(error, NotRecorded)
    assert "no request is recorded there" in str(error)


def test_a_missing_file_and_a_file_of_something_else_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="record it once"):
        Recorded(tmp_path / "none.jsonl")
    (tmp_path / "rows.jsonl").write_text(json.dumps({"total": 1}) + "\n")
    with pytest.raises(ValueError, match="no file of recorded replies"):
        Recorded(tmp_path / "rows.jsonl", record=True)


def test_a_picture_is_known_by_its_own_bytes_whoever_encoded_it(tmp_path: Path) -> None:
    named = describe_request(ask(picture=b"encoded"), CHAT, lambda digest: "own")
    other = describe_request(ask(picture=b"encoded otherwise"), CHAT, lambda digest: "own")
    assert named.digest == other.digest
    replies = get_recorded_replies(record(tmp_path / "r.jsonl", named))
    assert replies.name_picture(named.sent[0]) == "own"


def test_a_long_picture_counts_once_into_however_many_parts_it_is_cut() -> None:
    picture = ask()["messages"][0]["content"][1]
    whole, cut = ask(), ask()
    cut["messages"][0]["content"][1:] = [
        each for number in (1, 2, 3) for each in ({"type": "text", "text": label_part(number, 3)}, picture)
    ]
    assert describe(cut).digest == describe(whole).digest
    assert len(describe(cut).pictures) == 1
