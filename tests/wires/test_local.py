"""The reader of this machine, spoken to as the other providers are; nothing here reads a picture."""

from __future__ import annotations

from typing import Any

import pytest

from support import Receipt
from typesight import Image, ImageError, Interrupted, Mode, Usage
from typesight.exchange.completion import Answer, Completion, StopReason
from typesight.exchange.request import Request
from typesight.exchange.turns import Reask, Turn
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.encoding.encode import EncodedImage
from typesight.models.model_rows import find_profile
from typesight.reader import Line
from typesight.schema.target import make_target
from typesight.wires.local import LocalReader, LocalReply, decode, encode

SENT = EncodedImage("image/png", b"abc", (2, 2), "ab" * 32)
LINES = (Line("Total", 0.9, (0, 0, 9, 9)), Line("7.50", 0.9, (0, 10, 9, 19)))


def request(*content: Any, kind: Any = Receipt) -> Request:
    parts = tuple(PreparedPicture(part, SENT) if isinstance(part, Image) else part for part in content)
    target = None if kind is None else make_target(kind)
    mode = None if kind is None else Mode.JSON_SCHEMA
    return Request("local", "local", (Turn("user", parts),), find_profile("local"), target, mode)


def test_the_pictures_and_the_schema_are_asked() -> None:
    asked = encode(request("Read it.", Image(b"a"), Image(b"b")))
    assert [picture.payload for picture in asked["pictures"]] == [SENT, SENT]
    assert asked["schema"] == make_target(Receipt).schema


def test_without_a_target_no_schema_is_asked() -> None:
    assert encode(request(Image(b"a"), kind=None))["schema"] is None


def test_a_reask_asks_for_the_same_pictures() -> None:
    asked = request(Image(b"a"))
    grown = asked.append_reask(Reask(Completion((), StopReason.DONE, Usage(), {}, "local"), "Wrong."))
    assert [picture.payload for picture in encode(grown)["pictures"]] == [SENT]


def test_without_a_picture_there_is_nothing_to_read() -> None:
    with pytest.raises(ImageError, match="put an Image into the messages"):
        encode(request("Read it."))


def test_the_reader_s_record_is_the_answer_and_costs_no_tokens() -> None:
    got = decode(LocalReply(LINES, '{"total": 7.5}'), request(Image(b"a")))
    assert got.answers == (Answer('{"total": 7.5}'),)
    assert (got.usage, got.stop, got.model) == (Usage(), StopReason.DONE, "local")


def test_without_a_target_the_reply_is_no_answer() -> None:
    assert decode(LocalReply(LINES, None), request(Image(b"a"), kind=None)).answers == ()


def test_what_is_no_reply_of_the_reader_is_an_interruption() -> None:
    with pytest.raises(Interrupted, match="str"):
        decode("text", request(Image(b"a")))


def test_a_reply_s_text_is_its_lines_and_its_repr_holds_none_of_them() -> None:
    assert LocalReply(LINES, None).text == "Total\n7.50"
    assert "Total" not in repr(LocalReply(LINES, None))


def test_a_reader_asked_without_pictures_gives_no_lines() -> None:
    assert LocalReader().create(pictures=(), schema=None) == LocalReply((), None)
