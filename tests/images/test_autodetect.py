"""Autodetect: what becomes a picture, what stays text, and which files no text can reach."""

from __future__ import annotations

import os
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from typesight.errors import ImageError, ImageNotFound, UnsupportedImage
from typesight.exchange.read_messages import read_turns
from typesight.exchange.turns import ToolResult
from typesight.images.autodetect import Autodetect, find_image
from typesight.images.image import Image


def _png() -> bytes:
    file = BytesIO()
    Pillow.new("RGB", (4, 4), "red").save(file, "PNG")
    return file.getvalue()


RED = _png()
BASE64 = b64encode(RED).decode()
OPEN = Autodetect()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a picture in it and one in a folder with a blank in its name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "receipt.png").write_bytes(RED)
    (tmp_path / "My Scans").mkdir()
    (tmp_path / "My Scans" / "march 3.JPG").write_bytes(RED)
    return tmp_path


def no_look_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks the system for a file from here on fails the test."""

    def refuse(*_: object, **__: object) -> Any:
        pytest.fail("a file was looked up")

    for name in ("stat", "lstat", "open", "readlink", "scandir", "listdir"):
        monkeypatch.setattr(os, name, refuse)


# What becomes a picture


@pytest.mark.parametrize("url", ["https://h/a", "http://h/a b".replace(" ", "%20"), "gs://b/a.png", "s3://b/a.png"])
def test_a_url_by_itself_is_a_picture(url: str) -> None:
    assert find_image(OPEN, url) == Image(url)


@pytest.mark.parametrize("text", [f"data:image/png;base64,{BASE64}", BASE64, f"{BASE64[:40]}\n{BASE64[40:]}"])
def test_a_data_uri_or_base64_by_itself_is_a_picture(text: str) -> None:
    assert find_image(OPEN, text) == Image(RED)


@pytest.mark.parametrize("path", ["receipt.png", "./receipt.png", "My Scans/march 3.JPG", "My Scans/../receipt.png"])
def test_a_path_by_itself_is_a_picture(here: Path, path: str) -> None:
    assert find_image(OPEN, path) == Image.from_path(path)
    assert find_image(OPEN, str(here / path)) == Image.from_path(here / path)


@pytest.mark.parametrize(
    "name", ["my receipt.png", "Scan 12.png", "Screenshot 2026-11-20 at 10.15.22 (1).png", "領収書 1.png"]
)
def test_a_bare_name_with_blanks_is_a_picture_if_it_is_there(here: Path, name: str) -> None:
    (here / name).write_bytes(RED)
    assert find_image(OPEN, name) == Image.from_path(name)


# What stays text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "What is the total?",
        "receipt",
        "receipt.pdf",
        ".png",
        "see https://h/a.png",
        "https://h/a.png please",
        "https://",
        "mailto:me@h",
        "data: total 7, tax 3",
        "data:",
        "a\x00.png",
        "receipt.png\n",
        "receipt.png\u2028receipt.png",
        "x" * 1020 + ".png",
        "x" * 10_000_000,
        "\ud800.png",
        b64encode(b"this is no picture at all, it is text").decode(),
        "UDYKAAAAAAAAAAAAAAAA",
        "iVBORw0KGgo",
    ],
)  # fmt: skip
def test_any_other_text_stays_text_and_looks_nothing_up(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    with monkeypatch.context() as patch:
        no_look_ups(patch)
        assert find_image(OPEN, text) is None


@pytest.mark.parametrize(
    "text",
    [
        "see receipt.png",
        "Read the total from receipt.png",
        "What is the total on receipt.png",
        "The total is in receipt.png",
        "Total? See receipt.png",
        "Image: receipt.png",
        "please, read receipt.png",
    ],
)
def test_a_sentence_that_ends_in_a_files_name_costs_no_look_up(
    here: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    with monkeypatch.context() as patch:
        no_look_ups(patch)
        assert find_image(OPEN, text) is None


@pytest.mark.parametrize("text", ["total on receipt.png", "my scans/april 1.jpg", "/summarize receipt.png"])
def test_words_that_may_be_a_name_but_are_none_stay_text(here: Path, text: str) -> None:
    assert find_image(OPEN, text) is None


def test_a_sentence_without_blanks_may_be_text_or_a_name(here: Path) -> None:
    text = "合計\N{FULLWIDTH COLON}receipt.png"
    assert find_image(OPEN, text) is None
    (here / text).write_bytes(RED)
    assert find_image(OPEN, text) == Image.from_path(text)


def test_a_file_whose_name_reads_as_a_request_is_spelled_with_its_folder(here: Path) -> None:
    (here / "read me.png").write_bytes(RED)
    assert find_image(OPEN, "read me.png") is None
    assert find_image(OPEN, "./read me.png") == Image.from_path("./read me.png")


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "data:image/png;base64," + " " * 1_000_000 + "\u00e9",
        "data:" + ";a=b" * 300_000,
        "data:" + "a/" * 500_000,
        BASE64.rstrip("=") + "\n " * 500_000 + "!",
        BASE64.rstrip("=") + "=\n" * 500_000 + "!",
    ],
    ids=["blanks in a data URI", "parameters", "no comma", "blanks after base64", "padding"],
)
def test_a_long_text_that_is_nearly_a_picture_takes_no_long_time(text: str) -> None:
    assert find_image(OPEN, text) is None


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    for given_text in (text, f"{text}.png", f"data:{text}", f"https://{text}"):
        try:
            found = find_image(OPEN, given_text)
        except ImageError:
            continue
        assert found is None or isinstance(found, Image)


# What looks like nothing but a path


@pytest.mark.parametrize(
    "path",
    ["recipt.png", "/nowhere/my scans/a.png", "./my scan.png", "C:\\My Scans\\a.png", "ftp://h/a.png", "~/a.png"],
)
def test_a_missing_picture_is_an_error_and_not_a_name_for_the_model_to_read(here: Path, path: str) -> None:
    with pytest.raises(ImageNotFound, match="no file"):
        find_image(OPEN, path)


def test_the_longest_string_that_is_looked_up_is_an_error_when_missing() -> None:
    with pytest.raises(ImageError):
        find_image(OPEN, "x" * 1019 + ".png")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b"hello"),
        ("a b.png", b"<svg/>"),
        ("a.svg", b"<svg/>"),
        ("a.png", b""),
        ("a.jpg", b"%PDF-1.7"),
    ],
)
def test_a_file_that_is_no_picture_is_an_error(here: Path, name: str, content: bytes) -> None:
    (here / name).write_bytes(content)
    with pytest.raises(UnsupportedImage, match="not a picture"):
        find_image(OPEN, name)


def test_a_folder_is_an_error(here: Path) -> None:
    (here / "folder.png").mkdir()
    with pytest.raises(UnsupportedImage, match="folder"):
        find_image(OPEN, "folder.png")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("detect", [OPEN, Autodetect(paths=["."])])
@pytest.mark.timeout(5)
def test_a_pipe_is_an_error_and_is_not_waited_for(here: Path, detect: Autodetect) -> None:
    os.mkfifo(here / "pipe.png")
    with pytest.raises(ImageError, match=r"not a regular file|not inside"):
        find_image(detect, "pipe.png")
    with pytest.raises(UnsupportedImage, match="not a regular file"):
        find_image(Autodetect(paths=[here]), "pipe.png")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
def test_a_link_to_a_device_is_an_error(here: Path) -> None:
    (here / "zero.png").symlink_to("/dev/zero")
    with pytest.raises(UnsupportedImage, match="not a regular file"):
        find_image(OPEN, "zero.png")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_an_error(here: Path) -> None:
    (here / "receipt.png").chmod(0)
    with pytest.raises(ImageError, match="cannot read"):
        find_image(OPEN, "receipt.png")


def test_a_damaged_base64_of_a_picture_is_an_error() -> None:
    with pytest.raises(UnsupportedImage, match="damaged"):
        find_image(OPEN, "data:image/png;base64,iVBORw0KGgo=AAAA")


def test_a_huge_file_is_neither_read_whole_nor_kept_open(here: Path) -> None:
    path = here / "huge.png"
    path.write_bytes(RED)
    os.truncate(path, 2**40)  # a hole: reading it whole would take minutes
    files = Path("/proc/self/fd")
    before = len([*files.iterdir()]) if files.exists() else 0
    assert find_image(OPEN, "huge.png") == Image.from_path("huge.png")
    assert (len([*files.iterdir()]) if files.exists() else 0) == before


# Narrowed


@pytest.fixture
def fenced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder `in` beside a folder `out`, with a picture in each; `out` is the current folder."""
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.png").write_bytes(RED)
    monkeypatch.chdir(tmp_path / "out")
    return tmp_path


