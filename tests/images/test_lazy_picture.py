"""A picture is opened once a call, not at all when it was sent before, and nothing of it is held afterwards."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from types import FrameType

import pytest
from PIL import Image as Pillow

from images import pictures
from images.opening.test_pdf_pages import CATALOG, PAGES, pdf_of
from images.opening.test_pdf_pages import page as pdf_page
from typesight import Image, ImageError
from typesight.images.encoding.encode import encode
from typesight.images.encoding.plan import plan_pictures
from typesight.images.encoding.prepare import Preparation, prepare_pictures
from typesight.images.encoding.tiles import tiles
from typesight.images.lazy_picture import LazyPicture
from typesight.images.opening.open_picture import open_picture
from typesight.images.opening.opened_picture import OpenedPicture
from typesight.models.profiles import VisionProfile

pytestmark = pytest.mark.filterwarnings("ignore::typesight.PictureWarning")

HOW = Preparation()
PROFILE = VisionProfile("two-thousand", max_side=2000)


@contextmanager
def counted(function: Callable[..., object]) -> Iterator[list[str]]:
    """The calls of a function while this is open, each by its name."""
    calls: list[str] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is function.__code__:
            calls.append(function.__name__)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(before)


def receipt(seed: int, size: tuple[int, int] = (320, 240)) -> bytes:
    """A JPEG that no other test has sent."""
    picture = pictures.scene(size).copy()
    picture.putpixel((0, 0), (seed % 256, seed // 256, 77))
    return pictures.saved(picture, "JPEG", comment=f"lazy {seed}".encode())


def roll(seed: int, kind: str = "JPEG") -> bytes:
    page = pictures.roll()[0].convert("RGB")
    page.putpixel((0, 0), (seed, 1, 2))
    return pictures.saved(page, kind)


CALLS: dict[str, Callable[[], list[Image]]] = {
    "a picture": lambda: [Image(receipt(1))],
    "a picture that is scaled": lambda: [Image(receipt(2, (3000, 2000)))],
    "a till roll": lambda: [Image(roll(1))],
    "a till roll as PNG": lambda: [Image(roll(2, "PNG"))],
    "a crop": lambda: [Image(receipt(3)).crop((10, 10, 200, 200))],
    "three crops of one picture": lambda: [Image(receipt(4)).crop((edge, 0, 300, 220)) for edge in (0, 5, 9)],
    "one picture twice": lambda: [Image(receipt(5)), Image(receipt(5))],
}


@pytest.mark.parametrize("call", CALLS)
def test_a_picture_is_opened_once_a_call_and_never_when_it_was_sent_before(call: str) -> None:
    with counted(open_picture) as opened:
        first = prepare_pictures(CALLS[call](), PROFILE, HOW)
    assert len(opened) == 1
    with counted(open_picture) as opened:
        again = prepare_pictures(CALLS[call](), PROFILE, HOW)
    assert (opened, again) == ([], first)


def test_each_of_many_pictures_is_opened_once() -> None:
    with counted(open_picture) as opened:
        prepare_pictures([Image(receipt(seed)) for seed in range(100, 112)], PROFILE, HOW)
    assert len(opened) == 12


def test_pictures_that_take_much_memory_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typesight.images.encoding.prepare._MAX_OPEN_BYTES", 1)
    images = [Image(receipt(seed)) for seed in range(200, 204)]
    with counted(open_picture) as opened:
        ready = prepare_pictures(images, PROFILE, HOW)
    assert len(opened) == 2 * len(images) - 1  # the last was still open
    assert [ready[image][0].payload for image in images] == [encode(image, PROFILE) for image in images]


def test_what_finds_the_turns_is_given_the_picture_that_is_open() -> None:
    def look(image: Image, picture: LazyPicture) -> int:
        assert picture.measure_part(image.box) == (320, 240)
        picture.open().decode((40, 30))
        return 1

    image = Image(receipt(300))
    with counted(open_picture) as opened:
        ready = prepare_pictures([image], PROFILE, HOW, turns=look)
    assert len(opened) == 1
    assert ready[image][0].payload == encode(image, PROFILE, turns=1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF"])
def test_what_is_cut_from_an_open_picture_is_what_is_cut_from_its_file(kind: str) -> None:
    """Also when it was decoded before at another scale."""
    picture = pictures.scene((1600, 1200)).convert("P" if kind == "GIF" else "RGB")
    image = Image(pictures.saved(picture, kind))
    profile = VisionProfile("small", max_side=300)
    parts = [image, *(image.crop(box) for box in ((0, 0, 310, 220), (700, 0, 1400, 1100), (5, 5, 305, 305)))]
    ready = prepare_pictures(parts, profile, HOW)
    assert [ready[part][0].payload for part in parts] == [encode(part, profile) for part in parts]


def test_an_estimate_opens_a_picture_that_was_not_seen_before_and_no_other() -> None:
    image = Image(receipt(400))
    with counted(open_picture) as opened:
        (first,) = plan_pictures([image], PROFILE, HOW)
        (again,) = plan_pictures([image], PROFILE, HOW)
    assert (len(opened), again) == (1, first)


def test_a_page_of_a_pdf_is_not_rendered_to_be_measured() -> None:
    pytest.importorskip("pypdfium2")
    (image,) = Image.from_pdf(pdf_of(CATALOG, PAGES, pdf_page()), dpi=100)
    with counted(open_picture) as opened:
        plan_pictures([image], PROFILE, HOW)
        assert tiles(image, PROFILE) == [image]
        assert opened == []
        prepare_pictures([image], PROFILE, HOW)
    assert len(opened) == 1


def test_a_file_that_is_replaced_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "receipt.jpg"
    path.write_bytes(receipt(500))
    assert LazyPicture(Image(path).source).size == (320, 240)
    path.write_bytes(receipt(501, (200, 300)))
    assert LazyPicture(Image(path).source).size == (200, 300)
    path.unlink()
    with pytest.raises(ImageError, match="there is no file"):
        _ = LazyPicture(Image(path).source).size


def test_a_header_that_turns_out_to_be_of_another_picture_does_not_count(tmp_path: Path) -> None:
    """A file may be replaced, and keep its time and length, between two calls."""
    path = tmp_path / "receipt.bmp"
    path.write_bytes(pictures.saved(Pillow.new("RGB", (300, 400), "red"), "BMP"))
    before = path.stat()
    assert LazyPicture(Image(path).source).size == (300, 400)
    with path.open("r+b") as file:
        file.write(pictures.saved(Pillow.new("RGB", (400, 300), "red"), "BMP"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert encode(Image(path), PROFILE).size == (400, 300)


def test_a_limit_of_pixels_holds_for_a_header_that_is_remembered() -> None:
    source = Image(receipt(600)).source
    assert LazyPicture(source).size == (320, 240)
    with pytest.raises(ImageError, match="more than the 0 million allowed"):
        _ = LazyPicture(source, max_pixels=1000).size


def open_pictures() -> list[object]:
    gc.collect()
    return [each for each in gc.get_objects() if isinstance(each, OpenedPicture | LazyPicture)]


def test_no_open_picture_outlives_the_call() -> None:
    before = open_pictures()
    images = [Image(roll(9)), Image(receipt(700)), Image(Pillow.open(BytesIO(receipt(701))))]
    prepare_pictures(images, PROFILE, HOW)
    plan_pictures(images, PROFILE, HOW)
    assert [each for each in open_pictures() if not any(each is other for other in before)] == []
