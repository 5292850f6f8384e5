"""Pages of a PDF as pictures: counted at once, drawn when they are wanted."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

from typesight.errors import ImageError, ImageNotFound, ImageTooLarge, MissingExtra, UnreadableImage, UnsupportedImage
from typesight.images.image import Image
from typesight.images.opening.pdf_pages import PdfPageSource

pytest.importorskip("pypdfium2", reason="the extra [pdf] is not installed")

COLOURS = ("red", "lime", "blue")


def pdf_of(*objects: str, trailer: str = "") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalog."""
    held, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(held))
        held += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{rows}trailer\n<</Size {size}/Root 1 0 R{trailer}>>\n"
    return held + f"{end}startxref\n{len(held)}\n%%EOF\n".encode()


CATALOG, PAGES = "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>"


def page(box: str = "0 0 72 144", more: str = "") -> str:
    return f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]{more}>>"


@pytest.fixture(scope="session")
def three() -> bytes:
    """Three pages, 2 x 3 inches: red, green and blue."""
    first, *rest = (Pillow.new("RGB", (144, 216), colour) for colour in COLOURS)
    file = BytesIO()
    first.save(file, "PDF", save_all=True, append_images=rest, resolution=72)
    return file.getvalue()


@pytest.fixture
def path(three: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "three.pdf"
    file.write_bytes(three)
    return file


def drawn(image: Image) -> Pillow.Image:
    assert isinstance(image.source, PdfPageSource)
    return image.source.picture


def colour(image: Image) -> str:
    """Which of the three an image shows; the PDF holds them as JPEG."""
    pixel = drawn(image).getpixel((50, 50))
    assert isinstance(pixel, tuple)
    return COLOURS[pixel.index(max(pixel))]


def test_every_page_becomes_an_image_in_order(path: Path) -> None:
    images = Image.from_pdf(path)
    assert [colour(image) for image in images] == [*COLOURS]
    assert drawn(images[0]).size == (400, 600)
    assert drawn(images[0]).mode == "RGB"


@pytest.mark.parametrize(
    ("pages", "expected"),
    [(2, ["lime"]), ([3, 1], ["blue", "red"]), (range(2, 4), ["lime", "blue"]), ([1, 1], ["red", "red"]), ([], [])],
)
def test_pages_are_counted_from_one(path: Path, pages: Any, expected: list[str]) -> None:
    assert [colour(image) for image in Image.from_pdf(path, pages)] == expected


@pytest.mark.parametrize("pages", [0, 4, [1, -1], range(3)])
def test_a_page_that_is_not_there_is_an_error(path: Path, pages: Any) -> None:
    with pytest.raises(ImageError, match="its pages are 1 to 3"):
        Image.from_pdf(path, pages)


@pytest.mark.parametrize("pages", [slice(0, 2), ["1"], [True], [1.0]])
def test_a_page_is_a_number(path: Path, pages: Any) -> None:
    with pytest.raises(TypeError):
        Image.from_pdf(path, pages)


@pytest.mark.parametrize("dpi", [0, -1, float("nan"), float("inf"), "200", True])
def test_a_resolution_is_a_positive_number(path: Path, dpi: Any) -> None:
    with pytest.raises(ValueError, match="dpi"):
        Image.from_pdf(path, dpi=dpi)


def test_the_resolution_gives_the_size(path: Path) -> None:
    (image,) = Image.from_pdf(path, 1, dpi=36)
    assert isinstance(image.source, PdfPageSource)
    assert drawn(image).size == image.source.size == (72, 108)


@pytest.mark.parametrize("dpi", [44, 106, 200, 316])
def test_the_size_of_a_page_is_that_of_its_picture_at_every_resolution(dpi: int) -> None:
    """612 * 106 / 72 is 901, and 612 * (106 / 72) is a hair more, which is rounded up."""
    (image,) = Image.from_pdf(pdf_of(CATALOG, PAGES, page("0 0 612 792")), dpi=dpi)
    assert isinstance(image.source, PdfPageSource)
    assert drawn(image).size == image.source.size


def test_hints_go_to_every_page(path: Path) -> None:
    images = Image.from_pdf(path, detail="low", cache_control=True, max_side=300)
    assert {(image.detail, image.max_side, image.cache_control is None) for image in images} == {("low", 300, False)}


def test_path_and_bytes_give_equal_pages(path: Path, three: bytes) -> None:
    assert Image.from_pdf(path) == Image.from_pdf(str(path)) == Image.from_pdf(three)
    assert Image.from_pdf(path)[0] != Image.from_pdf(path)[1]
    assert Image.from_pdf(path)[0] != Image.from_pdf(path, dpi=100)[0]


def test_a_page_is_held_as_a_few_bytes_and_survives_a_pickle(path: Path) -> None:
    (image,) = Image.from_pdf(path, 2)
    kept = pickle.dumps(image)
    assert len(kept) < 1000
    again = pickle.loads(kept)
    assert again == image
    assert hash(again) == hash(image)
    assert colour(again) == "lime"


def test_a_page_is_sent_and_dumped_as_a_picture(path: Path) -> None:
    (image,) = Image.from_pdf(path, 3)
    for url in (image.url, image.to_openai("gpt-4o")["image_url"]["url"]):
        assert Pillow.open(BytesIO(Image(url).source.data)).size == (400, 600)  # type: ignore[union-attr]


def test_a_page_is_named_by_its_file_and_number(path: Path) -> None:
    assert repr(Image.from_pdf(path, 2)[0]) == "Image(three.pdf page 2 400x600)"


def test_a_file_that_changed_meanwhile_is_an_error(path: Path) -> None:
    (image,) = Image.from_pdf(path, 1)
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(ImageError, match="has changed"):
        drawn(image)
    path.unlink()
    with pytest.raises(ImageNotFound):
        drawn(image)


def test_pages_are_drawn_from_several_threads(path: Path) -> None:
    images = Image.from_pdf(path) * 8
    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(colour, images)] == [*COLOURS] * 8


