"""What cannot be a picture is a typed error that says what to do, before any request, whoever would read it."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

import typesight
from support import GOOD, Clients, Receipt
from typesight import Image
from typesight.testing import Sandbox


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims a size, with next to no data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    whole = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + whole


def text_file(folder: Path) -> Path:
    (folder / "text.jpg").write_text("this is no picture", encoding="utf-8")
    return folder / "text.jpg"


def empty_file(folder: Path) -> Path:
    (folder / "empty.png").touch()
    return folder / "empty.png"


def bomb(folder: Path) -> Path:
    (folder / "bomb.png").write_bytes(png_claiming(60_000, 60_000))
    return folder / "bomb.png"


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.jpg")
    return folder / "pipe.jpg"


CASES: list[tuple[Callable[[Path], Path], type[typesight.ImageError], str]] = [
    (text_file, typesight.UnsupportedImage, "text.jpg is text, not a picture: give a JPEG"),
    (empty_file, typesight.UnsupportedImage, "empty.png is empty"),
    (lambda folder: folder / "missing.jpg", typesight.ImageNotFound, "check the path"),
    (bomb, typesight.ImageTooLarge, "claims 60000 x 60000 pixels"),
    (lambda folder: folder, typesight.UnsupportedImage, "is a folder: give the path of one picture file"),
    (pipe, typesight.UnsupportedImage, "not a regular file"),
]
NAMES = ["text", "empty", "missing", "bomb", "folder", "pipe"]


@pytest.mark.parametrize(("make", "kind", "said"), CASES, ids=NAMES)
@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
def test_what_is_no_picture_is_refused_before_any_request(
    make: Callable[[Path], Path],
    kind: type[typesight.ImageError],
    said: str,
    vendor: str,
    sandbox: Callable[..., Sandbox],
    clients: Clients,
    tmp_path: Path,
) -> None:
    box = sandbox(GOOD)
    with pytest.raises(kind, match=said):
        clients.sync(vendor, box).create(
            response_model=Receipt, messages=[{"role": "user", "content": ["Read.", Image(make(tmp_path))]}]
        )
    assert box.requests == []


@pytest.mark.parametrize(("make", "kind", "said"), CASES, ids=NAMES)
def test_the_local_reader_refuses_it_too(
    make: Callable[[Path], Path], kind: type[typesight.ImageError], said: str, tmp_path: Path
) -> None:
    pytest.importorskip("rapidocr")
    with pytest.raises(kind, match=said):
        typesight.from_local().extract(Receipt, make(tmp_path))
