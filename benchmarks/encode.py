"""Encode: what it costs to make a picture ready, beside the ways it is done without typesight.

    python benchmarks/encode.py

A 12-megapixel phone photograph (drawn here, or yours) is made ready for each profile by typesight, by reading and
base64 alone, by Pillow as a first attempt writes it, by the parts that no way can do without (decode at reduced
scale, resize, turn, write JPEG), and by libvips if pyvips is installed. Every round runs all of them in turn; medians
are printed. Times are of the machine they were taken on.
"""

from __future__ import annotations

import argparse
import base64
import tempfile
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, TypeVar

import pybase64
from pictures import phone_photo
from PIL import Image as Pillow
from PIL import ImageOps, features

from typesight.images.encoding.compression import _QUALITIES
from typesight.images.encoding.encode import EncodedImage, PictureWarning, encode
from typesight.images.image import Image
from typesight.images.picture_cache import LruCache
from typesight.models.model_rows import find_profile
from typesight.models.profiles import SAFE_PROFILE, VisionProfile

try:
    import pyvips
except ImportError:
    pyvips = None

PROFILES = {
    "claude standard": find_profile("claude-haiku-4-5"),
    "claude high": find_profile("claude-haiku-5-5"),
    "openai high": find_profile("gpt-6-luna"),
    "openai tiles": find_profile("gpt-4o"),
    "safe": SAFE_PROFILE,
}
QUALITY = _QUALITIES[0]

Way = Callable[[], Any]
K = TypeVar("K")


def typesight(path: Path, profile: VisionProfile) -> bytes:
    """One picture through `encode`, with base64."""
    return encode(Image(path), profile).base64.encode()


def raw(path: Path) -> bytes:
    """The file as it is: sideways, with its metadata, at full size."""
    return base64.b64encode(path.read_bytes())


def naive(path: Path, size: tuple[int, int]) -> bytes:
    """Pillow as a first attempt has it: decode everything, turn everything, then scale."""
    picture = ImageOps.exif_transpose(Pillow.open(path)).resize(size, Pillow.Resampling.LANCZOS)
    file = BytesIO()
    picture.save(file, "JPEG", quality=QUALITY)
    return base64.b64encode(file.getvalue())


