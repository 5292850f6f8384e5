"""The encoder on one picture at a time: orientation, odd kinds of pixels, the phone's photo, and bombs."""

from __future__ import annotations

import gc
import io
import struct
import subprocess
import sys
import warnings
import zlib
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image as Pillow
from PIL import ImageFile

from images import pictures
from images.pictures import ORIENTATIONS, chunk, difference, saved, scene, segment
from images.strict import check
from typesight import ImageError, MissingExtra
from typesight.errors import ImageTooLarge, UnreadableImage
from typesight.images.encoding.encode import EncodedImage, encode
from typesight.images.encoding.picture_warnings import PictureWarning
from typesight.images.encoding.tiles import tiles
from typesight.images.image import Image
from typesight.models.endpoint_profiles import read_profile
from typesight.models.endpoint_rows import ENDPOINTS
from typesight.models.model_rows import MODELS, find_known_profile
from typesight.models.profiles import LOCAL_PROFILE, SAFE_PROFILE, VisionProfile

ROOMY = VisionProfile("roomy", max_side=8000)
DISTINCT = {replace(row.profile, name="any"): row.profile for row in MODELS if row.profile}
PROFILES = {
    f"{profile.name} {level}".strip(): (profile, level or None)
    for profile in (*DISTINCT.values(), LOCAL_PROFILE, SAFE_PROFILE)
    for level in profile.levels
}
STORED = (3024, 4032)  # upright


