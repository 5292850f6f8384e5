"""Image: inert, equal by what it is, and safe to fill from a stranger's text."""

from __future__ import annotations

import copy
import json
import pickle
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from typesight.errors import ImageError, ImageNotFound, UnreadableImage, UnsupportedImage
from typesight.images.image import Image
from typesight.images.opening.sources import BytesSource, FileSource, PixelSource, UrlSource

_SEEN: list[str] = []
_WATCHING = [False]


def _watch(event: str, _: tuple[Any, ...]) -> None:
    if _WATCHING[0] and event.startswith(("open", "os.", "socket.", "subprocess.", "urllib.")):
        _SEEN.append(event)


sys.addaudithook(_watch)  # cannot be taken off again: it sleeps unless a test wakes it


@contextmanager
def watched() -> Iterator[list[str]]:
    """What is opened, listed or connected to meanwhile."""
    _SEEN.clear()
    _WATCHING[0] = True
    try:
        yield _SEEN
    finally:
        _WATCHING[0] = False


def file_of(picture: Pillow.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def data_uri(data: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{b64encode(data).decode()}"


RED = file_of(Pillow.new("RGB", (240, 220), "red"))
PHOTO = file_of(Pillow.effect_noise((240, 220), 50), "JPEG")

files = st.builds(
    lambda size, colour, kind: file_of(Pillow.new("RGB", size, colour), kind),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.tuples(*[st.integers(0, 255)] * 3),
    st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"]),
)
hints: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "detail": st.sampled_from(["low", "high", "original", "auto"]),
        "cache_control": st.sampled_from([True, {"type": "ephemeral", "ttl": "1h"}]),
        "max_side": st.integers(1, 10_000),
    },
)


@st.composite
def boxes(draw: st.DrawFn) -> tuple[int, int, int, int]:
    left, top = draw(st.integers(0, 1000)), draw(st.integers(0, 1000))
    return left, top, left + draw(st.integers(1, 1000)), top + draw(st.integers(1, 1000))


@st.composite
def images(draw: st.DrawFn) -> Image:
    """Images of bytes and URLs with any hints and crop."""
    source = draw(files | st.sampled_from(["https://h/a.png?sig=1", "gs://b/a.png", "s3://b/a.png"]))
    image = Image(source, download=draw(st.booleans()), **draw(hints))
    return image.crop(draw(boxes())) if draw(st.booleans()) else image


class Scan(BaseModel):
    image: Image


# Sources


