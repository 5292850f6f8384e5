"""Where a request to Claude is marked for the prompt cache."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image as Pillow
from PIL import ImageDraw

from support import BAD, GOOD, RECORD, Clients, Receipt
from typesight import Image
from typesight.exchange.cache_marks import caching_of, least_cached, spelled, with_marks
from typesight.testing import Sandbox

MARK = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}
PICTURE = {"type": "image", "source": {"type": "url", "url": "https://example.org/r.png"}}


def text(said: str, **keys: Any) -> dict[str, Any]:
    return {"type": "text", "text": said, **keys}


def body(*content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"model": "claude-haiku-5-5", "messages": [{"role": "user", "content": list(content)}], **more}


def marks(value: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    """The paths of all marks in a body, as they stand in it."""
    if isinstance(value, dict):
        if "cache_control" in value:
            yield path
        for key, held in value.items():
            yield from marks(held, *path, key)
    elif isinstance(value, list):
        for number, held in enumerate(value):
            yield from marks(held, *path, number)


def first(number: int) -> tuple[Any, ...]:
    return ("messages", 0, "content", number)


@pytest.mark.parametrize(("given", "meant"), [(None, "auto"), ("auto", "auto"), (True, True), (False, False)])
def test_what_may_be_asked_for(given: Any, meant: Any) -> None:
    assert caching_of(given) == meant


@pytest.mark.parametrize("wrong", ["yes", 1, 0, {"type": "ephemeral"}])
def test_anything_else_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match='give True, False or "auto"'):
        caching_of(wrong)


@pytest.mark.parametrize(("given", "sent"), [(True, MARK), (HOUR, HOUR), (False, None), (None, None)])
def test_a_caller_s_mark_is_spelled_as_the_api_has_it(given: Any, sent: Any) -> None:
    assert spelled(text("a", cache_control=given)).get("cache_control") == sent


LEAST = [
    ("claude-haiku-4-5", 4096),
    ("us.anthropic.claude-opus-4-5-20251101-v1:0", 4096),
    ("claude-opus-4-7", 2048),
    ("anthropic/claude-sonnet-4.6", 1024),
    ("claude-sonnet-5", 1024),
    ("claude-sonnet-5-20260210", 1024),
    ("claude-sonnet-5-5", 512),
    ("claude-haiku-5-5", 512),
    ("our-deployment", 512),
]


@pytest.mark.parametrize(("model", "tokens"), LEAST)
def test_each_model_has_its_shortest_cached_prefix(model: str, tokens: int) -> None:
    assert least_cached(model) == tokens


@pytest.mark.parametrize(("side", "model", "is_marked"), [
    (600, "claude-haiku-5-5", True),
    (600, "claude-opus-5", True),
    (600, "claude-sonnet-5", False),
    (1000, "claude-sonnet-5", True),
    (1000, "claude-haiku-4-5", False),
    (200, "claude-haiku-5-5", False),
])  # fmt: skip
def test_auto_marks_the_first_reask_from_the_model_s_shortest_cached_prefix_on(
    side: int, model: str, is_marked: bool, sandbox: Callable[..., Sandbox], clients: Clients
) -> None:
    box = sandbox(BAD, GOOD)
    page = Pillow.new("RGB", (side, side), "white")
    ImageDraw.Draw(page).text((20, 20), "73.50", "black")
    client = clients.sync("anthropic", box, model=model)
    assert client.create(response_model=Receipt, messages=[{"role": "user", "content": [page]}]) == RECORD
    assert [bool(list(marks(request.body))) for request in box.requests] == [False, is_marked]


def test_true_marks_the_last_picture_of_the_request() -> None:
    assert list(marks(with_marks(body(PICTURE, PICTURE, text("Read.")), True))) == [first(1)]


def test_a_picture_in_a_tool_s_result_is_a_picture() -> None:
    result = {"type": "tool_result", "tool_use_id": "t", "content": [text("page"), PICTURE]}
    assert list(marks(with_marks(body(PICTURE, result), True))) == [(*first(1), "content", 1)]


def test_a_request_without_pictures_is_not_marked() -> None:
    assert list(marks(with_marks(body(text("Read.")), True))) == []


@pytest.mark.parametrize("caching", [False, "auto"])
def test_a_call_that_is_asked_once_is_not_marked(caching: Any) -> None:
    assert list(marks(with_marks(body(PICTURE, text("Read.")), caching))) == []


def test_a_caller_s_marks_stay_and_ours_comes_beside_them() -> None:
    given = body(PICTURE, text("Read."), system=[text("Be exact.", cache_control=HOUR)])
    made = with_marks(given, True)
    assert set(marks(made)) == {("system", 0), first(0)}
    assert made["system"][0]["cache_control"] == HOUR


def test_a_picture_that_is_marked_keeps_its_own_mark() -> None:
    made = with_marks(body({**PICTURE, "cache_control": HOUR}), True)
    assert made["messages"][0]["content"][0]["cache_control"] == HOUR


def test_no_mark_of_five_minutes_is_set_before_one_of_an_hour() -> None:
    assert list(marks(with_marks(body(PICTURE, text("Read.", cache_control=HOUR)), True))) == [first(1)]


@pytest.mark.parametrize("caching", [False, True, "auto"])
def test_no_more_than_four_are_sent_and_the_earliest_of_the_messages_go_first(caching: Any) -> None:
    system, tools = [text("Be exact.", cache_control=True)], [{"name": "t", "cache_control": True}]
    given = body(*({**PICTURE, "cache_control": True} for _ in range(5)), system=system, tools=tools)
    assert set(marks(with_marks(given, caching))) == {("tools", 0), ("system", 0), first(3), first(4)}


def test_four_of_the_caller_s_leave_no_room_for_ours() -> None:
    given = body(*(text("a", cache_control=MARK) for _ in range(4)), PICTURE)
    assert list(marks(with_marks(given, True))) == [first(number) for number in range(4)]


@pytest.mark.parametrize("given", [True, MARK])
def test_a_mark_on_the_request_itself_takes_the_place_of_ours(given: Any) -> None:
    made = with_marks(body(PICTURE, cache_control=given), True)
    assert made["cache_control"] == MARK
    assert list(marks(made)) == [()]


def test_a_mark_on_the_request_itself_is_one_of_the_four() -> None:
    made = with_marks(body(*(text("a", cache_control=MARK) for _ in range(4)), cache_control=MARK))
    assert list(marks(made)) == [(), first(1), first(2), first(3)]


def test_a_result_and_what_stands_in_it_may_both_be_marked() -> None:
    inner = text("page", cache_control=True)
    result = {"type": "tool_result", "tool_use_id": "t", "content": [inner], "cache_control": True}
    assert set(marks(with_marks(body(result)))) == {first(0), (*first(0), "content", 0)}


def test_auto_marks_the_end_of_the_first_reask_and_nothing_where_the_caller_has() -> None:
    reask = {"role": "user", "content": [text("one"), text("two")]}
    given = body(PICTURE)
    given["messages"] += [{"role": "assistant", "content": "no"}, reask]
    assert list(marks(with_marks(given, "auto", 2))) == [("messages", 2, "content", 1)]
    given["messages"][0]["content"][0]["cache_control"] = MARK
    assert list(marks(with_marks(given, "auto", 2))) == [first(0)]


@pytest.mark.parametrize("caching", [False, True, "auto"])
def test_what_is_given_is_left_as_it_is(caching: Any) -> None:
    given = body(*({**PICTURE, "cache_control": True} for _ in range(5)), system=[text("a")], cache_control=False)
    before = copy.deepcopy(given)
    with_marks(given, caching, 0)
    assert given == before


def ask(clients: Clients, box: Sandbox, *content: Any, **options: Any) -> list[list[tuple[Any, ...]]]:
    """The marks of each request of a call."""
    said = {"role": "user", "content": [*content, "Read it."]}
    record = clients.sync("anthropic", box, **options).create(messages=[said], response_model=Receipt)
    assert record == RECORD
    return [list(marks(request.body)) for request in box.requests]


def page(height: int, width: int = 300) -> Any:
    """A sheet with some lines on it."""
    sheet = Pillow.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(sheet)
    for line in range(20, height, 40):
        pen.rectangle((20, line, width - 20, line + 12), "black")
    return sheet


def test_over_the_wire_auto_marks_the_first_reask_and_later_ones_keep_it(
    sandbox: Callable[..., Sandbox], clients: Clients
) -> None:
    found = ask(clients, sandbox(BAD, BAD, GOOD), Image(page(1000, 1000)))
    assert found == [[], [("messages", 2, "content", 0)], [("messages", 2, "content", 0)]]


def test_over_the_wire_true_marks_the_picture_from_the_first_request_on(
    sandbox: Callable[..., Sandbox], clients: Clients, picture: bytes
) -> None:
    found = ask(clients, sandbox(BAD, GOOD), Image(picture), enable_prompt_caching=True)
    assert found == [[first(0)], [first(0)]]


def test_a_till_roll_in_parts_is_marked_at_its_last_part_alone(
    sandbox: Callable[..., Sandbox], clients: Clients
) -> None:
    box = sandbox(GOOD)
    (found,) = ask(clients, box, Image(page(9000, 500), cache_control=True))
    content = box.requests[0].body["messages"][0]["content"]
    parts = [place for place, block in enumerate(content) if block["type"] == "image"]
    assert len(parts) > 1
    assert found == [first(parts[-1])]


def test_many_marked_pages_are_sent_with_four_marks(sandbox: Callable[..., Sandbox], clients: Clients) -> None:
    (found,) = ask(clients, sandbox(GOOD), *(Image(page(300 + more), cache_control=True) for more in range(7)))
    assert found == [first(number) for number in range(3, 7)]


def test_for_openai_which_caches_by_itself_it_is_no_option_to_send(
    sandbox: Callable[..., Sandbox], clients: Clients
) -> None:
    box = sandbox(GOOD)
    clients.sync("openai", box).create(
        messages=[{"role": "user", "content": "Read it."}], response_model=Receipt, enable_prompt_caching=True
    )
    assert "enable_prompt_caching" not in box.requests[0].body
