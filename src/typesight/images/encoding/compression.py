"""Write pixels as a PNG or a JPEG: the smallest file that keeps small text legible.

The constants are measured: `benchmarks/legibility.py`, its tables in `benchmarks/README.md` (November 2026).
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from typesight.images.encoding.encoded_image import EncodedImage, make_encoded_image
from typesight.images.opening.opened_picture import OpenedPicture
from typesight.models.profiles import JPEG, PNG

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["compress_picture"]

# JPEG qualities; the lower ones are used only to fit a limit. Compared with lossless pixels, the local reader finds
# at most 0.4 points fewer words at 80, with any profile, and 1.2 fewer on receipts at 60. 75 would save a tenth of
# the bytes and cost 0.1 where it was measured, but leave less margin for other readers.
_QUALITIES = (80, 70, 60, 45)
# Colour at full resolution: 4:2:0 saves 5 % on receipts and 21 % on screenshots, but costs screenshots more than a
# point: where text differs from its background in colour alone, the reader finds 31 % of the words in 4:2:0 and
# 96 % in 4:4:4.
_FULL_COLOUR, _HALF_COLOUR = 0, 2
# PNG is tried for at most this many colours: unscaled screenshots have 750 to 1,800 and are smaller as PNG; scaled
# ones have more than 2,700 and take three times the bytes of a JPEG.
_MAX_PNG_COLOURS = 2048
# A PNG is chosen if it takes at most this many times the bytes of the JPEG, or at most this many bytes.
_MAX_PNG_FACTOR = 1.25
_SMALL_FILE = 16_000
_LOSSY_FORMATS = frozenset({"JPEG", "HEIF", "AVIF", "JPEG2000"})
# Sum of the luminance quantization table at quality 50 (ITU T.81, table K.1).
_QUALITY_50_SUM = 3688


def compress_picture(
    picture: PilImage, opened: OpenedPicture, *, formats: frozenset[str], max_bytes: int, steps: Sequence[str] = ()
) -> EncodedImage | None:
    """Write `picture`, rendered from `opened` by `steps`, in at most `max_bytes` (of the file); None if none fits."""
    quality, jpeg = _compress_as_jpeg(picture, opened, max_bytes)
    if PNG in formats and _suits_png(picture, opened):
        data = _save(picture, "PNG", compress_level=6)
        cheap = not jpeg or len(data) <= max(_SMALL_FILE, _MAX_PNG_FACTOR * len(jpeg))
        if len(data) <= max_bytes and cheap:
            return make_encoded_image(data, PNG, picture.size, *steps, "written as PNG")
    return make_encoded_image(jpeg, JPEG, picture.size, *steps, f"written as JPEG, quality {quality}") if jpeg else None


def _compress_as_jpeg(picture: PilImage, opened: OpenedPicture, max_bytes: int) -> tuple[int, bytes]:
    """The quality and the file of the best JPEG that fits; an empty file if none does."""
    qualities, sampling = _QUALITIES, _FULL_COLOUR
    if opened.is_jpeg and picture.size in {opened.size, opened.size[::-1]}:
        # Turned, not scaled: a quality above the original's would cost bytes and bring nothing back.
        qualities = (max(_QUALITIES[-1], min(_QUALITIES[0], _estimate_quality(opened.picture))), *_QUALITIES[1:])
        sampling = _choose_sampling(opened.picture)
    for quality in sorted(set(qualities), reverse=True):
        if quality <= qualities[0]:
            # Tables of its own or progressive scans would save 8 % each, and take 2 and 5 times as long to write.
            data = _save(picture, "JPEG", quality=quality, subsampling=sampling)
            if len(data) <= max_bytes:
                return quality, data
    return 0, b""


def _estimate_quality(picture: PilImage) -> int:
    """The quality that a JPEG was written with, estimated from its luminance table."""
    tables = getattr(picture, "quantization", None) or {}
    if 0 not in tables:
        return _QUALITIES[0]
    scale: float = sum(tables[0]) / _QUALITY_50_SUM
    return round(100 - 50 * scale if scale <= 1 else 50 / scale)


def _choose_sampling(picture: PilImage) -> int:
    """4:2:0 for a JPEG that already has it, else 4:4:4."""
    from PIL.JpegImagePlugin import get_sampling

    return _HALF_COLOUR if get_sampling(picture) == _HALF_COLOUR else _FULL_COLOUR


def _suits_png(picture: PilImage, opened: OpenedPicture) -> bool:
    """Whether a picture has few colours and no lossy past: a screenshot or a two-colour scan, not a photograph."""
    lossy = opened.format is not None and opened.format.name in _LOSSY_FORMATS
    return not lossy and picture.getcolors(_MAX_PNG_COLOURS) is not None


def _save(picture: PilImage, kind: str, **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