@given(files)
def test_path_bytes_data_uri_and_base64_are_the_same_picture(data: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        ways = [
            Image(file.name),
            Image.from_path(Path(file.name)),
            Image(data),
            Image(bytearray(data)),
            Image(memoryview(data)),
            Image(BytesIO(data)),
            Image(data_uri(data)),
            Image(b64encode(data).decode()),
            Image.from_base64(b64encode(data).decode()),
            Image.from_base64(data_uri(data)),
            Image(url=data_uri(data)),
            Image({"url": data_uri(data)}),
        ]
        assert {image.sha256 for image in ways} == {sha256(data).hexdigest()}
        assert len({image.url for image in ways}) == 1


def test_base64_is_recognised_before_paths() -> None:
    text = b64encode(PHOTO).decode()
    assert text.startswith("/9j/")
    assert isinstance(Image(text).source, BytesSource)


def test_base64_with_line_breaks_or_without_its_padding_is_read() -> None:
    text = b64encode(RED).decode()
    broken = "\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    assert Image(broken) == Image(text.rstrip("=")) == Image(RED)


@pytest.mark.parametrize("url", ["https://h/a", "HTTP://h/a.png", "gs://bucket/a.png", "s3://bucket/a.png"])
def test_a_url_stays_a_url(url: str) -> None:
    image = Image(url)
    assert image.source == UrlSource(url)
    assert image.url == image.format() == url


def test_a_percent_encoded_data_uri_is_read() -> None:
    quoted = "".join(f"%{byte:02x}" for byte in RED)
    assert Image(f"data:image/png,{quoted}") == Image(RED)


def test_the_names_of_dspy_and_instructor_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(RED)
    picture = Pillow.open(BytesIO(RED))
    assert Image.from_file(str(path)) == Image.from_path(path)
    assert Image.from_PIL(picture) == Image.from_pil(picture)
    assert Image.from_url("https://h/a", True) == Image(url="https://h/a", download=True)
    assert Image.from_gs_url("gs://b/a.png").url == "gs://b/a.png"
    assert Image.from_raw_base64(b64encode(RED).decode()) == Image(RED)
    assert Image.from_raw_base64("aGVsbG8gd29ybGQsIGhlbGxv") is None
    assert Image.autodetect(path) == Image.from_path(path)


@pytest.mark.parametrize("text", ["/etc/passwd", "a.png", "file:///a.png", "ftp://h/a.png", "https://", "https:// h"])
def test_from_url_takes_no_path(text: str) -> None:
    with pytest.raises(UnsupportedImage, match="from_path"):
        Image.from_url(text)


def test_from_gs_url_takes_no_other_url() -> None:
    with pytest.raises(UnsupportedImage, match="from_url"):
        Image.from_gs_url("https://h/a.png")


@pytest.mark.parametrize("text", ["", "a\x00b", "a\nb", "x" * 5000, "file:///a.png", "ftp://h/a.png"])
def test_a_text_that_is_no_source_is_refused(text: str) -> None:
    with pytest.raises(UnsupportedImage):
        Image(text)


@pytest.mark.parametrize("given", [{"url": "/etc/passwd"}, {"url": None}, {}, 5, object()])
def test_a_dict_names_no_file_and_other_things_are_refused(given: object) -> None:
    with pytest.raises(UnsupportedImage):
        Image(given)


def test_damaged_base64_is_said_to_be() -> None:
    with pytest.raises(UnsupportedImage, match="damaged"):
        Image("data:image/png;base64,iVBORw0KG!!")


@pytest.mark.parametrize("arguments", [{}, {"source": RED, "url": "https://h/a"}])
def test_an_image_has_one_source(arguments: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="one source"):
        Image(**arguments)


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 1), (4, 6, 3), (4, 6, 4)])
def test_an_array_is_a_picture_and_is_copied(shape: tuple[int, ...]) -> None:
    array = np.full(shape, 7, np.uint8)
    image, before = Image.from_array(array), Image(array.copy())
    array[:] = 200
    assert image == before
    assert isinstance(image.source, PixelSource)
    assert image.source.picture.size == (6, 4)


@pytest.mark.parametrize("shape", [(), (4,), (4, 4, 2, 2), (4, 4, 5)], ids=str)
def test_an_array_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(UnsupportedImage, match=r"not a picture: give uint8 of shape \(height, width"):
        Image(np.zeros(shape, np.uint8))


def test_an_array_of_another_type_is_refused() -> None:
    with pytest.raises(UnsupportedImage, match="an array of float32 is not a picture: scale it to uint8"):
        Image(np.zeros((4, 4), np.float32))


def test_a_closed_file_is_an_image_error(tmp_path: Path) -> None:
    path = tmp_path / "red.png"
    path.write_bytes(RED)
    with path.open("rb") as file:
        pass
    with pytest.raises(ImageError, match=r"cannot read the BufferedReader: .*closed.*; give a file that is open"):
        Image(file)


def test_a_file_open_as_text_is_told_how_to_open_it(tmp_path: Path) -> None:
    path = tmp_path / "red.png"
    path.write_bytes(RED)
    for encoding in ("utf-8", "latin-1"):
        with path.open(encoding=encoding) as file, pytest.raises(ImageError, match="open the picture in binary mode"):
            Image(file)


# Hints


def test_an_image_of_an_image_keeps_its_hints() -> None:
    first = Image(RED, detail="low", cache_control=True, max_side=900).crop((1, 2, 3, 4))
    assert Image(first) == first
    assert Image(first, detail="high").detail == "high"
    assert Image(first, max_side=10).box == (1, 2, 3, 4)
    assert Image(Image("https://h/a"), download=True) == Image("https://h/a", download=True)


def test_a_dict_carries_hints() -> None:
    assert Image({"url": "https://h/a", "detail": "low"}) == Image("https://h/a", detail="low")


@pytest.mark.parametrize(
    ("hint", "wrong"),
    [
        ({"detail": "huge"}, ValueError),
        ({"max_side": 0}, ValueError),
        ({"max_side": -5}, ValueError),
        ({"max_side": 1.5}, TypeError),
        ({"max_side": True}, TypeError),
        ({"cache_control": "ephemeral"}, TypeError),
    ],
)
def test_a_wrong_hint_is_refused_at_once(hint: dict[str, Any], wrong: type[Exception]) -> None:
    with pytest.raises(wrong):
        Image(RED, **hint)


