"""Legibility: how much text the local reader still finds in a picture after typesight has encoded it.

    python benchmarks/legibility.py FOLDER

For the pictures of a folder, and for screens drawn here, prints per profile the share of words found in three
renderings: the original, the same pixels resized without loss to what is sent, and the encoded bytes. The last
column is what the coding alone costs, in points. `--sweep` prints the same for JPEG qualities and subsamplings
at the size of one profile: the table behind the constants in `typesight/images/encoding/compression.py`. `--filters`
prints what the filter costs that makes a picture smaller, beside LANCZOS.
"""

from __future__ import annotations

import argparse
import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Lock
from time import process_time

from pictures import phone_photo, png, screens
from PIL import Image as Pillow

from typesight.images.encoding.encode import PictureWarning, RequestLimits, encode
from typesight.images.image import Image
from typesight.images.opening.open_picture import open_picture
from typesight.images.opening.pixels import render
from typesight.models.model_rows import find_profile
from typesight.models.profiles import SAFE_PROFILE, VisionProfile
from typesight.ocr.rapidocr_engine import RapidOcr

PROFILES = {
    "claude standard": find_profile("claude-haiku-4-5"),
    "claude high": find_profile("claude-haiku-5-5"),
    "openai high": find_profile("gpt-6-luna"),
    "openai tiles": find_profile("gpt-4o"),
    "safe": SAFE_PROFILE,
}
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"}
FILTERS = ("LANCZOS", "BICUBIC", "HAMMING")
SURE = 0.9
_WORD = re.compile(r"\w+(?:[.,]\w+)*")

Coder = Callable[[Pillow.Image], bytes]


@dataclass(frozen=True)
class Sample:
    """A picture file and the words that it holds: drawn ones, or those read from the original."""

    kind: str
    name: str
    data: bytes
    words: Counter[str]

    @property
    def image(self) -> Image:
        """The file as typesight takes it."""
        return Image.from_bytes(self.data)


class Reading:
    """The local reader, which remembers what it read; has state because reading takes seconds."""

    def __init__(self, path: Path | None) -> None:
        self._path, self._lock, self._engine = path, Lock(), RapidOcr()
        lines = path.read_text("utf-8").splitlines() if path and path.exists() else []
        self._known: dict[str, str] = dict(json.loads(line) for line in lines)

    def text(self, picture: Pillow.Image) -> str:
        """The lines that the reader is sure of."""
        plain = picture.convert("RGB")
        key = sha256(repr(plain.size).encode() + plain.tobytes()).hexdigest()
        if key not in self._known:
            text = "\n".join(line.text for line in self._engine.read(plain) if line.score > SURE)
            with self._lock:
                self._known[key] = text
                if self._path:
                    with self._path.open("a", encoding="utf-8") as file:
                        file.write(json.dumps([key, text]) + "\n")
        return self._known[key]


def words(text: str) -> Counter[str]:
    """Words of two characters or more, with how often each occurs; an amount is one word."""
    return Counter(word for word in _WORD.findall(text.lower()) if len(word) >= 2)


def found(wanted: Counter[str], text: str) -> int:
    """How many of the words stand in a text, spaces aside: where a reader puts them is chance at small sizes."""
    joined = "".join(text.lower().split())
    return sum(min(count, joined.count(word)) for word, count in wanted.items())


def chosen(folder: Path, count: int) -> list[Path]:
    """The largest file and others at even steps down to the smallest, the same on every run."""
    files = sorted((each for each in folder.iterdir() if each.suffix.lower() in SUFFIXES), key=_by_size)
    if len(files) <= count:
        return files
    return [files[round(step * (len(files) - 1) / max(1, count - 1))] for step in range(count)]


def _by_size(path: Path) -> tuple[int, str]:
    return -path.stat().st_size, path.name


