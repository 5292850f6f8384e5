"""The shared encoder: a picture and a profile become the bytes that are sent.

Every picture arrives upright, at the size the endpoint would keep of it anyway, in a format it takes, within
its limits, without metadata. The same picture and profile give the same bytes, since prompt caches depend on
it. A file that needs no change keeps its coded pixels.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

import pybase64

from typesight.errors import ImageError, ImageTooLarge, UnreadableImage
from typesight.images.coding import coded
from typesight.images.image import Image
from typesight.images.load import MAX_PIXELS, Opened, open_picture
from typesight.images.pixels import Box, is_srgb, render
from typesight.images.profiles import VisionProfile
from typesight.images.sharpness import is_blurred
from typesight.images.sound import is_sound
from typesight.images.tokens import Size, shrink

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

__all__ = ["EncodedImage", "PictureWarning", "encode", "planned_size", "region"]

_KEPT = frozenset({"JPEG", "PNG", "WEBP"})
_KEPT_MODES = frozenset({"RGB", "L", "P", "1"})
# Below these a picture may not be read well. Source: both providers' vision guides, 2026-09.
_SMALL_SIDE = 200
_SHRUNK = 0.6


class PictureWarning(UserWarning):
    """Something about a picture may hurt reading it."""


@dataclass(frozen=True)
class EncodedImage:
    """The bytes of a picture as they are sent.

    `size` is (width, height) in pixels, `sha256` the digest of `data` in hexadecimal, `steps` what was done to
    the picture, in words, in order.
    """

    media_type: str
    data: bytes = field(repr=False)
    size: Size
    sha256: str
    steps: tuple[str, ...] = ()

    @property
    def base64(self) -> str:
        """`data` in standard base64, on one line."""
        return pybase64.b64encode(self.data).decode("ascii")

    @property
    def data_uri(self) -> str:
        """`data` as a data URI."""
        return f"data:{self.media_type};base64,{self.base64}"

    def __str__(self) -> str:
        width, height = self.size
        return f"<image sha256:{self.sha256[:12]} {width}x{height} {len(self.data) / 1000:.0f} kB>"


def encode(
    image: Image,
    profile: VisionProfile,
    *,
    images: int = 1,
    max_side: int | None = None,
    max_bytes: int | None = None,
    max_pixels: int = MAX_PIXELS,
    turns: int = 0,
) -> EncodedImage:
    """Bring one picture, one of `images` in its request, to what the profile's endpoint takes.

    `max_side` (pixels) and `max_bytes` (of base64) tighten the profile's own; `max_pixels` is how many a header
    may claim, `turns` by how many quarter turns (clockwise) the upright picture is turned further. What may hurt
    reading is a PictureWarning. Raises ImageError: not found, unsupported, unreadable
    or too large, each saying what to do.
    """
    opened = open_picture(image.source, max_pixels=max_pixels)
    plan = _Plan(
        size=planned_size(image, opened, profile, images=images, max_side=max_side, turns=turns),
        box=region(image.box, opened),
        turns=turns % 4,
        formats=profile.formats,
        limit=min(profile.max_bytes, max_bytes or profile.max_bytes),
    )
    for doubt in _doubts(opened, plan):
        warnings.warn(f"{opened.name} {doubt}", PictureWarning, stacklevel=2)
    return _kept(opened, plan) or _written(opened, plan)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to become of one picture: its size, the part of it, its turn, and what the endpoint takes.

    `limit` is in bytes of base64.
    """

    size: Size
    box: Box | None
    turns: int
    formats: frozenset[str]
    limit: int


def region(box: Box | None, opened: Opened) -> Box | None:
    """The part of an opened picture that is wanted, within its edges; None for the whole. Raises ImageError."""
    if box is None:
        return None
    width, height = opened.size
    inside = (max(0, box[0]), max(0, box[1]), min(width, box[2]), min(height, box[3]))
    if inside[0] >= inside[2] or inside[1] >= inside[3]:
        raise ImageError(f"the crop {box} lies outside {opened.name}, which is {width} x {height} pixels upright")
    return None if inside == (0, 0, width, height) else inside


