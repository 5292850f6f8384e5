"""A failing field is shown again, cut from the original pixels."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from support import GOOD, RECORD, WIRES, Clients, Receipt, made
from typesight import ExtractionFailed, Image, Mode, Reasking
from typesight.evidence.zoom import find_closeups
from typesight.ocr.engine import is_ocr_installed
from typesight.testing import Sandbox

Start = Callable[..., Sandbox]
WRONG = {**GOOD, "total": "7B.50"}
ZOOM = Reasking(zoom=True)
SIZE = (2400, 3200)

pytestmark = pytest.mark.filterwarnings("ignore::typesight.PictureWarning")


def page() -> Pillow.Image:
    """A page of rows far apart, so that each has a place of its own."""
    paper = Pillow.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(paper)
    font = ImageFont.load_default(size=60)
    for row, text in enumerate(("CORNER SHOP", "Date: 20/11/2026", "Green tea  2.50", "Total: 73.50", "Thank you")):
        pen.text((200, 200 + 600 * row), text, "black", font)
    return paper


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the local reader were not installed."""
    monkeypatch.setattr("typesight.evidence.zoom.is_ocr_installed", lambda: False)


@pytest.mark.slow
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("wire", WIRES)
async def test_without_the_reader_a_picture_is_shown_again_in_overlapping_halves(
    wire: str, mode: Mode, asynchronous: bool, unread: None, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(WRONG, GOOD)
    client = made(clients, wire, box, asynchronous=asynchronous)
    got = client.extract(Receipt, page(), mode=mode, reask=ZOOM)
    extraction = await got if asynchronous else got
    assert extraction.record == RECORD
    first, second = box.requests
    assert len(first.pictures) == 1
    assert second.pictures[0] == first.pictures[0]  # the prefix stays
    ratios = [picture.size[1] / picture.size[0] for picture in second.pictures[1:]]
    assert ratios == pytest.approx([3200 * 0.6 / 2400] * 2, rel=0.02)
    assert json.dumps(second.body).count("A closer look at the part where total may be printed:") == 2
    assert len(extraction.images) == 3


@pytest.mark.slow
@pytest.mark.skipif(not is_ocr_installed(), reason="needs the local reader")
@pytest.mark.parametrize("wire", WIRES)
def test_with_the_reader_the_row_is_shown_from_the_original_pixels(wire: str, sandbox: Start, clients: Clients) -> None:
    box = sandbox(WRONG, GOOD)
    made(clients, wire, box).extract(Receipt, page(), reask=ZOOM)
    whole, crop = box.requests[1].pictures
    assert max(whole.size) < 3200  # the page is shrunk for the model; the part of it is not
    assert crop.size[0] < 1200
    assert 320 <= crop.size[1] < 700


@pytest.mark.skipif(not is_ocr_installed(), reason="needs the local reader")
def test_a_field_is_found_by_what_was_given_or_by_its_name_and_neighbours_are_one_part() -> None:
    image = Image(page())
    (part,) = find_closeups([image], {"total": "7B.50"})
    assert (part.paths, part.image) == (("total",), 1)
    left, top, right, bottom = part.crop.box or (0, 0, 0, 0)
    assert top < 2000 + 60 < bottom
    assert left < 200 < right
    (named,) = find_closeups([image], {"bill.total": ""})
    assert named.crop == part.crop
    (both,) = find_closeups([image], {"items.0.price": "2.5O", "items.0.name": "Gren tea"})
    assert both.paths == ("items.0.price", "items.0.name")


@pytest.mark.slow
@pytest.mark.skipif(not is_ocr_installed(), reason="needs the local reader")
def test_of_several_pictures_the_one_is_shown_that_has_the_field(sandbox: Start, clients: Clients) -> None:
    box = sandbox(WRONG, GOOD)
    empty = Pillow.new("RGB", (800, 800), "white")
    made(clients, "chat", box).extract(Receipt, [empty, page()], reask=ZOOM)
    assert len(box.requests[1].pictures) == 3
    assert "A closer look at the part of Image 2 where total may be printed:" in json.dumps(box.requests[1].body)


@pytest.mark.parametrize(
    "image", [Image("https://example.org/r.png"), Image(b"no picture at all"), Image.from_path("nothing.png")]
)
def test_what_is_elsewhere_or_cannot_be_opened_has_no_parts(image: Image) -> None:
    assert find_closeups([image], {"total": "5"}) == []


def test_parts_of_a_part_are_cut_from_it(unread: None) -> None:
    part = Image(page(), cache_control=True).crop((0, 1600, 2400, 3200))
    first, second = find_closeups([part], {"total": ""})
    assert first.crop.box == (0, 1600, 1440, 3200)
    assert second.crop.box == (960, 1600, 2400, 3200)
    assert first.crop.cache_control is None


@pytest.mark.slow
def test_without_zoom_nothing_is_shown_again(sandbox: Start, clients: Clients) -> None:
    box = sandbox(WRONG, GOOD)
    made(clients, "chat", box).extract(Receipt, page())
    assert [len(request.pictures) for request in box.requests] == [1, 1]


@pytest.mark.slow
def test_each_complaint_has_its_look_and_a_model_that_takes_over_sees_them_too(
    unread: None, sandbox: Start, clients: Clients
) -> None:
    first, second = sandbox(WRONG, WRONG), sandbox(GOOD)
    reask = Reasking(zoom=True, escalate=[(made(clients, "messages", second), "claude-opus-5-5")])
    extraction = made(clients, "chat", first).extract(Receipt, page(), reask=reask)
    assert extraction.record == RECORD
    assert [len(request.pictures) for request in (*first.requests, *second.requests)] == [1, 3, 5]


@pytest.mark.slow
def test_what_was_shown_is_named_in_the_messages_of_a_failure(unread: None, sandbox: Start, clients: Clients) -> None:
    box = sandbox(WRONG, WRONG)
    with pytest.raises(ExtractionFailed) as caught:
        made(clients, "chat", box).extract(Receipt, page(), reask=ZOOM, max_retries=1)
    told = json.dumps(caught.value.messages)
    assert told.count("<image sha256:") == 3


@pytest.mark.slow
@pytest.mark.skipif(not is_ocr_installed(), reason="needs the local reader")
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_in_a_picture_whose_text_does_not_stand_the_row_is_found_where_it_lies(turns: int) -> None:
    upright = Image(page())
    lying = Image(page().rotate(90 * turns, expand=True))
    (part,) = find_closeups([lying], {"total": "7B.50"}, {lying: turns})
    (expected,) = find_closeups([upright], {"total": "7B.50"})
    shown = page().rotate(90 * turns, expand=True).crop(part.crop.box).rotate(-90 * turns, expand=True)
    assert expected.crop.box is not None
    assert shown.tobytes() == page().crop(expected.crop.box).tobytes()