def test_a_file_inside_an_allowed_folder_is_a_picture(fenced: Path) -> None:
    path = fenced / "in" / "a.png"
    for folder in (fenced / "in", str(fenced / "in"), fenced, fenced / "out" / ".." / "in"):
        assert find_image(Autodetect(paths=[folder]), str(path)) == Image.from_path(path)


@pytest.mark.parametrize(
    "text",
    [
        "{out}/a.png",
        "a.png",
        "../out/a.png",
        "{in}/../out/a.png",
        "{in}/link.png",
        "{in}/sub/a.png",
        "/nowhere/a.png",
        "{in}x/a.png",
        "/proc/self/cwd/a.png",
    ],
)
def test_no_spelling_gets_out_of_the_allowed_folder(fenced: Path, text: str) -> None:
    (fenced / "in" / "link.png").symlink_to(fenced / "out" / "a.png")
    (fenced / "in" / "sub").symlink_to(fenced / "out")
    (fenced / "inx").mkdir()
    (fenced / "inx" / "a.png").write_bytes(RED)
    path = text.format_map({"in": fenced / "in", "out": fenced / "out"})
    with pytest.raises(ImageError, match="not inside a folder"):
        find_image(Autodetect(paths=[fenced / "in"]), path)


def test_links_that_stay_inside_are_followed_to_the_file_itself(fenced: Path) -> None:
    (fenced / "in" / "link.png").symlink_to("a.png")
    (fenced / "door").symlink_to(fenced / "in")
    allowed = Autodetect(paths=[fenced / "door"])
    assert find_image(allowed, str(fenced / "in" / "link.png")) == Image.from_path((fenced / "in" / "a.png").resolve())
    assert find_image(allowed, str(fenced / "door" / "a.png")) == Image.from_path((fenced / "in" / "a.png").resolve())