def planned_size(
    image: Image,
    opened: Opened,
    profile: VisionProfile,
    *,
    images: int = 1,
    max_side: int | None = None,
    turns: int = 0,
) -> Size:
    """The size (width, height) in which a picture will be sent, told from its header."""
    left, top, right, bottom = region(image.box, opened) or (0, 0, *opened.size)
    whole = (right - left, bottom - top)
    size = profile.fit(whole[::-1] if turns % 2 else whole, detail=image.detail, images=images)
    sides = [side for side in (image.max_side, max_side) if side]
    return shrink(size, min(sides)) if sides else size


def _kept(opened: Opened, plan: _Plan) -> EncodedImage | None:
    """The file's own coded pixels, if nothing about them needs a change."""
    kind, file, picture = opened.format, opened.bare, opened.picture
    if kind is None or file is None or kind.name not in _KEPT or kind.media_type not in plan.formats:
        return None
    moved = opened.orientation != 1 or plan.turns or plan.box or plan.size != opened.size
    coloured = bool(opened.icc) and picture.mode != "L" and not is_srgb(opened.icc)
    clear = "transparency" in picture.info or picture.mode not in _KEPT_MODES
    if moved or coloured or clear or opened.moving or file.cut_short or not is_sound(file.data, kind):
        return None
    if _base64_length(len(file.data)) > plan.limit:
        return None
    try:
        picture.load()  # a strict decoder must be able to open what is sent
    except Exception:  # whatever Pillow raises on damaged bytes; writing it anew says what is wrong
        return None
    _warn_if_blurred(opened, picture)
    return _encoded(file.data, kind.media_type, plan.size, ("metadata removed",) if file.removed else ())


def _written(opened: Opened, plan: _Plan) -> EncodedImage:
    """The picture decoded and written anew, as PNG where it is drawn, else as JPEG."""
    steps: list[str] = []
    picture = render(opened, plan.size, box=plan.box, turns=plan.turns, steps=steps)
    if opened.bare and opened.bare.cut_short:
        _refuse_blank(opened, picture)
        steps.append("the file ends early")
    _warn_if_blurred(opened, picture)
    file = coded(picture, opened, formats=plan.formats, max_bytes=plan.limit // 4 * 3)
    if file:
        return _encoded(file.data, file.media_type, plan.size, (*steps, file.step))
    raise ImageTooLarge(
        f"{opened.name} takes more than {plan.limit // 1000} kB of base64 even at {plan.size[0]} x {plan.size[1]} "
        "pixels: lower max_side, or crop it"
    )


def _refuse_blank(opened: Opened, picture: PilImage) -> None:
    """A file cut off before any of its pixels decodes to one even colour: that is no picture."""
    if picture.getcolors(1) is not None:
        raise UnreadableImage(f"{opened.name} ends before its first pixels: get the whole file")


def _doubts(opened: Opened, plan: _Plan) -> list[str]:
    """What about a picture may hurt reading it, in words."""
    left, top, right, bottom = plan.box or (0, 0, *opened.size)
    size = plan.size
    scale = max(size) / max(right - left, bottom - top)
    doubts = []
    if min(size) < _SMALL_SIDE:
        doubts.append(f"is only {size[0]} x {size[1]} pixels: models may misread what is under {_SMALL_SIDE}")
    if scale < _SHRUNK:
        doubts.append(f"is sent at {scale:.2f} of its size: small text may be lost; crop it or give it in parts")
    if opened.bare and opened.bare.cut_short:
        doubts.append("has no end: its lower part may be missing")
    if opened.moving:
        doubts.append("holds several frames or pages, and only the first is read")
    return doubts


def _warn_if_blurred(opened: Opened, picture: PilImage) -> None:
    if is_blurred(picture):
        doubt = "is very blurred: small text may be misread; take it again, in focus"
        warnings.warn(f"{opened.name} {doubt}", PictureWarning, stacklevel=4)  # at who called encode


def _base64_length(count: int) -> int:
    return (count + 2) // 3 * 4


def _encoded(data: bytes, media_type: str, size: Size, steps: tuple[str, ...]) -> EncodedImage:
    return EncodedImage(media_type, data, size, sha256(data).hexdigest(), steps)
