"""A page in the making: text in a face, rules, boxes to tick and switches.

Places are in pixels; a text's y is its baseline.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Literal, cast

from PIL import Image, ImageDraw, ImageFont

__all__ = ["Look", "Marks", "Page"]

# Package, regular, bold. "plain" is Pillow's own, which has ASCII only and no bold.
FACES: dict[str, tuple[str, str, str]] = {
    "roboto": ("font_roboto", "Roboto-Regular.ttf", "Roboto-Bold.ttf"),
    "sans": ("font_source_sans_pro", "SourceSansPro-Regular.ttf", "SourceSansPro-Bold.ttf"),
    "serif": ("font_source_serif_pro", "SourceSerifPro-Regular.ttf", "SourceSerifPro-Bold.ttf"),
    "manrope": ("font_manrope", "Manrope-Regular.ttf", "Manrope-Bold.ttf"),
    "hanken": ("font_hanken_grotesk", "HankenGrotesk-Regular.otf", "HankenGrotesk-Bold.otf"),
    "caladea": ("font_caladea", "Caladea-Regular.ttf", "Caladea-Bold.ttf"),
    "light": ("font_roboto", "Roboto-Light.ttf", "Roboto-Medium.ttf"),
}
_TALLEST = 4000

Anchor = Literal["left", "middle", "right"]


@dataclass(frozen=True)
class Look:
    """How a page looks: `size` of the text, `width` and `margin` in pixels, `leading` in sizes.

    `worn` is the seed of a scanner's tilt and grain, 0 for a clean page.
    """

    face: str
    size: int
    width: int
    margin: int = 60
    leading: float = 1.7
    paper: str = "#ffffff"
    ink: str = "#111111"
    faint: str = "#666666"
    tint: str = "#e8ecf1"
    worn: int = 0


@dataclass(frozen=True)
class Marks:
    """How a choice is drawn: the sign in its box, a circle instead of a square, the box after its words."""

    sign: Literal["cross", "check", "fill", "dot"] = "cross"
    round: bool = False
    after: bool = False


@cache
def _font(face: str, size: int, bold: bool) -> ImageFont.FreeTypeFont:
    if face == "plain":
        return cast(ImageFont.FreeTypeFont, ImageFont.load_default(size))
    package, *names = FACES[face]
    path = files(package) / "files" / names[bold]
    # The basic engine, because the other is not in every build of Pillow and places letters otherwise.
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


class Page:
    """A picture that grows downwards; `y` is the baseline of the row to be written next."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.picture = Image.new("RGB", (look.width, _TALLEST), look.paper)
        self.pen = ImageDraw.Draw(self.picture)
        self.left, self.right = float(look.margin), float(look.width - look.margin)
        self.y = float(look.margin + look.size)

    @property
    def size(self) -> int:
        """The size of the text in pixels."""
        return self.look.size

    @property
    def row(self) -> float:
        """From one baseline to the next, in pixels."""
        return self.size * self.look.leading

    def across(self, share: float) -> float:
        """The x at this share of the space between the margins."""
        return self.left + share * (self.right - self.left)

    def down(self, rows: float = 1.0) -> None:
        """Go on, so many rows further down."""
        self.y += rows * self.row

    def measure(self, text: str, *, scale: float = 1.0, bold: bool = False) -> float:
        """The width of a text in pixels."""
        return _font(self.look.face, round(self.size * scale), bold).getlength(text)

    def write(
        self,
        x: float,
        text: str,
        *,
        y: float | None = None,
        scale: float = 1.0,
        bold: bool = False,
        anchor: Anchor = "left",
        fill: str | None = None,
    ) -> float:
        """Write a line and tell where it ends on the right."""
        width = self.measure(text, scale=scale, bold=bold)
        start = x - {"left": 0.0, "middle": width / 2, "right": width}[anchor]
        font = _font(self.look.face, round(self.size * scale), bold)
        where = (start, self.y if y is None else y)
        self.pen.text(where, text, fill=fill or self.look.ink, font=font, anchor="ls")
        return start + width

    def wrapped(self, text: str, width: float, *, scale: float = 1.0, bold: bool = False) -> list[str]:
        """The text in lines that are at most so many pixels wide; it is also broken at its newlines."""
        return [line for part in text.split("\n") for line in self._broken(part, width, scale, bold)]

    def _broken(self, text: str, width: float, scale: float, bold: bool) -> Iterator[str]:
        line = ""
        for word in text.split(" "):
            longer = f"{line} {word}".lstrip()
            if line and self.measure(longer, scale=scale, bold=bold) > width:
                yield line
                longer = word
            line = longer
        yield line

    def rule(self, y: float, *, left: float | None = None, right: float | None = None, weight: int = 1) -> None:
        """Draw a horizontal line, from margin to margin unless told."""
        start, end = self.left if left is None else left, self.right if right is None else right
        self.pen.line((start, y, end, y), fill=self.look.faint, width=weight)

    def band(self, top: float, bottom: float, fill: str | None = None) -> None:
        """Fill the space between the margins."""
        self.pen.rectangle((self.left, top, self.right, bottom), fill=fill or self.look.tint)

    def tick(self, x: float, on: bool, marks: Marks) -> float:
        """Draw a box or circle on the baseline, with its sign if `on`, and tell where it ends on the right."""
        side, bottom = 0.85 * self.size, self.y + 0.1 * self.size
        box = (x, bottom - side, x + side, bottom)
        shape = self.pen.ellipse if marks.round else self.pen.rectangle
        shape(box, outline=self.look.ink, width=2)
        if on:
            self._sign(box, marks)
        return x + side

    def _sign(self, box: tuple[float, float, float, float], marks: Marks) -> None:
        left, top, right, bottom = box
        side, ink, weight = right - left, self.look.ink, max(2, self.size // 8)
        inner = (left + side * 0.22, top + side * 0.22, right - side * 0.22, bottom - side * 0.22)
        if marks.sign == "cross":
            self.pen.line(inner, fill=ink, width=weight)
            self.pen.line((inner[0], inner[3], inner[2], inner[1]), fill=ink, width=weight)
        elif marks.sign == "check":
            foot = (left + side * 0.42, bottom - side * 0.18)
            points = [(left + side * 0.18, top + side * 0.5), foot, (right + side * 0.08, top + side * 0.05)]
            self.pen.line(points, fill=ink, width=weight, joint="curve")
        elif marks.round:
            self.pen.ellipse(inner, fill=ink)
        else:
            self.pen.rectangle(inner, fill=ink)

    def switch(self, right: float, on: bool, colour: str) -> None:
        """Draw a pill that ends at `right`: coloured with the knob at its right if `on`, else grey, knob left."""
        height, width = 1.15 * self.size, 2.1 * self.size
        top, left = self.y - 0.95 * self.size, right - width
        # Four times as large and shrunk, for smooth edges.
        big = Image.new("L", (round(width * 4), round(height * 4)))
        knob = big.copy()
        ImageDraw.Draw(big).rounded_rectangle((0, 0, big.width - 1, big.height - 1), radius=big.height / 2, fill=255)
        start = big.width - big.height if on else 0
        edge = 10
        ImageDraw.Draw(knob).ellipse((start + edge, edge, start + big.height - edge, big.height - edge), fill=255)
        where, small = (round(left), round(top)), (round(width), round(height))
        for mask, fill in ((big, colour if on else "#9a9a9f"), (knob, "#ffffff")):
            self.picture.paste(Image.new("RGB", small, fill), where, mask.resize(small, Image.Resampling.BOX))

    def finished(self) -> Image.Image:
        """The page down to the last row written; `y` has gone one row past it."""
        bottom = round(self.y - self.row + 0.5 * self.size) + self.look.margin
        page = self.picture.crop((0, 0, self.look.width, bottom))
        return _worn(page, self.look) if self.look.worn else page


def _worn(page: Image.Image, look: Look) -> Image.Image:
    """As from a scanner: a little askew, and grainy."""
    dice = Random(look.worn)
    tilt = dice.uniform(0.2, 0.6) * dice.choice((-1, 1))
    page = page.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=look.paper)
    grain = Image.frombytes("L", page.size, dice.randbytes(page.width * page.height))
    return Image.blend(page, grain.convert("RGB"), 0.08)