def samples(folder: Path, count: int, reading: Reading, pool: ThreadPoolExecutor) -> list[Sample]:
    """The folder's pictures with what is read in them, then those drawn here with what was drawn."""
    files = [path.read_bytes() for path in chosen(folder, count)]
    read = pool.map(lambda data: words(reading.text(upright(data))), files)
    taken = [Sample("folder", f"picture {place}", *each) for place, each in enumerate(zip(files, read, strict=True))]
    taken += [Sample("screens", each.name, png(each.picture), words(each.text)) for each in screens()]
    photo, text = phone_photo()
    return [*taken, Sample("photo", "12 MP photo", photo, words(text))]


def upright(data: bytes) -> Pillow.Image:
    """The picture at its full size, by typesight's own decoder."""
    opened = open_picture(Image.from_bytes(data).source)
    return render(opened, opened.size)


def lossless(sample: Sample, profile: VisionProfile) -> Pillow.Image:
    """The very pixels that are about to be coded."""
    opened = open_picture(sample.image.source)
    return render(opened, RequestLimits(profile).plan_size(sample.image, opened.size))


def decoded(data: bytes) -> Pillow.Image:
    """What the endpoint's decoder sees."""
    return Pillow.open(BytesIO(data)).convert("RGB")


@dataclass(frozen=True)
class Tally:
    """Words of some pictures that were there, and that were found in each rendering; bytes before and after."""

    words: int = 0
    original: int = 0
    lossless: int = 0
    encoded: int = 0
    before: int = 0
    after: int = 0
    rewritten: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def tally(sample: Sample, profile: VisionProfile, reading: Reading) -> Tally:
    """One picture read in three renderings."""
    sent = encode(sample.image, profile)
    rewritten = any(step.startswith("written") for step in sent.steps)
    texts = [reading.text(picture) for picture in _renderings(sample, profile, sent.data if rewritten else None)]
    shares = [found(sample.words, text) for text in texts]
    return Tally(sample.words.total(), *shares, len(sample.data), len(sent.data), int(rewritten))


def _renderings(sample: Sample, profile: VisionProfile, data: bytes | None) -> Iterable[Pillow.Image]:
    original = upright(sample.data)
    return (original, original, original) if data is None else (original, lossless(sample, profile), decoded(data))


def by_profile(taken: Sequence[Sample], reading: Reading, pool: ThreadPoolExecutor) -> None:
    """Print the table of profiles."""
    head = ["profile", "pictures", "written anew", "kB before", "kB sent", *("original", "lossless", "encoded")]
    print("|", " | ".join([*head, "coding, points"]), "|")
    print("|---" * (len(head) + 1) + "|")
    for name, profile in PROFILES.items():
        each = list(pool.map(lambda sample, profile=profile: tally(sample, profile, reading), taken))
        for kind in dict.fromkeys(sample.kind for sample in taken):
            mine = [count for sample, count in zip(taken, each, strict=True) if sample.kind == kind]
            total = sum(mine, Tally())
            shares = (total.original, total.lossless, total.encoded)
            cells = [f"{name}, {kind}", len(mine), total.rewritten, total.before // 1000, total.after // 1000,
                     *(f"{share / total.words:.1%}" for share in shares),
                     f"{(total.encoded - total.lossless) / total.words * 100:+.2f}"]  # fmt: skip
            print("|", " | ".join(map(str, cells)), "|", flush=True)


def coders(qualities: Sequence[int]) -> dict[str, Coder]:
    """The ways to code that are compared."""
    ways: dict[str, Coder] = {"PNG": lambda picture: saved(picture, "PNG", compress_level=6)}
    for quality in qualities:
        for sampling, name in ((2, "4:2:0"), (0, "4:4:4")):
            ways[f"JPEG {quality} {name}"] = lambda picture, quality=quality, sampling=sampling: saved(
                picture, "JPEG", quality=quality, subsampling=sampling, optimize=True
            )
    return ways