def test_a_circle_of_links_is_an_error(fenced: Path) -> None:
    (fenced / "in" / "x.png").symlink_to("y.png")
    (fenced / "in" / "y.png").symlink_to("x.png")
    with pytest.raises(ImageError):
        find_image(Autodetect(paths=[fenced / "in"]), str(fenced / "in" / "x.png"))
    with pytest.raises(ImageError):
        find_image(OPEN, str(fenced / "in" / "x.png"))


def test_outside_missing_and_present_files_sound_the_same(fenced: Path) -> None:
    allowed, said = Autodetect(paths=[fenced / "in"]), []
    for name in ("a.png", "b.png"):
        with pytest.raises(ImageError) as caught:
            find_image(allowed, str(fenced / "out" / name))
        said.append(str(caught.value).replace(name, ""))
    assert said[0] == said[1]


def test_the_fence_stays_where_it_was_put(fenced: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = Autodetect(paths=["../in"])
    monkeypatch.chdir(fenced)
    assert find_image(allowed, "in/a.png") is not None
    with pytest.raises(ImageError, match="not inside"):
        find_image(allowed, "out/a.png")


def test_one_folder_is_not_taken_for_its_letters(fenced: Path) -> None:
    assert Autodetect(paths=str(fenced / "in")) == Autodetect(paths=[fenced / "in"])


def test_an_empty_list_allows_no_file(fenced: Path) -> None:
    with pytest.raises(ImageError, match="not inside"):
        find_image(Autodetect(paths=[]), "a.png")


def test_each_kind_can_be_left_out(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        no_look_ups(patch)
        assert find_image(Autodetect(paths=False), "receipt.png") is None
        assert find_image(Autodetect(urls=False), "https://h/a.png") is None
        assert find_image(Autodetect(base64=False), BASE64) is None
        assert find_image(Autodetect(base64=False), f"data:image/png;base64,{BASE64}") is None


def test_it_is_a_value() -> None:
    assert Autodetect(paths=["/a"]) == Autodetect(paths=("/a",))
    assert hash(Autodetect(paths=["/a"])) == hash(Autodetect(paths=["/a"]))
    with pytest.raises(AttributeError):
        OPEN.urls = False  # type: ignore[misc]


# In messages


def user(*content: Any) -> list[dict[str, Any]]:
    return [{"role": "user", "content": list(content)}]


def test_elements_of_a_user_turns_list_are_detected(here: Path) -> None:
    (turn,) = read_turns(user("What is the total?", "receipt.png", "https://h/a"), OPEN)
    assert turn.content == ("What is the total?", Image.from_path("receipt.png"), Image("https://h/a"))


@pytest.mark.filterwarnings("ignore::typesight.PictureWarning")  # see test_forgotten_images.py
def test_a_plain_string_content_and_a_text_part_are_never_detected(here: Path) -> None:
    part = {"type": "text", "text": "receipt.png"}
    plain, listed = read_turns([{"role": "user", "content": "receipt.png"}, *user(part)], OPEN)
    assert plain.content == "receipt.png"
    assert listed.content == (part,)


@pytest.mark.filterwarnings("ignore::typesight.PictureWarning")  # see test_forgotten_images.py
def test_nothing_is_detected_unless_asked(here: Path) -> None:
    (turn,) = read_turns(user("receipt.png", "https://h/a"))
    assert turn.content == ("receipt.png", "https://h/a")


@pytest.mark.parametrize("role", ["system", "developer", "assistant", "tool"])
def test_what_others_than_the_user_say_names_no_file(here: Path, role: str) -> None:
    (turn,) = read_turns([{"role": role, "content": ["receipt.png", "recipt.png"]}], OPEN)
    assert turn.images == ()
    said = turn.parts[0].parts if isinstance(turn.parts[0], ToolResult) else turn.parts
    assert said == ("receipt.png", "recipt.png")


def test_what_a_tool_gave_in_the_user_s_turn_names_no_file_either(here: Path) -> None:
    result = {"type": "tool_result", "tool_use_id": "t", "content": ["receipt.png"]}
    (turn,) = read_turns(user(result, "receipt.png"), OPEN)
    assert turn.images == (Image.from_path("receipt.png"),)


def test_the_source_of_an_image_dict_may_be_a_path(here: Path) -> None:
    (turn,) = read_turns(user({"type": "image", "source": "receipt.png", "cache_control": True}), OPEN)
    assert turn.content == (Image.from_path("receipt.png", cache_control=True),)
    with pytest.raises(ImageNotFound):
        read_turns(user({"type": "image", "source": "see recipt.png"}), OPEN)


@pytest.mark.parametrize("detect", [None, Autodetect(paths=False)])
def test_the_source_of_an_image_dict_names_no_file_unless_allowed(
    here: Path, monkeypatch: pytest.MonkeyPatch, detect: Autodetect | None
) -> None:
    with monkeypatch.context() as patch:
        no_look_ups(patch)
        with pytest.raises(UnsupportedImage, match=r"Image\.from_path"):
            read_turns(user({"type": "image", "source": "receipt.png"}), detect)


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": "receipt.png"}},
        {"type": "image_url", "image_url": "receipt.png"},
        {"type": "input_image", "image_url": "receipt.png"},
        {"type": "image", "source": {"type": "url", "url": "receipt.png"}},
    ],
)
def test_a_url_in_an_image_dict_is_never_a_path(here: Path, part: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedImage, match=r"Image\.from_path"):
        read_turns(user(part), OPEN)


def test_an_image_dict_may_hold_what_json_cannot(here: Path) -> None:
    picture = Pillow.new("RGB", (3, 3))
    content = read_turns(user(*({"type": "image", "source": each} for each in (RED, picture, here / "receipt.png"))))[0]
    assert content.content == (Image(RED), Image(picture), Image.from_path(here / "receipt.png"))


def test_the_messages_are_left_as_they_are(here: Path) -> None:
    messages = user("receipt.png", {"type": "image", "source": "receipt.png"})
    read_turns(messages, OPEN)
    assert messages == user("receipt.png", {"type": "image", "source": "receipt.png"})