def test_a_turned_page_stands_upright() -> None:
    (image,) = Image.from_pdf(pdf_of(CATALOG, PAGES, page(more="/Rotate 90")), dpi=72)
    assert drawn(image).size == (144, 72)


def test_what_was_typed_into_a_form_is_drawn() -> None:
    """PDFium draws widgets only for a document whose forms were woken."""
    ink = "0 0 0 rg 0 0 72 144 re f"
    data = pdf_of(
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>",
        PAGES,
        page(more="/Annots[4 0 R]"),
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(total)/V(7)/F 4/Rect[0 0 72 144]/P 3 0 R/AP<</N 5 0 R>>>>",
        f"<</Type/XObject/Subtype/Form/BBox[0 0 72 144]/Length {len(ink)}>>\nstream\n{ink}\nendstream",
    )
    (image,) = Image.from_pdf(data, dpi=72)
    pixel = drawn(image).getpixel((36, 72))
    assert isinstance(pixel, tuple)
    assert max(pixel) < 255


def encrypted() -> bytes:
    """A PDF whose password nobody knows: its check values are of no password."""
    secret = f"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{'11' * 32}>/U<{'22' * 32}>>>/ID[<{'33' * 16}><{'33' * 16}>]"
    return pdf_of(CATALOG, PAGES, page(), trailer=secret)


@pytest.mark.parametrize(
    ("make", "wrong", "said"),
    [
        (encrypted, ImageError, "encrypted"),
        (lambda: b"%PDF-1.7\nnothing", UnreadableImage, "damaged"),
        (lambda: pdf_of(CATALOG, "<</Type/Pages/Kids[]/Count 0>>"), UnreadableImage, "no pages|damaged"),
        (lambda: b"hello", UnsupportedImage, "text, not a PDF"),
        (lambda: b"", UnsupportedImage, "empty"),
        (lambda: pdf_of(CATALOG, PAGES, page("0 0 14400 14400")), ImageTooLarge, "lower dpi"),
    ],
)
def test_a_pdf_that_cannot_be_drawn_is_an_image_error(
    make: Callable[[], bytes], wrong: type[Exception], said: str
) -> None:
    with pytest.raises(wrong, match=said):
        Image.from_pdf(make())


def test_a_missing_pdf_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(ImageNotFound):
        Image.from_pdf(tmp_path / "no.pdf")


def test_a_broken_page_among_good_ones_is_an_image_error_or_white() -> None:
    data = pdf_of(CATALOG, "<</Type/Pages/Kids[3 0 R 9 0 R]/Count 2>>", page())
    try:
        images = [drawn(image) for image in Image.from_pdf(data, dpi=72)]
    except ImageError:
        return
    assert all(image.size[0] > 0 for image in images)


def test_without_the_library_the_extra_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pypdfium2", None)
    with pytest.raises(MissingExtra, match=r"the extra \[pdf\]"):
        Image.from_pdf(path)