def saved(picture: Pillow.Image, kind: str, **options: object) -> bytes:
    """A picture's file."""
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def sweep(
    taken: Sequence[Sample],
    profile: VisionProfile,
    qualities: Sequence[int],
    reading: Reading,
    pool: ThreadPoolExecutor,
) -> None:
    """Print the table of codings, for the pictures that the profile makes smaller."""
    pairs = list(pool.map(lambda sample: (sample, lossless(sample, profile)), taken))
    pairs = [(sample, small) for sample, small in pairs if small.size != upright(sample.data).size]
    base = list(pool.map(lambda pair: found(pair[0].words, reading.text(pair[1])), pairs))
    kinds = dict.fromkeys(sample.kind for sample, _ in pairs)
    print("| coding |", " | ".join(f"{kind} kB | {kind} points" for kind in kinds), "|")
    print("|---" * (1 + 2 * len(kinds)) + "|")
    for name, code in coders(qualities).items():
        files = [code(small) for _, small in pairs]
        read = list(pool.map(lambda data: reading.text(decoded(data)), files))
        cells = [name]
        for kind in kinds:
            mine = [place for place, (sample, _) in enumerate(pairs) if sample.kind == kind]
            there = sum(pairs[place][0].words.total() for place in mine)
            change = sum(found(pairs[at][0].words, read[at]) - base[at] for at in mine)
            cells += [str(sum(len(files[at]) for at in mine) // 1000), f"{change / there * 100:+.2f}"]
        print("|", " | ".join(cells), "|", flush=True)


def filters(taken: Sequence[Sample], reading: Reading, pool: ThreadPoolExecutor) -> None:
    """Print the words found per filter, and the CPU it takes, for the pictures that each profile makes smaller."""
    print("| profile | pictures | words |", " | ".join(f"{each} found | {each} CPU ms" for each in FILTERS), "|")
    print("|---" * (3 + 2 * len(FILTERS)) + "|")
    for name, profile in PROFILES.items():
        sizes = [RequestLimits(profile).plan_size(each.image, upright(each.data).size) for each in taken]
        smaller = [pair for pair in zip(taken, sizes, strict=True) if upright(pair[0].data).size != pair[1]]
        cells = [name, str(len(smaller)), str(sum(sample.words.total() for sample, _ in smaller))]
        for filter_name in FILTERS:
            start = process_time()
            made = [shrink(sample.data, size, filter_name) for sample, size in smaller]
            spent = (process_time() - start) / max(1, len(smaller)) * 1000
            texts = list(pool.map(reading.text, made))
            right = sum(found(sample.words, text) for (sample, _), text in zip(smaller, texts, strict=True))
            cells += [str(right), f"{spent:.1f}"]
        print("|", " | ".join(cells), "|", flush=True)


def shrink(data: bytes, size: tuple[int, int], filter_name: str) -> Pillow.Image:
    """A picture decoded at the smallest scale above `size`, as typesight does, then made smaller by a filter."""
    opened = open_picture(Image.from_bytes(data).source)
    stored = size if opened.orientation < 5 else size[::-1]
    whole = opened.decode(stored).convert("RGB")
    return whole.resize(stored, Pillow.Resampling[filter_name], reducing_gap=3.0)


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="pictures with text, such as scanned receipts")
    parser.add_argument("--count", type=int, default=16, help="how many of the folder's pictures to read (default 16)")
    parser.add_argument("--cache", type=Path, metavar="FILE", help="remember what was read here (JSON lines)")
    parser.add_argument("--workers", type=int, default=1, help="pictures read at once, a core each (default 1)")
    parser.add_argument("--sweep", choices=PROFILES, metavar="PROFILE", help=f"compare codings: {', '.join(PROFILES)}")
    parser.add_argument("--filters", action="store_true", help="compare filters instead")
    parser.add_argument("--qualities", type=int, nargs="+", default=[70, 75, 80, 85, 90], help="JPEG, with --sweep")
    given = parser.parse_args()
    warnings.simplefilter("ignore", PictureWarning)
    reading = Reading(given.cache)
    with ThreadPoolExecutor(given.workers) as pool:
        taken = samples(given.folder, given.count, reading, pool)
        if given.filters:
            filters(taken, reading, pool)
        elif given.sweep:
            sweep(taken, PROFILES[given.sweep], given.qualities, reading, pool)
        else:
            by_profile(taken, reading, pool)


if __name__ == "__main__":
    main()