def encoded(data: object, profile: VisionProfile = ROOMY, **options: int) -> EncodedImage:
    """Encode, with the encoder's own doubts left unsaid and any other warning an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PictureWarning)
        return encode(Image(data), profile, **options)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_every_orientation_of_every_format_comes_out_upright(kind: str, orientation: int) -> None:
    if kind == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    sample = pictures.oriented(kind, orientation)
    assert difference(check(encoded(sample.data), ROOMY), scene()) < pictures.LOSSY


def test_heic_without_its_extra_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(MissingExtra, match=r"\[heif\]"):
        encoded(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(40))


@pytest.mark.parametrize("order", ["II*\0", "MM\0*"])
@pytest.mark.parametrize("kind", [1, 3, 4], ids=["byte", "short", "long"])
def test_an_orientation_of_any_whole_number_type_is_understood(order: str, kind: int) -> None:
    mark = "<" if order.startswith("I") else ">"
    value = struct.pack(mark + {1: "B", 3: "H", 4: "I"}[kind], 6).ljust(4, b"\0")
    block = order.encode() + struct.pack(mark + "IHHHI", 8, 1, 0x0112, kind, 1) + value + bytes(4)
    turned = saved(pictures.stored(scene(), 6), "JPEG", quality=95)
    sent = encoded(pictures.jpeg_with(turned, segment(0xE1, b"Exif\0\0" + block)))
    assert difference(check(sent, ROOMY), scene()) < pictures.LOSSY


def _cuts(whole: bytes, first: float) -> list[int]:
    return [*range(int(len(whole) * first), len(whole), len(whole) // 60), len(whole) - 2, len(whole) - 1]


def test_a_jpeg_cut_off_anywhere_keeps_what_there_is_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = saved(scene(), "JPEG", quality=90)
    for cut in _cuts(whole, 0.15):
        sent = encoded(whole[:cut])
        assert "the file ends early" in sent.steps
        with monkeypatch.context() as forgiving:
            forgiving.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
            shown = Pillow.open(io.BytesIO(whole[:cut])).convert("RGB")
        assert difference(check(sent, ROOMY), shown) < pictures.LOSSIER, cut


def test_a_progressive_jpeg_cut_off_anywhere_is_the_whole_picture_less_sharp() -> None:
    """In its segments between scans too, where Pillow itself shows black."""
    whole = saved(scene(), "JPEG", quality=90, progressive=True)
    for cut in _cuts(whole, 0.4):
        assert difference(check(encoded(whole[:cut]), ROOMY), scene()) < 12, cut


def test_a_jpeg_cut_off_before_its_pixels_is_refused() -> None:
    whole = saved(scene(), "JPEG")
    start = next(at for marker, at, _ in pictures.jpeg_segments(whole) if marker == 0xDA)
    for cut in range(2, start + 14, 3):
        with pytest.raises(ImageError):
            encoded(whole[:cut])


MODES = [
    "1",
    "L",
    "LA",
    "La",
    "P",
    "PA",
    "RGB",
    "RGBA",
    "RGBX",
    "RGBa",
    "CMYK",
    "YCbCr",
    "HSV",
    "LAB",
    "I",
    "I;16",
    "F",
]


@pytest.mark.parametrize("mode", MODES)
def test_a_pillow_picture_of_any_mode_is_sent(mode: str) -> None:
    grey = mode in {"L", "LA", "La", "I", "F", "I;16"}
    plain = (scene(drawn=True) if mode in {"1", "P", "PA"} else scene()).convert("L" if grey else "RGB")
    via = {"La": "LA", "RGBa": "RGBA", "LAB": "RGB", "PA": "P"}.get(mode)
    if mode == "LAB":
        pytest.importorskip("PIL.ImageCms")
        from PIL import ImageCms

        given = ImageCms.profileToProfile(
            plain, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
        )
        assert given is not None
    elif mode == "I;16":
        given = plain.convert("I").point(lambda v: v * 257).convert("I;16")
    elif mode == "I":
        given = plain.convert("I").point(lambda v: v * 257)
    else:
        given = (plain.convert(via) if via else plain).convert(mode)
    truth = plain.convert("1") if mode == "1" else plain
    sent = encoded(given)
    assert difference(check(sent, ROOMY), truth) < (pictures.LOSSIER if mode == "LAB" else pictures.LOSSY)


def test_the_callers_picture_is_left_as_it_was() -> None:
    given = scene().copy()
    given.info["comment"] = "mine"
    before = given.tobytes()
    encoded(given)
    assert (given.tobytes(), given.info) == (before, {"comment": "mine"})


@pytest.mark.parametrize("odd", [pictures.lossless_jpeg()], ids=["lossless"])
def test_a_jpeg_of_a_process_that_few_decoders_know_is_written_anew(odd: bytes) -> None:
    sent = encoded(odd)
    check(sent, ROOMY)
    assert sent.steps[-1].startswith("written")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P", "I;16"])
def test_a_huge_picture_averaged_in_strips_looks_as_one_scaled_at_once(mode: str) -> None:
    small = scene(drawn=True)
    grey = mode in {"LA", "I;16"}
    given = small.convert("L" if grey else "RGB")
    given = given.quantize(16) if mode == "P" else given
    given = given.convert("I").point(lambda v: v * 257) if mode == "I;16" else given
    huge = given.convert(mode).resize((4800, 3600), Pillow.Resampling.NEAREST)
    truth = (small.convert("L") if grey else small).convert("RGB").resize((160, 120), Pillow.Resampling.LANCZOS)
    assert difference(check(encoded(huge, max_side=160), ROOMY), truth) < pictures.LOSSY


# --- the phone's photo ---


@pytest.fixture(scope="module")
def photo() -> bytes:
    data = pictures.phone_photo()
    assert 5_000_000 < len(data) < 9_000_000
    return data


@pytest.mark.parametrize("name", PROFILES)
def test_the_phone_photo_is_upright_within_limits_and_billed_no_more_than_the_endpoint_would(
    name: str, photo: bytes
) -> None:
    profile, level = PROFILES[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sent = encode(Image(photo, detail=level), profile)  # type: ignore[arg-type]  # a level of this profile
    shown = check(sent, profile)
    assert sent.size == profile.fit(STORED, detail=level)
    small = (189, 252)
    truth = Pillow.open(io.BytesIO(pictures.phone_photo(1))).convert("RGB").resize(small, Pillow.Resampling.BOX)
    assert difference(shown.resize(small, Pillow.Resampling.BOX), truth) < (
        pictures.LOSSIER if max(sent.size) < 600 else pictures.LOSSY
    )
    here, there = profile.tokens(sent.size, detail=level), profile.tokens(STORED, detail=level)
    assert (here is None) == (there is None)
    assert here is None or there is None or here <= there


@pytest.mark.parametrize(
    ("model", "share"),
    [
        ("claude-sonnet-4-5", 0.1),
        ("claude-3-opus", 0.1),
        ("gpt-6-astra", 0.1),
        ("gpt-4o", 0.1),
        ("claude-opus-4-8", 0.25),
    ],
)
def test_the_phone_photo_takes_a_share_of_its_raw_base64(model: str, share: float, photo: bytes) -> None:
    profile = find_known_profile(model)
    assert profile is not None
    assert len(encoded(photo, profile).base64) <= share * (len(photo) + 2) // 3 * 4


@pytest.mark.slow
def test_the_phone_photo_gives_the_same_bytes_in_another_process(photo: bytes, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(photo)
    code = (
        "import sys, warnings; warnings.simplefilter('ignore'); from typesight.images.encoding.encode import encode; "
        "from typesight.images.image import Image; from typesight.models.model_rows import find_known_profile; "
        "print(encode(Image.from_path(sys.argv[1]), find_known_profile('claude-sonnet-4-5')).sha256)"
    )
    asked = [sys.executable, "-c", code, str(tmp_path / "photo.jpg")]
    told = {subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip() for _ in range(2)}
    profile = find_known_profile("claude-sonnet-4-5")
    assert profile is not None
    assert told == {encoded(photo, profile).sha256}


# --- bombs and liars ---


def _long(value: int) -> tuple[int, int, bytes]:
    return 4, 1, struct.pack("<I", value)


def icon_of(inner: bytes) -> bytes:
    """An icon that says 256 x 256 whatever is in it."""
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, 0, 0, 0, 0, 1, 32, len(inner), 22) + inner


def _many_directories(count: int = 50_000) -> bytes:
    start = pictures.tiff_of(10, 10, b"\x80" * 100)
    chain = b"".join(struct.pack("<HI", 0, len(start) + 6 * number) for number in range(1, count + 1))
    return start[:-4] + struct.pack("<I", len(start)) + chain


def _circle() -> bytes:
    start = pictures.tiff_of(10, 10, b"\x80" * 100)
    return start[:-4] + start[4:8]


def _jp2(width: int, height: int) -> bytes:
    data = saved(scene(), "JPEG2000")
    at = data.index(b"\xff\x4f\xff\x51") + 8
    return data[:at] + struct.pack(">II", width, height) + data[at + 8 :]


def _bmp(width: int, height: int) -> bytes:
    data = saved(scene(), "BMP")
    return data[:18] + struct.pack("<ii", width, height) + data[26:]


def _webp_canvas() -> bytes:
    data = pictures.webp_with(saved(scene(), "WEBP"))
    return data[:24] + b"\xff\x3f\0\xff\x29\0" + data[30:]


_GIF = b"GIF89a%b\x80\0\0\0\0\0\xff\xff\xff,%b\0\2\2\x44\1\0;"
PLAIN = saved(scene(), "PNG")
BOMBS: dict[str, Callable[[], bytes]] = {
    "png": lambda: (
        PLAIN[:8] + chunk(b"IHDR", struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 6, 0, 0, 0)) + PLAIN[33:]
    ),
    "jpeg": lambda: pictures.jpeg_claiming((65535, 65535)),
    "gif canvas": lambda: _GIF % (b"\xff\xff\xff\xff", bytes(4) + b"\1\0\1\0"),
    "gif frame": lambda: _GIF % (b"\1\0\1\0", struct.pack("<HHHH", 60000, 60000, 1, 1)),
    "bmp": lambda: _bmp(60000, 60000),
    "bmp without its pixels": lambda: _bmp(9000, 9000),
    "bmp of no size": lambda: _bmp(0, 0),
    "tiff": lambda: pictures.tiff_of(60000, 60000, b"\x80" * 100),
    "tiff without its pixels": lambda: pictures.tiff_of(9000, 9000, b"\x80" * 100),
    "tiff of no directory": lambda: pictures.tiff({}, following=8),
    "jpeg 2000": lambda: _jp2(60000, 60000),
    "webp canvas": _webp_canvas,
    "icon": lambda: icon_of(pictures.sparse_png((20000, 20000), 0)),
}
HARMLESS: dict[str, Callable[[], bytes]] = {
    "zTXt": lambda: pictures.png_with(PLAIN, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(100_000_000)))),
    "iCCP": lambda: pictures.png_with(PLAIN, chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(100_000_000)))),
    "rows beyond the last": lambda: pictures.png((200, 200), 8, 0, bytes(100_000_000)),
    "tiff with a huge tag": lambda: pictures.tiff_of(10, 10, b"\x80" * 100, t34675=(7, 2**31 - 1, b"\x08\0\0\0")),
    "tiff of huge tiles": lambda: pictures.tiff_of(10, 10, b"\x80" * 100, t322=_long(60000), t323=_long(60000)),
    "tiff of many directories": _many_directories,
    "tiff whose directory follows itself": _circle,
    "jpeg with 255 pieces of profile": lambda: pictures.jpeg_with(
        saved(scene(), "JPEG"),
        *(segment(0xE2, b"ICC_PROFILE\0" + bytes([n, 255]) + bytes(60000)) for n in range(1, 256)),
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_claims_what_it_has_not_is_refused(name: str) -> None:
    with pytest.raises((ImageTooLarge, UnreadableImage)):
        encoded(BOMBS[name]())


@pytest.mark.parametrize("name", HARMLESS)
def test_what_swells_outside_the_pixels_never_does(name: str) -> None:
    check(encoded(HARMLESS[name]()), ROOMY)


def test_an_icon_is_judged_by_the_picture_in_it() -> None:
    with pytest.raises(ImageTooLarge, match="3000 x 3000"):
        encoded(icon_of(pictures.sparse_png((3000, 3000), 0)), max_pixels=1_000_000)


@pytest.mark.slow
def test_bombs_are_refused_in_little_memory(tmp_path: Path) -> None:
    """In a process of their own: its peak after all of them, less its peak after an ordinary picture."""
    for number, (name, data) in enumerate([("first", PLAIN), *((name, make()) for name, make in BOMBS.items())]):
        (tmp_path / f"{number:02d} {name}").write_bytes(data)
    code = (
        f"{pictures.PEAK}\nimport sys, warnings\nfrom pathlib import Path\n"
        "from typesight import Image, ImageError, encode\n"
        "from typesight.models.profiles import SAFE_PROFILE\nwarnings.simplefilter('ignore')\nseen = []\n"
        "for path in sorted(Path(sys.argv[1]).iterdir()):\n"
        "    try:\n        encode(Image(path), SAFE_PROFILE)\n    except ImageError:\n        pass\n"
        "    seen.append(peak())\n"
        "print(max(seen) - seen[0])"
    )
    pytest.importorskip("resource")
    asked = [sys.executable, "-c", code, str(tmp_path)]
    grown = int(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
    assert grown < 128 * 1024


def test_pillows_own_limit_is_an_image_error_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pillow, "MAX_IMAGE_PIXELS", 1000)
    for data in (saved(scene(), "WEBP"), icon_of(PLAIN)):
        with pytest.raises(ImageTooLarge):
            encoded(data)
    monkeypatch.setattr(Pillow, "MAX_IMAGE_PIXELS", 40_000)  # where it warns, and refuses only above the double
    for kind in ("TIFF", "GIF", "WEBP"):
        assert max(encoded(saved(scene(), kind), max_side=100).size) == 100


def test_what_pillow_warns_of_is_neither_shown_nor_raised() -> None:
    data = pictures.tiff_of(10, 10, b"\x80" * 100, t34675=(7, 2**31 - 1, b"\x08\0\0\0"))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        encode(Image(data), ROOMY)
        warnings.warn("still heard", UserWarning, stacklevel=1)
    assert {str(each.category.__name__) for each in said} == {"PictureWarning", "UserWarning"}
    assert not [each for each in said if "PIL" in each.filename]


def test_encoding_does_not_change_what_it_was_given_and_keeps_its_digest() -> None:
    sent = encoded(PLAIN)
    assert sent.sha256 == sha256(sent.data).hexdigest()
    assert replace(sent) == sent
    gc.collect()  # an unclosed file would warn here


# --- what a user types ---

DRAWN = saved(scene(drawn=True), "PNG")


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        ("gpt-4o", find_known_profile("gpt-4o")),
        ("openai/gpt-4o", find_known_profile("gpt-4o")),
        ("us.anthropic.claude-haiku-4-5", find_known_profile("claude-haiku-4-5")),
        ("claude-haiku-4-5", find_known_profile("claude-haiku-4-5")),
    ],
)
def test_a_profile_goes_by_a_models_name(name: str, profile: VisionProfile) -> None:
    assert read_profile(name) == read_profile(profile) == profile
    assert encoded(DRAWN, profile) == encode(DRAWN, name)


@pytest.mark.parametrize("name", ["vllm", "lmstudio", "openrouter/openai/gpt-4o", "bedrock/anthropic.claude-haiku-4-5"])
def test_a_profile_goes_by_an_endpoints_name_and_has_its_limits(name: str) -> None:
    policy = ENDPOINTS[name.partition("/")[0]]
    assert read_profile(name).name.startswith(policy.name)
    assert read_profile(name).formats <= policy.formats


@pytest.mark.parametrize("name", ["gpt-fictional", "openrouter/nobody/knows", ""])
def test_an_unknown_name_of_a_profile_is_said(name: str) -> None:
    for of in (encode, tiles):
        with pytest.raises(ValueError, match="there is no profile for"):
            of(PLAIN, name)


def test_what_is_no_profile_is_said() -> None:
    with pytest.raises(TypeError, match="profile must be a known model's name or a VisionProfile, not NoneType"):
        encode(PLAIN, None)  # type: ignore[arg-type]


def test_encode_and_tiles_take_whatever_an_image_takes(tmp_path: Path) -> None:
    path = tmp_path / "plain.png"
    path.write_bytes(DRAWN)
    truth = encode(Image(DRAWN), ROOMY)
    for given in (DRAWN, str(path), path, io.BytesIO(DRAWN), Image(DRAWN).url):
        assert encode(given, ROOMY) == truth
    assert tiles(PLAIN, "gpt-4o") == [Image(PLAIN)]
