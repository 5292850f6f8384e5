"""Decodes an opened picture: upright, at a given size, in plain RGB or grey.

It works on as few pixels as possible: a JPEG is decoded at the reduced scale that the format offers, cropped and
resized in one step, and only then are its colours converted and the picture turned.
"""

from __future__ import annotations

from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING

from typesight.errors import UnreadableImage
from typesight.images.image_hints import CropBox
from typesight.images.opening.open_picture import load_shared, suppress_warnings
from typesight.images.opening.opened_picture import OpenedPicture, is_srgb
from typesight.models.image_tokens import Size

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["render"]

# How a picture of each EXIF orientation lies in the file: the stored box's left, top, right and bottom, each an edge of
# the upright box (l t r b) as it is, or counted from the far side of the upright picture (capitals).
_STORED_EDGES = {1: "ltrb", 2: "RtLb", 3: "RBLT", 4: "lBrT", 5: "tlbr", 6: "tRbL", 7: "BRTL", 8: "BlTr"}
# Pillow's name of the transpose that turns each orientation upright.
_TRANSPOSES = {
    2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_270", 7: "TRANSVERSE",
    8: "ROTATE_90",
}  # fmt: skip
# Modes that need no conversion before resizing; Pillow weights colours by their alpha when it resizes.
_SCALABLE = frozenset({"L", "RGB", "LA", "RGBA", "CMYK"})

# Averaging down to this many times the wanted size before resampling looks like resampling alone (Pillow's docs).
_REDUCING_GAP = 3.0
# Pixels: from this many on, a picture is averaged down in strips; and the size of a strip.
_HUGE_PIXELS, _STRIP_PIXELS = 16_000_000, 4_000_000


def render(
    opened: OpenedPicture, size: Size, *, box: CropBox | None = None, turns: int = 0, steps: list[str] | None = None
) -> PilImage:
    """The picture, or its part inside `box` (pixels of the upright original), upright and of exactly `size`.

    `turns` are further quarter turns, clockwise; `size` is the size after them. The result is a new picture in mode
    RGB or L. Appends to `steps`, in words, what was done. Raises UnreadableImage.
    """
    notes = steps if steps is not None else []
    try:
        if opened.format is None:
            load_shared(opened.picture)  # always take the loading lock before the warnings lock, or deadlock
        with suppress_warnings(opened.picture.format):
            picture = _render_upright(opened, size[::-1] if turns % 2 else size, box or (0, 0, *opened.size), notes)
    except Exception as error:  # Pillow's decoders raise all kinds of errors on damaged bytes
        raise UnreadableImage(f"{opened.name} looks like a picture but cannot be decoded: {error}") from error
    if turns % 4:
        notes.append(f"turned by {turns % 4 * 90}° so that its text stands upright")
        picture = picture.rotate(-90 * turns, expand=True)
    return picture


