"""What becomes of pictures between a call and the wire: fetched, found in text, turned, limited."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

import typesight
from support import GOOD, RECORD, Clients, Receipt
from typesight import Autodetect, Downloads, Image, PictureWarning
from typesight.testing import Sandbox

Start = Callable[..., Sandbox]
VENDORS = ("openai", "anthropic")
LOOPBACK = Downloads(allow_hosts=["127.0.0.1"])


def page(lines: int = 12, size: tuple[int, int] = (700, 800)) -> Pillow.Image:
    """A page of printed lines."""
    paper = Pillow.new("RGB", size, "white")
    pen = ImageDraw.Draw(paper)
    font = ImageFont.load_default(size=28)
    for row in range(lines):
        pen.text((40, 30 + 60 * row), f"Position {row + 1}  Green tea  {row + 2}.50", "black", font)
    return paper


def png(picture: Pillow.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def ask(*parts: Any) -> list[dict[str, Any]]:
    return [{"role": "user", "content": ["Read this.", *parts]}]


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_url_is_handed_on_where_the_endpoint_fetches_it(vendor: str, sandbox: Start, clients: Clients) -> None:
    box = sandbox(GOOD)
    clients.sync(vendor, box).create(response_model=Receipt, messages=ask(Image("https://example.com/r.jpg")))
    assert box.requests[0].pictures[0].reference == "https://example.com/r.jpg"


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
async def test_a_url_is_fetched_here_where_that_is_wanted(
    vendor: str, asynchronous: bool, sandbox: Start, clients: Clients, web: str, picture: bytes
) -> None:
    box = sandbox(GOOD)
    messages = ask(Image.from_url(web, download=True))
    if asynchronous:
        client = clients.asynchronous(vendor, box, downloads=LOOPBACK)
        record = await client.create(response_model=Receipt, messages=messages)
    else:
        record = clients.sync(vendor, box, downloads=LOOPBACK).create(response_model=Receipt, messages=messages)
    assert record == RECORD
    assert box.requests[0].pictures[0].data == picture


def test_a_private_address_is_refused_without_leave(sandbox: Start, clients: Clients, web: str) -> None:
    box = sandbox(GOOD)
    with pytest.raises(typesight.DownloadRefused, match="allow_hosts") as caught:
        clients.sync("openai", box).create(response_model=Receipt, messages=ask(Image(web, download=True)))
    assert "secret" not in str(caught.value)
    assert box.requests == []


@pytest.mark.slow
def test_the_local_reader_fetches_what_it_reads(web: str) -> None:
    pytest.importorskip("rapidocr")
    got = typesight.from_local().extract(Receipt, web, downloads=LOOPBACK)
    assert got.record.company == "CORNER SHOP"
    assert len(got.images) == 1


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_path_in_a_content_list_becomes_a_picture_when_asked(
    vendor: str, sandbox: Start, clients: Clients, tmp_path: Path, picture: bytes
) -> None:
    path = tmp_path / "receipt.png"
    path.write_bytes(picture)
    box = sandbox(GOOD, GOOD)
    client = clients.sync(vendor, box)
    client.create(response_model=Receipt, messages=ask(str(path)), autodetect_images=True)
    with pytest.warns(PictureWarning, match="looks like a picture's path"):
        client.create(response_model=Receipt, messages=ask(str(path)))
    assert [len(request.pictures) for request in box.requests] == [1, 0]


def test_a_path_outside_the_allowed_folders_is_refused(
    sandbox: Start, clients: Clients, tmp_path: Path, picture: bytes
) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside.png").write_bytes(picture)
    box = sandbox(GOOD)
    with pytest.raises(typesight.ImageError):
        clients.sync("openai", box).create(
            response_model=Receipt,
            messages=ask(str(tmp_path / "inside" / ".." / "outside.png")),
            autodetect_images=Autodetect(paths=[tmp_path / "inside"]),
        )
    assert box.requests == []


@pytest.mark.slow
@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("turns", [1, 3])
def test_extract_turns_a_picture_whose_text_lies_sideways(
    vendor: str, turns: int, sandbox: Start, clients: Clients
) -> None:
    pytest.importorskip("rapidocr")
    box = sandbox(GOOD, GOOD)
    client = clients.sync(vendor, box)
    sideways = png(page().rotate(90 * turns, expand=True))
    turned = client.extract(Receipt, sideways)
    client.extract(Receipt, sideways, turn=False)
    assert [request.pictures[0].size for request in box.requests] == [(700, 800), (800, 700)]
    assert [image.sha256 for image in turned.images] == [box.requests[0].pictures[0].sha256]
    assert any("text stands upright" in step for step in turned.images[0].steps)
    sent = Pillow.open(BytesIO(box.requests[0].pictures[0].data)).convert("L")
    assert sent.tobytes() == page().convert("L").tobytes()


@pytest.mark.parametrize("place", ["image", "client", "call"])
def test_max_side_holds_wherever_it_is_given(place: str, sandbox: Start, clients: Clients) -> None:
    box = sandbox(GOOD)
    given: dict[str, Any] = {"max_side": 560}
    client = clients.sync("openai", box, **(given if place == "client" else {}))
    image = Image(png(page()), **(given if place == "image" else {}))
    client.create(response_model=Receipt, messages=ask(image), **(given if place == "call" else {}))
    assert box.requests[0].pictures[0].size == (490, 560)


@pytest.mark.filterwarnings("ignore::typesight.PictureWarning")
def test_above_twenty_pictures_claude_gets_each_within_2000_pixels(sandbox: Start, clients: Clients) -> None:
    big = Image(png(Pillow.new("L", (2400, 900), 128)))
    box = sandbox(GOOD, GOOD)
    client = clients.sync("anthropic", box)
    client.create(response_model=Receipt, messages=ask(*[big] * 20))
    client.create(response_model=Receipt, messages=ask(*[big] * 21))
    assert [{sent.size[0] for sent in request.pictures} for request in box.requests] == [{2400}, {2000}]


def test_more_pictures_than_an_endpoint_takes_are_refused_before_the_request(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(GOOD)
    client = clients.sync("anthropic", box, model="claude-haiku-4-5")
    with pytest.raises(typesight.ImageTooLarge, match="takes 100"):
        client.create(response_model=Receipt, messages=ask(*[Image(picture)] * 101))
    assert box.requests == []


def test_a_picture_is_encoded_once_for_all_attempts(
    sandbox: Start, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    inside = Pillow.Image.resize

    def counted(self: Pillow.Image, *arguments: Any, **options: Any) -> Pillow.Image:
        if self.size == (1200, 1100):
            opened.append(self)
        return inside(self, *arguments, **options)

    monkeypatch.setattr(Pillow.Image, "resize", counted)
    box = sandbox({**GOOD, "total": "x"}, {**GOOD, "total": "y"}, GOOD)
    client = clients.sync("openai", box)
    client.create(response_model=Receipt, messages=ask(Image(png(page(size=(1200, 1100))))))
    assert len(box.requests) == 3
    assert len(opened) == 1


def test_a_type_that_json_schema_cannot_carry_goes_as_a_tool(sandbox: Start, clients: Clients) -> None:
    from pydantic import BaseModel

    class Tagged(BaseModel):
        tags: dict[str, int]

    box = sandbox({"tags": {"a": 1}})
    record = clients.sync("openai", box).create(response_model=Tagged, messages=ask())
    assert record.tags == {"a": 1}
    assert box.requests[0].body["tools"][0]["function"]["strict"] is False


def test_an_estimate_costs_no_request_and_is_no_less_than_what_is_sent(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(GOOD)
    client = clients.sync("openai", box)
    told = client.estimate(response_model=Receipt, messages=ask(Image(picture)))
    assert box.requests == []
    client.create(response_model=Receipt, messages=ask(Image(picture)))
    assert told.wire_bytes >= len(box.requests[0].raw)
    assert told.image_tokens == [255]
    assert told.usd is not None


@pytest.mark.filterwarnings("ignore::typesight.PictureWarning")
def test_a_pdf_is_one_document_of_its_pages(sandbox: Start, clients: Clients, tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2")
    path = tmp_path / "bill.PDF"
    page().save(path, "PDF", save_all=True, append_images=[page(lines=3)])
    box = sandbox(GOOD, GOOD)
    client = clients.sync("openai", box, turn=False)
    client.extract(Receipt, path)
    client.extract(Receipt, path.read_bytes())
    for request in box.requests:
        content = request.body["messages"][0]["content"]
        assert [part.get("text") for part in content if part["type"] == "text"][:2] == ["Image 1:", "Image 2:"]
        assert len(request.pictures) == 2