def parts(path: Path, size: tuple[int, int]) -> bytes:
    """The physical parts alone, in their best order, and nothing else."""
    picture = Pillow.open(BytesIO(path.read_bytes()))
    turned = picture.getexif().get(0x0112) == 6
    stored = size[::-1] if turned else size
    picture.draft(None, stored)
    small = picture.resize(stored, Pillow.Resampling.LANCZOS, reducing_gap=3.0)
    small = small.transpose(Pillow.Transpose.ROTATE_270) if turned else small
    file = BytesIO()
    small.save(file, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return pybase64.b64encode(file.getvalue())


def vips(path: Path, size: tuple[int, int]) -> bytes:
    """The thumbnail of libvips: turned, scaled and written in one pipeline."""
    small = pyvips.Image.thumbnail(str(path), size[0], height=size[1], size="force")
    data: bytes = small.jpegsave_buffer(Q=QUALITY, subsample_mode="off", optimize_coding=True, keep="none")
    return pybase64.b64encode(data)


def measured(ways: Mapping[K, Way], rounds: int) -> dict[K, tuple[float, float, int]]:
    """Median wall and CPU milliseconds of each way, and the base64 that comes of it; the first round only warms."""
    taken: dict[K, list[tuple[float, float]]] = {name: [] for name in ways}
    sizes: dict[K, int] = {}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            wall, cpu = perf_counter(), process_time()
            sizes[name] = len(way())
            if turn:
                taken[name].append(((perf_counter() - wall) * 1000, (process_time() - cpu) * 1000))
    return {
        name: (median(wall for wall, _ in each), median(cpu for _, cpu in each), sizes[name])
        for name, each in taken.items()
    }


def first(path: Path, rounds: int) -> None:
    """Print the table of first encodes."""
    print("| profile | size | way | ms | CPU ms | of the parts | base64, kB | of raw |")
    print("|---|---|---|---|---|---|---|---|")
    for name, profile in PROFILES.items():
        size = encode(Image(path), profile).size
        ways: dict[str, Way] = {
            "parts alone": lambda size=size: parts(path, size),
            "typesight": lambda profile=profile: typesight(path, profile),
            "raw base64": lambda: raw(path),
            "Pillow, naive": lambda size=size: naive(path, size),
        }
        if pyvips:
            ways["libvips"] = lambda size=size: vips(path, size)
        times = measured(ways, rounds)
        for way, (wall, cpu, count) in times.items():
            share, of_raw = cpu / times["parts alone"][1], count / times["raw base64"][2]
            shape = f"{size[0]} x {size[1]}"
            print(
                f"| {name} | {shape} | {way} | {wall:.1f} | {cpu:.1f} | {share:.2f} | {count // 1000} | {of_raw:.1%} |"
            )


def again(path: Path, rounds: int) -> None:
    """Print what it takes to have the same picture once more, within a call and in a later one."""
    profile, image, kept = PROFILES["claude standard"], Image(path), LruCache[EncodedImage](1)
    sent, data = encode(image, profile), path.read_bytes()
    kept.get("picture", lambda: sent)
    ways: dict[str, Way] = {
        "kept (Recent)": lambda: kept.get("picture", lambda: sent).sha256,
        "base64 of it, pybase64": lambda: sent.base64,
        "base64 of it, standard library": lambda: base64.b64encode(sent.data),
        "base64 of the file, pybase64": lambda: pybase64.b64encode(data),
        "base64 of the file, standard library": lambda: base64.b64encode(data),
    }
    print("| once more | ms |\n|---|---|")
    for name, (wall, _, _) in measured(ways, 10 * rounds).items():
        print(f"| {name} | {wall:.4f} |")


def threads(path: Path, count: int, rounds: int) -> None:
    """Print what two threads gain, beside what the parts alone gain: other work on the machine slows both."""
    profile = PROFILES["claude standard"]
    size = encode(Image(path), profile).size
    once: dict[str, Way] = {"typesight": lambda: typesight(path, profile), "parts alone": lambda: parts(path, size)}

    def over(way: Way, workers: int) -> bytes:
        with ThreadPoolExecutor(workers) as pool:
            return b"".join(pool.map(lambda _: way(), range(count)))

    ways = {
        (name, workers): lambda way=way, workers=workers: over(way, workers)
        for name, way in once.items()
        for workers in (1, 2)
    }
    times = measured(ways, rounds)
    print(f"| {count} pictures | threads | ms | times as fast |\n|---|---|---|---|")
    for (name, workers), (wall, _, _) in times.items():
        print(f"| {name} | {workers} | {wall:.0f} | {times[name, 1][0] / wall:.2f} |")


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--picture", type=Path, metavar="FILE", help="a JPEG instead of the drawn photograph")
    parser.add_argument("--rounds", type=int, default=9, help="rounds measured of each table (default 9)")
    parser.add_argument("--pictures", type=int, default=16, help="pictures of the threads table (default 16)")
    given = parser.parse_args()
    warnings.simplefilter("ignore", PictureWarning)
    if pyvips:
        pyvips.cache_set_max(0)
        pyvips.concurrency_set(1)
    with tempfile.TemporaryDirectory() as folder:
        path = given.picture or Path(folder) / "photo.jpg"
        if not given.picture:
            path.write_bytes(phone_photo()[0])
        turbo = features.version("libjpeg_turbo")
        print(f"{path.stat().st_size / 1e6:.1f} MB; Pillow {Pillow.__version__}, libjpeg-turbo {turbo}\n")
        first(path, given.rounds)
        print()
        again(path, given.rounds)
        print()
        threads(path, given.pictures, max(3, given.rounds // 3))


if __name__ == "__main__":
    main()