def test_numbers_of_numpy_are_numbers() -> None:
    side, box = cast(int, np.int64(9)), cast("tuple[int, ...]", np.array([1, 2, 3, 4]))
    image = Image(RED, max_side=side).crop(box)
    assert (image.max_side, image.box) == (9, (1, 2, 3, 4))
    assert type(image.max_side) is int


@pytest.mark.parametrize(
    "box", [(0, 0, 0, 5), (0, 5, 5, 5), (-1, 0, 5, 5), (5, 0, 4, 5), (1, 2, 3), (0, 0, 1.5, 2), "abcd", (0, 0, True, 1)]
)
def test_a_box_that_holds_no_pixel_is_refused(box: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        Image(RED).crop(box)


def test_a_crop_of_a_crop_counts_from_the_crops_corner() -> None:
    part = Image(RED).crop((10, 20, 100, 200))
    assert part.crop((5, 5, 50, 500)).box == (15, 25, 60, 200)
    with pytest.raises(ValueError, match="outside"):
        part.crop((90, 0, 95, 5))


@given(boxes(), boxes())
def test_a_crop_never_reaches_over_the_one_it_is_of(outer: tuple[int, ...], inner: tuple[int, ...]) -> None:
    part = Image(RED).crop(outer)
    try:
        box = part.crop(inner).box
    except ValueError:
        return
    assert box is not None
    assert outer[0] <= box[0] < box[2] <= outer[2]
    assert outer[1] <= box[1] < box[3] <= outer[3]


# A value


def test_building_comparing_and_printing_touch_neither_disk_nor_network() -> None:
    with watched() as seen:
        made = [
            Image("/nowhere/a.png"),
            Image.from_path("/nowhere/b.png", detail="low"),
            Image("https://nowhere.invalid/a.png", download=True),
            Image("gs://bucket/a.png"),
            Image(RED),
            Image(data_uri(RED)).crop((0, 0, 5, 5)),
        ]
        assert len({*made, *made}) == len(made)
        str(made)
        pickle.dumps(made)
    assert seen == []


def test_equality_is_by_bytes_by_reference_and_by_pixels() -> None:
    assert Image(RED) == Image(bytes(RED)) != Image(PHOTO)
    assert Image("a.png") == Image("a.png") != Image("./a.png")
    assert Image(Pillow.open(BytesIO(RED))) == Image(Pillow.new("RGB", (240, 220), "red"))
    assert Image(RED) != Image(RED, max_side=5) != Image(RED, max_side=5).crop((0, 0, 1, 1))
    assert Image(RED) != Image("a.png") != RED


def test_pictures_that_differ_in_their_palette_alone_are_not_equal() -> None:
    one, other = (Pillow.new("P", (2, 2)) for _ in range(2))
    one.putpalette([255, 0, 0])
    other.putpalette([0, 255, 0])
    assert Image(one) != Image(other)


def test_a_picture_that_does_not_decode_says_so_when_it_is_compared() -> None:
    broken = Pillow.open(BytesIO(PHOTO[: len(PHOTO) // 2]))
    with pytest.raises(UnreadableImage):
        hash(Image(broken))


@given(images())
def test_pickle_keeps_everything(image: Image) -> None:
    again = pickle.loads(pickle.dumps(image))
    assert again == image
    assert hash(again) == hash(image)
    assert again.url == image.url


def test_a_picture_in_memory_survives_a_pickle_with_its_orientation() -> None:
    turned = Pillow.Exif()
    turned[0x0112] = 6
    image = Image(Pillow.open(BytesIO(file_of(Pillow.new("RGB", (9, 4), "red"), "JPEG", exif=turned))))
    again = pickle.loads(pickle.dumps(image))
    assert again == image
    assert Pillow.open(BytesIO(again.source.encode_lossless())).size == (4, 9)


def test_a_copy_is_the_image_itself() -> None:
    image = Image(RED)
    assert copy.copy(image) is image
    assert copy.deepcopy(image) is image


def test_an_image_is_frozen() -> None:
    image = Image(RED)
    for name in ("source", "detail", "box", "max_side", "new"):
        with pytest.raises(AttributeError, match="frozen"):
            setattr(image, name, 1)
    with pytest.raises(AttributeError, match="frozen"):
        del image.source


def test_an_image_shows_what_a_user_may_call_and_nothing_else() -> None:
    makers = {"array", "base64", "bytes", "file", "gs_url", "image_params", "path", "pdf", "pil", "raw_base64", "url"}
    assert {name for name in dir(Image("a.jpg")) if not name.startswith("_")} == {
        *(f"from_{each}" for each in makers | {"PIL"}),
        *("autodetect", "crop", "to_anthropic", "to_openai", "to_responses", "format"),
        *("box", "cache_control", "detail", "max_side", "sha256", "source", "url"),
    }


def test_repr_names_the_picture_and_never_holds_data_or_keys() -> None:
    assert repr(Image("/home/me/a.png", max_side=9)) == "Image(a.png, max_side=9)"
    assert repr(Image("https://user:pw@h/a.png?sig=secret#x")) == "Image(https://h/a.png)"
    assert "secret" not in repr(UrlSource("https://h/a?secret"))
    assert repr(Image(RED)) == f"Image(PNG {len(RED) / 1000:.0f} kB sha256:{sha256(RED).hexdigest()[:12]})"
    assert repr(Image(Pillow.new("L", (3, 2)))) == "Image(picture L 3x2)"
    assert "\x1b" not in repr(Image.from_path("/tmp/\x1b[31m.png"))


# What is read when asked


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV", "I;16", "I", "F"]
)
def test_pixels_of_every_mode_become_a_file_that_opens(mode: str) -> None:
    image = Image(Pillow.new(mode, (5, 3)))
    assert Pillow.open(BytesIO(Image(image.url).source.data)).size == (5, 3)  # type: ignore[union-attr]
    assert len(image.sha256) == 64


def test_the_file_of_pixels_is_upright_and_without_metadata() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "who took it"
    picture = Pillow.open(BytesIO(file_of(Pillow.new("RGB", (9, 4), "red"), "JPEG", exif=exif)))
    made = Image(picture).source
    assert isinstance(made, PixelSource)
    again = Pillow.open(BytesIO(made.encode_lossless()))
    assert again.size == (4, 9)
    assert dict(again.getexif()) == {}


def test_the_url_of_what_is_no_picture_is_an_error() -> None:
    with pytest.raises(UnsupportedImage, match="text"):
        _ = Image(b"hello").url


def test_autodetect_makes_sure_that_there_is_a_picture(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"hello")
    (tmp_path / "b.jpg").write_bytes(b"%PDF-1.7")
    assert Image.autodetect(RED, detail="low") == Image(RED, detail="low")
    assert Image.autodetect("https://h/a") == Image("https://h/a")
    for source, wrong, said in [
        (tmp_path / "no.jpg", ImageNotFound, "no file"),
        (tmp_path / "a.jpg", UnsupportedImage, "text"),
        (str(tmp_path / "b.jpg"), UnsupportedImage, "from_pdf"),
        (tmp_path, UnsupportedImage, "folder"),
        (b"hello", UnsupportedImage, "text"),
        ("hello world", ImageNotFound, "no file"),
    ]:
        with pytest.raises(wrong, match=said):
            Image.autodetect(source)


def test_an_image_spells_itself_for_every_wire() -> None:
    image = Image(RED, cache_control=True)
    assert image.to_openai("gpt-4o") == {"type": "image_url", "image_url": {"url": data_uri(RED), "detail": "high"}}
    assert image.to_responses() == {"type": "input_image", "image_url": data_uri(RED), "detail": "high"}
    assert image.to_anthropic() == {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": b64encode(RED).decode()},
        "cache_control": {"type": "ephemeral"},
    }


def test_a_url_is_spelled_as_the_url() -> None:
    image = Image("https://h/a.png", detail="low")
    assert image.to_openai() == {"type": "image_url", "image_url": {"url": "https://h/a.png", "detail": "low"}}
    assert image.to_anthropic() == {"type": "image", "source": {"type": "url", "url": "https://h/a.png"}}


def test_a_crop_is_applied_when_the_image_spells_itself() -> None:
    part = Image(file_of(Pillow.linear_gradient("L").resize((800, 600)))).crop((100, 200, 400, 450))
    sent = Image(part.to_openai()["image_url"]["url"]).source
    assert isinstance(sent, BytesSource)
    assert Pillow.open(BytesIO(sent.data)).size == (300, 250)


# Pydantic


@given(images())
def test_dump_and_validate_give_the_same_image(image: Image) -> None:
    scan = Scan(image=image)
    assert Scan.model_validate(scan.model_dump()) == scan
    assert Scan.model_validate(scan.model_dump(mode="json")) == scan
    assert Scan.model_validate_json(scan.model_dump_json()) == scan


def test_an_image_without_hints_is_dumped_as_a_plain_string() -> None:
    assert Scan(image=Image(RED)).model_dump() == {"image": data_uri(RED)}
    assert Scan(image=Image("https://h/a")).model_dump() == {"image": "https://h/a"}


def test_hints_are_dumped_beside_the_url() -> None:
    image = Image("https://h/a", detail="low", cache_control=True, max_side=9, download=True).crop((1, 2, 3, 4))
    assert json.loads(Scan(image=image).model_dump_json())["image"] == {
        "url": "https://h/a",
        "detail": "low",
        "cache_control": {"type": "ephemeral"},
        "max_side": 9,
        "box": [1, 2, 3, 4],
        "download": True,
    }


def test_a_path_and_pixels_travel_as_their_data(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(RED)
    assert Scan.model_validate_json(Scan(image=Image(path)).model_dump_json()).image == Image(RED)
    pixels = Image(Pillow.open(path))
    again = Scan.model_validate_json(Scan(image=pixels).model_dump_json()).image
    assert again.url == pixels.url


def test_a_missing_file_cannot_be_dumped() -> None:
    scan = Scan(image=Image.from_path("/nowhere/a.png"))
    with pytest.raises(PydanticSerializationError, match="ImageNotFound"):
        scan.model_dump_json()


def test_python_may_also_give_images_pictures_and_bytes() -> None:
    image = Image(RED, detail="low")
    assert Scan(image=image).image is image
    assert TypeAdapter(Image).validate_python(RED) == Image(RED)
    picture = Pillow.new("RGB", (3, 3))
    assert TypeAdapter(Image).validate_python(picture) == Image(picture)
    assert TypeAdapter(Image).validate_python(b64encode(RED).decode()) == Image(RED)


@pytest.mark.parametrize("name", ["{}", "file://{}", "./{}", "~/{}", "//{}"])
@pytest.mark.parametrize("shape", ["text", "url", "hints"])
def test_a_models_answer_can_name_no_file(tmp_path: Path, name: str, shape: str) -> None:
    sentinel = tmp_path / "sentinel.png"
    sentinel.write_bytes(RED)
    text = name.format(sentinel)
    answer = {"text": text, "url": {"url": text}, "hints": {"url": text, "detail": "low"}}[shape]
    with watched() as seen, pytest.raises(ValidationError, match=r"Image\.from_path"):
        Scan.model_validate({"image": answer})
    assert seen == []
    with watched() as seen, pytest.raises(ValidationError, match=r"Image\.from_path"):
        Scan.model_validate_json(json.dumps({"image": answer}))
    assert seen == []


@pytest.mark.parametrize(
    "answer",
    ["/etc/passwd", "file:///etc/passwd", "passwd", "data:text/plain,hi", "ftp://h/a.png", "", "\ud800", None, 7, []],
)
def test_what_is_no_picture_does_not_validate(answer: Any) -> None:
    with watched() as seen, pytest.raises(ValidationError):
        Scan(image=answer)
    assert seen == []


def test_a_path_object_does_not_validate(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match=r"Image\.from_path"):
        Scan(image=tmp_path / "a.png")  # type: ignore[arg-type]


def test_validating_a_url_fetches_nothing() -> None:
    with watched() as seen:
        image = Scan.model_validate_json('{"image": "https://nowhere.invalid/a.png"}').image
    assert image.source == UrlSource("https://nowhere.invalid/a.png")
    assert seen == []


@pytest.mark.parametrize(
    "answer",
    [
        {"url": "https://h/a", "path": "/etc/passwd"},
        {"url": "https://h/a", "box": 5},
        {"url": "https://h/a", "box": [0, 0, 0, 0]},
        {"url": "https://h/a", "max_side": "9"},
        {"url": "https://h/a", "detail": ["low"]},
        {"url": "https://h/a", "cache_control": 7},
        {"detail": "low"},
    ],
)
def test_a_dict_with_anything_else_in_it_does_not_validate(answer: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Scan.model_validate_json(json.dumps({"image": answer}))


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_the_json_schema_is_a_described_string(mode: Any) -> None:
    schema = Scan.model_json_schema(mode=mode)["properties"]["image"]
    assert schema["type"] == "string"
    assert "data URI" in schema["description"]
    assert "$ref" not in schema


def test_a_file_source_is_only_made_where_a_path_is_asked_for() -> None:
    assert isinstance(Image("a.png").source, FileSource)
    assert isinstance(Image.from_path("https://h/a.png").source, FileSource)
