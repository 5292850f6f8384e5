"""A text that looks like nothing but a picture's path or data stays a text, and a warning names it."""

from __future__ import annotations

import base64
import inspect
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import GOOD, RECORD, WIRES, Clients, Receipt, made
from typesight import PictureWarning
from typesight.testing import Sandbox

Start = Callable[..., Sandbox]

# Rows: (the text, what the warning names).
PICTURES = [
    ("receipt.jpg", "'receipt.jpg', which looks like a picture's path"),
    (" ./scans/Receipt 1.PNG\n", "'./scans/Receipt 1.PNG', which looks like a picture's path"),
    ("/tmp/in/scan.pdf", "'/tmp/in/scan.pdf'"),
    (r"C:\scans\my receipt.tiff", "receipt.tiff"),
    (
        "https://me:secret@shop.example/receipt.jpg?key=secret",
        "shop.example/receipt.jpg', which looks like a picture's URL",
    ),
    ("s3://bucket/scan.png", "'s3://bucket/scan.png', which looks like a picture's URL"),
    ("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUA", "'data:image/png,…' of 50 characters"),
]
SENTENCES = [
    "Read receipt.jpg",
    "Read this.",
    "What is the total in scan.png?",
    "See https://shop.example/receipt.jpg for the layout",
    "https://shop.example/how-to-read",
    "total on scan.png",
    "data: total 7, tax 3",
    "receipt.jpg\nreceipt2.jpg is the second",
    "e.g.",
    "3.50",
    "SGVsbG8gd29ybGQhIFRoaXMgaXMgbm8gcGljdHVyZQ==",
    "x" * 2_000 + ".jpg",
    "",
]


def warned(record: list[warnings.WarningMessage]) -> list[str]:
    return [str(each.message) for each in record if issubclass(each.category, PictureWarning)]


def contents(text: str) -> list[Any]:
    """A text as a content, in a list, and as a part of either maker's form."""
    return [text, ["Read this.", text], [{"type": "text", "text": text}], [{"type": "input_text", "text": text}]]


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(("text", "named"), PICTURES, ids=[row[0][:20] for row in PICTURES])
def test_a_text_that_looks_like_a_picture_is_warned_about(
    text: str, named: str, wire: str, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(GOOD, GOOD, GOOD, GOOD)
    client = made(clients, wire, box)
    for content in contents(text):
        with warnings.catch_warnings(record=True) as record:
            warnings.simplefilter("always")
            got = client.create(response_model=Receipt, messages=[{"role": "user", "content": content}])
        assert got == RECORD
        (said,) = warned(record)
        assert said.startswith("messages[0] holds the text '")
        assert named in said
        assert "Image.from_path" in said
        assert "secret" not in said
    assert len(box.requests) == 4


@pytest.mark.parametrize("kind", ["PNG", "damaged", "PDF"])
def test_data_is_named_by_its_length(kind: str, picture: bytes, sandbox: Start, clients: Clients) -> None:
    data = {"PNG": picture, "damaged": picture[:90], "PDF": b"%PDF-1.7 " * 40}[kind]
    text = base64.b64encode(data).decode()
    client = made(clients, "chat", sandbox(GOOD))
    with pytest.warns(
        PictureWarning, match=f"of {len(text):,} characters, which looks like a picture's data"
    ) as record:
        client.create(response_model=Receipt, messages=[{"role": "user", "content": text}])
    assert all(text[:20] not in said for said in warned(record.list))


@pytest.mark.parametrize("text", SENTENCES, ids=[text[:20] for text in SENTENCES])
def test_a_sentence_is_none(text: str, sandbox: Start, clients: Clients) -> None:
    """Warnings are errors here."""
    client = made(clients, "chat", sandbox(GOOD, GOOD, GOOD, GOOD))
    for content in contents(text):
        assert client.create(response_model=Receipt, messages=[{"role": "user", "content": content}]) == RECORD


def test_what_others_than_the_user_say_is_none(sandbox: Start, clients: Clients) -> None:
    client = made(clients, "chat", sandbox(GOOD))
    messages = [
        {"role": "system", "content": "receipt.jpg"},
        {"role": "user", "content": "Which file?"},
        {"role": "assistant", "content": "receipt.jpg"},
        {"role": "user", "content": "Read it."},
    ]
    assert client.create(response_model=Receipt, messages=messages) == RECORD


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
async def test_the_warning_is_at_the_callers_line(asynchronous: bool, sandbox: Start, clients: Clients) -> None:
    client = made(clients, "chat", sandbox(GOOD), asynchronous=asynchronous)
    with pytest.warns(PictureWarning) as record:
        frame = inspect.currentframe()
        line = (frame.f_lineno if frame else 0) + 1
        got = client.create(response_model=Receipt, messages=[{"role": "user", "content": "receipt.jpg"}])
        assert (await got if asynchronous else got) == RECORD
    (warning,) = record.list
    assert Path(warning.filename).samefile(__file__)
    assert warning.lineno == (line + 1 if asynchronous else line)


@pytest.mark.slow
def test_extract_and_the_sdks_own_reply_warn_too(picture: bytes, sandbox: Start, clients: Clients) -> None:
    client = made(clients, "chat", sandbox(GOOD, "hello"))
    with pytest.warns(PictureWarning, match=r"'receipt\.jpg'"):
        client.extract(Receipt, picture, prompt="receipt.jpg")
    with pytest.warns(PictureWarning, match=r"'receipt\.jpg'"):
        client.create(messages=[{"role": "user", "content": "receipt.jpg"}])


def test_an_image_that_autodetect_takes_is_none_and_a_whole_content_is_not_looked_up(
    picture: bytes, tmp_path: Any, sandbox: Start, clients: Clients
) -> None:
    path = tmp_path / "receipt.png"
    path.write_bytes(picture)
    client = made(clients, "chat", sandbox(GOOD, GOOD), autodetect_images=True)
    client.create(response_model=Receipt, messages=[{"role": "user", "content": [str(path)]}])
    with pytest.warns(PictureWarning, match="looks like a picture's path"):
        client.create(response_model=Receipt, messages=[{"role": "user", "content": str(path)}])
