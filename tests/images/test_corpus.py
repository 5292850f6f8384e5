"""The corpus: every file is sent as it should look, or refused by an ImageError; there is no third way."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections import Counter
from io import BytesIO
from pathlib import Path
from time import perf_counter

import pytest
from PIL import Image as Pillow

from images import pictures
from images.pictures import Sample, difference
from images.strict import Flaw, check
from typesight import ImageError, MissingExtra
from typesight.images.encoding.encode import encode
from typesight.images.encoding.picture_warnings import PictureWarning
from typesight.images.image import Image
from typesight.models.model_rows import find_known_profile
from typesight.models.profiles import SAFE_PROFILE, VisionProfile

# Of a picture of 32 x 32 pixels whose every block has an edge in it, quality 80 leaves this much.
LOSSY_32 = 8.0
ROOMY = VisionProfile("roomy", max_side=8000)
SLOW = 10.0  # seconds; on a machine that does nothing else each takes under 0.3
CORPUS = pictures.corpus()
# Of the pitfalls, those that are no readable picture, and the ordinary ones in formats outside the allow-list: none.
UNREADABLE = ("13_truncated50.png", "30_bomb", "31_empty", "31_eps", "31_html", "31_pdf", "31_svg", "31_zip")


def outcome(data: bytes | Path, profile: VisionProfile) -> Pillow.Image | ImageError:
    """The picture as a strict decoder shows it, or the refusal; whatever else happens is an error here."""
    begun = perf_counter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PictureWarning)
            sent = encode(Image(data), profile)
    except ImageError as error:
        return error
    except MissingExtra:
        pytest.skip("HEIC needs the extra [heif]")
    finally:
        assert perf_counter() - begun < SLOW
    return check(sent, profile)


@pytest.mark.parametrize("sample", CORPUS, ids=str)
def test_every_kind_of_file_looks_as_it_should_or_is_refused(sample: Sample) -> None:
    shown = outcome(sample.data, ROOMY)
    if sample.truth is None:
        assert isinstance(shown, ImageError)
    else:
        assert isinstance(shown, Pillow.Image)
        assert difference(shown, sample.truth) <= sample.tolerance


@pytest.mark.parametrize("model", ["claude-sonnet-4-5", "gpt-4o", "gemini-2.5-pro"])
def test_every_kind_of_file_is_legal_for_every_maker(model: str) -> None:
    profile = find_known_profile(model)
    assert profile is not None
    for sample in CORPUS:
        assert isinstance(outcome(sample.data, profile), ImageError) == (sample.truth is None), sample.name


def test_every_kind_of_file_is_legal_where_only_jpeg_and_png_are_taken() -> None:
    for sample in CORPUS:
        assert isinstance(outcome(sample.data, SAFE_PROFILE), ImageError) == (sample.truth is None), sample.name


def _in(folder: Path, pattern: str) -> list[Path]:
    return sorted(path for path in folder.glob(pattern) if path.is_file())


def _opened(path: Path) -> Pillow.Image:
    return Pillow.open(BytesIO(path.read_bytes()))


def _truth(path: Path) -> Pillow.Image | None:
    """PngSuite's own pixels of a file, laid on white."""
    folder = path.parent.parent / "json"
    found = [folder / f"{path.stem}_to8.json", folder / f"{path.stem}.json"]
    told = next((each for each in found if each.is_file()), None)
    size = _opened(path).size
    pixels = json.loads(told.read_text()) if told else None
    values = pixels.get("data", pixels) if isinstance(pixels, dict) else pixels
    if values is None or len(values) != 4 * size[0] * size[1] or max(values) > 255:
        return None
    clear = Pillow.frombytes("RGBA", size, bytes(values))
    return Pillow.alpha_composite(Pillow.new("RGBA", size, "white"), clear).convert("RGB")