def _render_upright(opened: OpenedPicture, size: Size, box: CropBox, steps: list[str]) -> PilImage:
    stored_box = _find_stored_box(opened, box)
    stored_size = size[::-1] if opened.orientation >= 5 else size
    width, height = opened.stored_size
    picture = opened.decode(
        (
            max(1, width * stored_size[0] // (stored_box[2] - stored_box[0])),
            max(1, height * stored_size[1] // (stored_box[3] - stored_box[1])),
        )
    )
    if opened.has_more_frames:
        steps.append("first of several frames")
    if box != (0, 0, *opened.size):
        steps.append(f"cut to {box}")
    if size != (box[2] - box[0], box[3] - box[1]):
        steps.append(f"scaled from {box[2] - box[0]}x{box[3] - box[1]} to {size[0]}x{size[1]}")
    picture = _reduce(picture, min(picture.width // stored_size[0], picture.height // stored_size[1]))
    picture = _crop_and_resize(_make_scalable(picture), opened, stored_box, stored_size)
    picture = _convert_colours(picture, opened.icc, steps)
    if opened.orientation != 1:
        from PIL.Image import Transpose

        picture = picture.transpose(Transpose[_TRANSPOSES[opened.orientation]])
        steps.append(f"turned upright (EXIF orientation {opened.orientation})")
    if picture is opened.picture:
        picture = picture.copy()  # leaves the caller's picture unchanged
    picture.info = {}
    return picture


def _find_stored_box(opened: OpenedPicture, box: CropBox) -> CropBox:
    """Where a box of the upright picture lies in the stored one."""
    width, height = opened.size
    edges = dict(zip("ltrb", box, strict=True))
    edges |= {"L": width - box[0], "T": height - box[1], "R": width - box[2], "B": height - box[3]}
    left, top, right, bottom = (edges[edge] for edge in _STORED_EDGES[opened.orientation])
    return left, top, right, bottom


def _reduce(picture: PilImage, times: int) -> PilImage:
    """Average a huge picture, `times` the wanted size, down to about three times that size, strip by strip.

    Otherwise each change of mode would hold another copy: 100 million pixels with alpha took 860 MB, now 520.
    """
    factor = int(times / _REDUCING_GAP)
    if factor < 2 or picture.width * picture.height < _HUGE_PIXELS or picture.mode == "F":
        return picture
    from PIL import Image

    page: PilImage | None = None
    step = factor * max(1, _STRIP_PIXELS // (picture.width * factor))
    for top in range(0, picture.height, step):
        strip = picture.crop((0, top, picture.width, min(picture.height, top + step)))
        strip = _make_scalable(strip).reduce(factor)
        page = page or Image.new(strip.mode, (strip.width, ceil(picture.height / factor)))
        page.paste(strip, (0, top // factor))
    return page or picture


def _make_scalable(picture: PilImage) -> PilImage:
    """Convert to a mode whose values can be averaged."""
    if picture.mode.startswith("I"):
        return _convert_to_8_bits(picture)
    if "transparency" in picture.info and picture.mode in {"P", "L", "RGB", "1"}:
        return picture.convert("RGBA")
    if picture.mode in _SCALABLE:
        return picture
    if picture.mode == "F":
        low, high = picture.getextrema()
        scale = 255.0 if isinstance(high, float) and isinstance(low, float) and 0 <= low <= high <= 1 else 1.0
        return picture.point(lambda value: value * scale).convert("L")
    return picture.convert({"1": "L", "PA": "RGBA", "La": "LA", "RGBa": "RGBA"}.get(picture.mode, "RGB"))


def _convert_to_8_bits(picture: PilImage) -> PilImage:
    """Convert 16-bit grey to 8 bits; the grey value that means transparent becomes white."""
    from PIL import ImageMath

    deep, clear = picture.convert("I"), picture.info.get("transparency")
    if isinstance(clear, int):
        deep = ImageMath.lambda_eval(
            lambda given: given["max"](given["deep"], (given["deep"] == clear) * 65535), deep=deep
        )
    return deep.point(lambda value: value * (1 / 257) + 0.5).convert("L")


def _crop_and_resize(picture: PilImage, opened: OpenedPicture, box: CropBox, size: Size) -> PilImage:
    """Crop and resize in one step; `box` is in pixels of the stored picture, which may have been decoded smaller."""
    across, down = picture.width / opened.stored_size[0], picture.height / opened.stored_size[1]
    part = (box[0] * across, box[1] * down, min(box[2] * across, picture.width), min(box[3] * down, picture.height))
    if picture.size == size and part == (0, 0, *size):
        return picture
    from PIL.Image import Resampling

    return picture.resize(size, Resampling.LANCZOS, box=part, reducing_gap=_REDUCING_GAP)


def _convert_colours(picture: PilImage, icc: bytes, steps: list[str]) -> PilImage:
    """Convert to opaque sRGB or grey, 8 bits per channel."""
    if picture.mode in {"RGBA", "LA"}:
        picture = _lay_on_white(picture, steps)
    elif picture.mode == "CMYK":
        steps.append("converted from CMYK")
        return picture.convert("RGB")
    if icc and picture.mode == "RGB" and not is_srgb(icc):
        picture = _convert_to_srgb(picture, icc, steps)
    return picture


def _lay_on_white(picture: PilImage, steps: list[str]) -> PilImage:
    from PIL import Image

    alpha = picture.getchannel("A")
    opaque = "RGB" if picture.mode == "RGBA" else "L"
    if alpha.getextrema()[0] == 255:
        return picture.convert(opaque)
    steps.append("laid on white")
    page = Image.new(opaque, picture.size, "white")
    page.paste(picture.convert(opaque), mask=alpha)
    return page


def _convert_to_srgb(picture: PilImage, icc: bytes, steps: list[str]) -> PilImage:
    from PIL import ImageCms

    try:
        profile = ImageCms.getOpenProfile(BytesIO(icc))
        converted = ImageCms.profileToProfile(picture, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # a damaged or unusable profile: keep the values as they are
    steps.append("colours converted to sRGB")
    return converted or picture
