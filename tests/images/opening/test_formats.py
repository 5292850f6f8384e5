"""Which format bytes are, whatever their name says, and which are refused by theirs."""

from __future__ import annotations

import struct
import subprocess
import sys
from base64 import b64encode, urlsafe_b64encode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Pillow

from images import pictures
from images.pictures import difference, saved, scene
from typesight import Image, VisionProfile, encode
from typesight.errors import ImageError, ImageNotFound, ImageTooLarge, UnsupportedImage
from typesight.images.autodetect import Autodetect, find_image
from typesight.images.documents import split_document
from typesight.images.opening.formats import sniff
from typesight.images.opening.pdf_pages import PdfPageSource

pytestmark = pytest.mark.filterwarnings("ignore::typesight.PictureWarning")
ROOMY = VisionProfile("roomy", max_side=8000)
PNG = saved(scene(), "PNG")


def made(kind: str, mode: str = "RGB") -> bytes:
    return saved(scene().convert(mode), kind)


LEFT_OUT = {
    "a DDS texture": made("DDS"),
    "a Photoshop file (PSD)": b"8BPS\0\1" + bytes(90),
    "a macOS icon (ICNS)": made("ICNS"),
    "a cursor (CUR)": b"\0\0\2\0\1\0\x20\x20\0\0" + bytes(60),
    "a FITS image": b"SIMPLE  =                    T" + bytes(90),
    "an X bitmap (XBM)": made("XBM", "1"),
    "an X pixmap (XPM)": b"/* XPM */\nstatic char * a[] = {",
    "an SGI image": made("SGI"),
    "a Sun raster image": b"\x59\xa6\x6a\x95" + bytes(90),
    "a BLP texture": saved(scene().quantize(8), "BLP"),
    "an FTEX texture": b"FTEX" + bytes(90),
    "an FLI/FLC animation": b"\1\2\3\4\x11\xaf" + bytes(90),
    "a Microsoft Paint 2 image (MSP)": made("MSP", "1"),
    "a QOI image": made("QOI"),
    "a DCX file of several PCX pages": b"\xb1\x68\xde\x3a" + bytes(90),
    "a Windows metafile (WMF)": b"\xd7\xcd\xc6\x9a" + bytes(90),
    "a Windows metafile (EMF)": b"\1\0\0\0" + bytes(36) + b" EMF" + bytes(90),
    "an MPEG video": b"\0\0\1\xba" + bytes(90),
    "a GRIB file": b"GRIB" + bytes(90),
    "a BUFR file": b"BUFR" + bytes(90),
    "an HDF5 file": b"\x89HDF\r\n\x1a\n" + bytes(90),
    "an IFUNC image (IM)": b"Image type: RGB image\r\nName: a.im\r\n" + bytes(90),
    "a bitmap without its file header (DIB)": made("DIB"),
    "a PAM image (P7)": b"P7\nWIDTH 2\nHEIGHT 2\nDEPTH 3\nMAXVAL 255\nENDHDR\n" + bytes(12),
    "a JPEG XL image": b"\xff\x0a" + bytes(90),
    "a video": b"\0\0\0\x20ftypisom" + bytes(90),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_format_that_is_left_out_is_refused_by_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(LEFT_OUT[name])
    for given in (LEFT_OUT[name], tmp_path / "scan.png"):
        with pytest.raises(UnsupportedImage) as caught:
            encode(given, ROOMY)
        assert f"is {name}, which typesight does not read: convert it to PNG or JPEG" in str(caught.value)
    with pytest.raises(UnsupportedImage, match="convert it to PNG or JPEG"):
        find_image(Autodetect(), str(tmp_path / "scan.png"))


TEXTS = [
    b"P1 is the plan, and P2 another",
    b"P6 without numbers\n",
    b"P7 rows of seven",
    b"BM is short for bitmap, which is a format of pictures",
    b"Dear Sir,\nplease find enclosed " * 20,
    "Zażółć gęślą jaźń".encode("utf-16"),
    b"\n\n\n\n" * 40,
    bytes(400),
    b"\0\0\1\0",
    b"Name: John\r\nImage: none",
    b"grib and bufr and dds ",
]


@pytest.mark.parametrize("data", TEXTS)
def test_what_is_no_picture_is_taken_for_none(data: bytes) -> None:
    assert sniff(data) is None
    with pytest.raises(UnsupportedImage, match="not a picture: give"):
        encode(data, ROOMY)


def pcx(size: tuple[int, int], body: bytes) -> bytes:
    head = struct.pack("<4B4H", 10, 5, 1, 8, 0, 0, size[0] - 1, size[1] - 1)
    return head.ljust(64, b"\0") + b"\0\3" + struct.pack("<H", size[0]) + bytes(60) + body


def tga(size: tuple[int, int], body: bytes) -> bytes:
    return struct.pack("<3B5x4xHHBB", 0, 0, 10, *size, 24, 0) + body


CLAIMS = {
    "ppm": lambda size: b"P6 %d %d 255\n" % size + bytes(9),
    "ppm as text": lambda size: b"P3 %d %d 255\n" % size + b"1 2 3",
    "pcx": lambda size: pcx(size, b"\xff\x07" * 9),
    "tga": lambda size: tga(size, b"\xff\1\2\3" * 9),
}


@pytest.mark.parametrize("kind", CLAIMS)
def test_a_header_that_claims_too_much_is_refused_before_it_is_decoded(kind: str) -> None:
    with pytest.raises(ImageTooLarge, match="claims 60000 x 60000 pixels"):
        encode(CLAIMS[kind]((60_000, 60_000)), ROOMY)
    with pytest.raises(ImageError):  # as much as may be claimed, and hardly a pixel there
        encode(CLAIMS[kind]((9_000, 9_000)), ROOMY)


@pytest.mark.slow
def test_a_packed_picture_takes_no_more_memory_than_its_pixels(tmp_path: Path) -> None:
    """25 million pixels each, in a fraction of the bytes."""
    pytest.importorskip("resource")
    (tmp_path / "a").write_bytes(pcx((5_000, 5_000), (b"\xff\x07" * 79 + b"\xd7\x07") * 3 * 5_000))
    (tmp_path / "b").write_bytes(tga((5_000, 5_000), (b"\xff\1\2\3" * 39 + b"\x87\1\2\3") * 5_000))
    (tmp_path / "c").write_bytes(b"P4 5000 5000 " + bytes(625 * 5_000))
    code = (
        f"{pictures.PEAK}\nimport sys, warnings\nfrom pathlib import Path\nfrom typesight import encode\n"
        "warnings.simplefilter('ignore')\n"
        "for path in Path(sys.argv[1]).iterdir():\n    encode(path, 'gpt-4o')\nprint(peak())"
    )
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 400 * 1024


def test_a_large_picture_written_as_text_is_refused_by_its_size() -> None:
    with pytest.raises(ImageTooLarge, match="PPM written as text, of more than 16 MB"):
        encode(b"P3 3000 3000 255\n" + b"1 " * 9_000_000, ROOMY)


# URL-safe base64


ODD = saved(scene(), "JPEG")
SAFE = urlsafe_b64encode(ODD).decode()


@pytest.mark.parametrize(
    "text", [SAFE, SAFE.rstrip("="), "\n".join(SAFE[at : at + 76] for at in range(0, len(SAFE), 76))]
)
def test_url_safe_base64_is_base64(text: str) -> None:
    assert Image(text) == Image(ODD)
    assert Image.from_base64(text) == Image(ODD)
    assert Image.from_raw_base64(text) == Image(ODD)
    assert find_image(Autodetect(), text) == Image(ODD)
    assert Image(f"data:image/jpeg;base64,{text}") == Image(ODD)
    assert find_image(Autodetect(), f"data:image/jpeg;base64,{text}") == Image(ODD)
    assert Image({"url": text}) == Image(ODD)


def test_base64_in_two_alphabets_is_damaged() -> None:
    standard = b64encode(ODD).decode()
    half = len(SAFE) // 2
    mixed = SAFE[:half] + "+/-_" + standard[half + 4 :]
    with pytest.raises(UnsupportedImage, match="mixes two alphabets"):
        Image(mixed)


@pytest.mark.parametrize(
    "name", ["my-scan_01.jpg", "my-scan_01", "_9j_my-scan", "Qk0123-invoice_of_march-2026_page-01"]
)
def test_a_file_s_name_is_no_base64(name: str) -> None:
    assert Image(name) == Image.from_path(name)
    with pytest.raises(ImageNotFound):
        encode(Image(name), ROOMY)


# Documents


@pytest.fixture
def pdf() -> bytes:
    pytest.importorskip("pypdfium2")
    return saved(scene(), "PDF")


def test_a_png_named_pdf_is_a_picture(tmp_path: Path) -> None:
    for name in ("scan.pdf", "scan.PDF"):
        (tmp_path / name).write_bytes(PNG)
        for given in (tmp_path / name, str(tmp_path / name)):
            (page,) = split_document(given)
            assert difference(Pillow.open(BytesIO(encode(page, ROOMY).data)), scene()) < pictures.LOSSY


def test_a_pdf_is_one_whatever_its_name_and_however_it_is_given(tmp_path: Path, pdf: bytes) -> None:
    (tmp_path / "scan.png").write_bytes(pdf)
    (tmp_path / "scan").write_bytes(b"\r\n\r\n" * 9 + pdf)
    with (tmp_path / "scan.png").open("rb") as file:
        for given in (tmp_path / "scan.png", str(tmp_path / "scan"), pdf, bytearray(pdf), memoryview(pdf), file):
            (page,) = split_document(given)
            assert isinstance(page.source, PdfPageSource)


def test_a_picture_with_a_pdf_s_mark_in_it_is_a_picture() -> None:
    data = saved(scene(), "JPEG", comment=b"%PDF-1.7")
    (page,) = split_document(data)
    assert page == Image(data)


def test_a_document_that_is_missing_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(ImageNotFound):
        split_document(tmp_path / "none.pdf")
    (page,) = split_document(tmp_path / "none.png")
    with pytest.raises(ImageNotFound):
        encode(page, ROOMY)


def test_a_picture_given_to_from_pdf_is_named(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(PNG)
    with pytest.raises(UnsupportedImage, match=r"scan\.pdf is a PNG picture: give it as an Image"):
        Image.from_pdf(tmp_path / "scan.pdf")


def test_a_relative_path_that_is_missing_says_from_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ImageNotFound, match=r"no file scans/a\.png: check the path \(now in .+\)$"):
        encode(Image.from_path("scans/a.png"), ROOMY)
    with pytest.raises(ImageNotFound, match=r"a\.png: check the path$"):
        encode(Image.from_path(tmp_path / "a.png"), ROOMY)
