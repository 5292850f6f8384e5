"""Damaged files: whatever was done to a valid one, it is sent as a legal picture or refused, and nothing else.

2,000 cases in every run; `python -m images.test_mutations 50000 7` (in tests/) does more, from another seed.
"""

from __future__ import annotations

import struct
import sys
import warnings
from collections import Counter
from functools import cache
from random import Random
from time import perf_counter

import pytest

from images import pictures
from images.strict import check
from typesight import ImageError
from typesight.images.encoding.encode import encode
from typesight.images.encoding.picture_warnings import PictureWarning
from typesight.images.image import Image
from typesight.models.model_rows import find_known_profile

CASES, BATCHES = 2000, 8
SLOW = 10.0  # seconds
_WORDS = (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\0\0\0\1", b"\xff\xff\xff\x7f", b"\x80\0\0\0")


@cache
def valid_files() -> tuple[tuple[str, bytes], ...]:
    """Valid files of every kind, a HEIC among them where there is a writer of it."""
    files = [(sample.name, sample.data) for sample in pictures.corpus() if sample.truth is not None]
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        return tuple(files)
    register_heif_opener()
    return (*files, ("heic", pictures.oriented("HEIF", 1).data))


def mutated(data: bytes, chance: Random) -> bytes:
    """A file with one to thirty wounds, most of them near its head."""
    file = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 8, 30))):
        if len(file) > 4:
            at = chance.randrange(len(file) if chance.random() < 0.5 else min(len(file), 700))
            _wound(file, at, chance)
    if file.startswith(b"\x89PNG\r\n\x1a\n") and chance.random() < 0.7:
        return _resealed(bytes(file), chance)
    return bytes(file)


def _wound(file: bytearray, at: int, chance: Random) -> None:
    match chance.randrange(8):
        case 0:
            file[at] ^= 1 << chance.randrange(8)
        case 1:
            file[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        case 2:
            del file[at:]
        case 3:
            del file[at : at + chance.choice((1, 2, 4, 16, 256))]
        case 4:
            file[at:at] = chance.randbytes(chance.choice((1, 2, 4, 64)))
        case 5:
            other, count = chance.randrange(len(file)), chance.choice((1, 4, 16, 100))
            file[at : at + count], file[other : other + count] = file[other : other + count], file[at : at + count]
        case 6:
            file[at : at + 4] = chance.choice(_WORDS)
        case _:
            file[at:at] = file[at : at + chance.choice((4, 50, 500))]


def _resealed(data: bytes, chance: Random) -> bytes:
    """A PNG with right checksums on wrong chunks, which may be swapped, doubled or lost: the damage gets deeper in."""
    chunks, at = [], 8
    while at + 12 <= len(data) and at + 12 + (length := struct.unpack_from(">I", data, at)[0]) <= len(data):
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    if chunks and chance.random() < 0.3:
        one, two = chance.randrange(len(chunks)), chance.randrange(len(chunks))
        chunks[one], chunks[two] = chunks[two], chunks[one]
    if chunks and chance.random() < 0.1:
        chunks.append(chance.choice(chunks))
    if chunks and chance.random() < 0.1:
        del chunks[chance.randrange(len(chunks))]
    return data[:8] + b"".join(pictures.chunk(*each) for each in chunks) + data[at:]


def outcome(data: bytes) -> str:
    """How a file fares; any warning but the encoder's own is an error here, as is a slow answer."""
    profile = find_known_profile("claude-sonnet-4-5")
    assert profile is not None
    begun = perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", PictureWarning)
        try:
            sent = encode(Image(data), profile)
        except ImageError:
            return "refused"
        finally:
            assert perf_counter() - begun < SLOW
        check(sent, profile)
    return "kept" if "written" not in " ".join(sent.steps) else "written"


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_damaged_file_is_sent_as_a_legal_picture_or_refused(batch: int) -> None:
    chance = Random(f"typesight {batch}")
    files = valid_files()
    fates: Counter[str] = Counter()
    for number in range(CASES // BATCHES):
        name, data = chance.choice(files)
        wounded = mutated(data, chance)
        try:
            fates[outcome(wounded)] += 1
        except Exception as error:
            error.add_note(f"batch {batch}, case {number}: a wounded {name} of {len(wounded)} bytes")
            raise
    assert min(fates["kept"], fates["written"], fates["refused"]) > 0


@pytest.mark.parametrize(
    "name",
    ["jpeg", "jpeg progressive", "png", "webp", "gif", "tiff", "bmp", "jpeg 2000", "avif", "ico", "ppm", "pcx", "tga"],
)
def test_a_file_cut_off_anywhere_is_sent_as_a_legal_picture_or_refused(name: str) -> None:
    data = dict(valid_files())[name]
    fates = {outcome(data[:cut]) for cut in {*range(min(len(data), 40)), *range(0, len(data), len(data) // 25)}}
    assert fates <= {"kept", "written", "refused"}


if __name__ == "__main__":
    counted: Counter[str] = Counter()
    luck = Random(int(sys.argv[2]))
    slowest = 0.0
    for _ in range(int(sys.argv[1])):
        kind, whole = luck.choice(valid_files())
        hurt = mutated(whole, luck)
        start = perf_counter()
        try:
            counted[outcome(hurt)] += 1
        except Exception as problem:
            counted["FOREIGN"] += 1
            print(kind, repr(problem)[:300], flush=True)
        slowest = max(slowest, perf_counter() - start)
    print(dict(counted), f"slowest {slowest:.2f} s")