def test_pngsuite_comes_out_pixel_for_pixel_and_its_corrupt_files_are_refused(shared_data: Path) -> None:
    counted: Counter[str] = Counter()
    for path in _in(shared_data / "pictures/pngsuite/png", "*.png"):
        shown = outcome(path, ROOMY)
        if path.name.startswith("x"):
            assert isinstance(shown, ImageError), path.name
            counted["refused"] += 1
            continue
        assert isinstance(shown, Pillow.Image), (path.name, shown)
        counted["accepted"] += 1
        lossless = shown.info["lossless"]
        if truth := _truth(path):
            counted["compared"] += 1
            assert difference(shown, truth) <= (1.0 if lossless else LOSSY_32), path.name
    assert counted["accepted"] >= 160
    assert counted["refused"] >= 14
    assert counted["compared"] >= 150


@pytest.mark.slow
def test_the_pitfalls_are_sent_right_or_refused_and_nothing_ordinary_is_lost(shared_data: Path) -> None:
    folder = shared_data / "pictures/pitfalls"
    plain = _opened(folder / "01_plain.png").convert("RGB")
    sent, refused = 0, []
    for path in _in(folder, "*"):
        for profile in (ROOMY, SAFE_PROFILE):
            shown = outcome(path, profile)
        if isinstance(shown, ImageError):
            refused.append(path.name)
            continue
        sent += 1
        if path.name.startswith(("00_", "01_", "02_", "03_", "04_", "10_", "11_", "12_", "14_", "15_")):
            assert shown.size == plain.size, path.name
            assert difference(shown, plain) < 6, path.name
    assert [name for name in refused if not name.startswith(UNREADABLE)] == []
    assert sent >= 50


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["Landscape", "Portrait"])
def test_the_eight_orientations_show_one_picture(kind: str, shared_data: Path) -> None:
    folder = shared_data / "pictures/exif_orientation"
    truth = _opened(folder / f"{kind}_1.jpg").convert("RGB").resize((300, 300))
    for number in range(1, 9):
        shown = outcome(folder / f"{kind}_{number}.jpg", ROOMY)
        assert isinstance(shown, Pillow.Image)
        assert (shown.width > shown.height) == (kind == "Landscape")
        assert difference(shown.resize((300, 300)), truth) < 6


@pytest.mark.slow
def test_the_corpus_needs_little_memory(tmp_path: Path) -> None:
    """The peak of a process that encodes every kind of file and a 12 megapixel photo."""
    pytest.importorskip("resource")
    for number, sample in enumerate(CORPUS):
        (tmp_path / f"{number:03d}").write_bytes(sample.data)
    (tmp_path / "photo").write_bytes(pictures.phone_photo())
    code = (
        f"{pictures.PEAK}\nimport sys, warnings\nfrom pathlib import Path\n"
        "from typesight import Image, ImageError, encode\n"
        "from typesight.models.profiles import SAFE_PROFILE\nwarnings.simplefilter('ignore')\n"
        "for path in sorted(Path(sys.argv[1]).iterdir()):\n"
        "    try:\n        encode(Image(path), SAFE_PROFILE)\n    except ImageError:\n        pass\n"
        "print(peak())"
    )
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 512 * 1024


def test_the_strict_reader_itself_refuses_what_it_should() -> None:
    """Else the rest of this file shows nothing."""
    from images import strict

    jpeg, png, webp = (pictures.saved(pictures.scene(), kind) for kind in ("JPEG", "PNG", "WEBP"))
    assert [strict.jpeg(jpeg), strict.png(png), strict.webp(webp)] == [pictures.SIZE] * 3
    wrong = [
        (strict.jpeg, jpeg[:-2]),
        (strict.jpeg, jpeg + b"\0"),
        (strict.jpeg, pictures.jpeg_with(jpeg, pictures.segment(0xE1, b"Exif\0\0"))),
        (strict.jpeg, pictures.lossless_jpeg()),
        (strict.png, png + b"\0"),
        (strict.png, png[:-12]),
        (strict.png, pictures.png_with(png, pictures.chunk(b"tEXt", b"a\0b"))),
        (strict.png, png[:60] + bytes([png[60] ^ 1]) + png[61:]),
        (strict.png, pictures.png((8, 8), 8, 0, bytes(73))),
        (strict.webp, webp + b"\0"),
        (strict.webp, pictures.webp_with(webp, pictures.webp_chunk(b"EXIF", b""), flags=8)),
    ]
    for reader, data in wrong:
        with pytest.raises(Flaw):
            reader(data)
