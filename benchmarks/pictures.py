"""Pictures drawn for the benchmarks: screens with small text, and a phone's photograph, the same on every run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

__all__ = ["Drawn", "phone_photo", "png", "scanned_receipt", "screens"]

_VOCABULARY = (
    "account active address amount approved archive balance batch bearing billing branch budget cancel carrier "
    "category charge client column comment company contact country credit currency customer dashboard deadline "
    "delivery deposit discount document download duplicate employee estimate export factory filter forecast freight "
    "general handling history import invoice journal keyboard language ledger location machine manager margin market "
    "message monthly network number office order overview package partner payment pending percent period picture "
    "postage previous priority product project purchase quantity quarter receipt record reference refund region "
    "release report request reserve revenue sample schedule section service shipment signature software standard "
    "status storage subject summary supplier support surcharge table target tariff ticket total transfer update "
    "upgrade vehicle vendor version voucher warehouse weekly window yearly"
)
_WORDS = _VOCABULARY.split()


# Ink and paper.
_PAIRS = (
    ("#d00000", "#ffffff"), ("#0000d0", "#ffffff"), ("#ffffff", "#d00000"), ("#ffff00", "#2020a0"),
    ("#ff3030", "#101080"), ("#007000", "#ffe0e0"), ("#c000c0", "#e0ffe0"), ("#00c0c0", "#600000"),
)  # fmt: skip
# As bright as each other: what is written differs from its ground in colour alone.
_EQUALLY_BRIGHT = (
    ("#d04040", "#3c8c3c"), ("#4070ff", "#b05050"), ("#c83cc8", "#409040"), ("#ff5050", "#7090a0"),
    ("#0000d0", "#800000"), ("#e06000", "#60a0a0"),
)  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """A picture and the text that was drawn on it."""

    name: str
    picture: Image.Image
    text: str


class _Pen:
    """Draws text at small sizes and notes what it drew; has state because a picture grows by it."""

    def __init__(self, picture: Image.Image, random: Random) -> None:
        self.draw = ImageDraw.Draw(picture)
        self.random = random
        self.noted: list[str] = []

    def write(self, place: tuple[int, int], text: str, size: int, colour: str) -> int:
        """Text at a place, as a tool would render it; the x where it ends."""
        font = ImageFont.load_default(size)
        self.draw.text(place, text, fill=colour, font=font)
        self.noted.append(text)
        return place[0] + round(self.draw.textlength(text, font=font))

    def words(self, count: int) -> str:
        """Some words, the first one capitalised."""
        return " ".join(self.random.choices(_WORDS, k=count)).capitalize()

    def amount(self) -> str:
        """An amount of money."""
        return f"{self.random.randint(1, 9999)}.{self.random.randint(0, 99):02}"

    def code(self) -> str:
        """A reference such as INV-20483."""
        return f"{self.random.choice(['INV', 'ORD', 'REF', 'SKU'])}-{self.random.randint(10000, 99999)}"


def screens() -> list[Drawn]:
    """Screens as people send them: light, dark, coloured, tables, with photographs, small and high resolution."""
    return [
        _drawn("light", (1440, 900), "#ffffff", _light),
        _drawn("dark", (1440, 900), "#1e1e2e", _dark),
        _drawn("table", (1600, 1000), "#ffffff", _table),
        _drawn("coloured", (1280, 800), "#f4f4f8", _coloured),
        _drawn("colour alone", (1700, 900), "#ffffff", _colour_alone),
        _drawn("photos", (1440, 1100), "#fafafa", _photos),
        _drawn("high-dpi", (2880, 1800), "#ffffff", _high_dpi),
        _drawn("phone", (1170, 2532), "#f2f2f7", _phone),
        _drawn("gradient", (1600, 1000), "#ffffff", _gradient),
    ]


def _drawn(name: str, size: tuple[int, int], paper: str, fill: Callable[[Image.Image, _Pen], None]) -> Drawn:
    picture = Image.new("RGB", size, paper)
    pen = _Pen(picture, Random(name))
    fill(picture, pen)
    return Drawn(name, picture, "\n".join(pen.noted))


def _light(picture: Image.Image, pen: _Pen) -> None:
    pen.draw.rectangle((0, 0, picture.width, 48), fill="#0b57d0")
    pen.write((20, 14), pen.words(4), 18, "#ffffff")
    for row in range(12):
        pen.write((20, 70 + row * 60), pen.words(2), 12, "#444746")
    for row in range(27):
        size = 10 + row % 4
        pen.write((260, 66 + row * 30), f"{pen.words(9)} {pen.amount()}", size, "#1f1f1f" if row % 3 else "#5f6368")
        pen.write((1120, 66 + row * 30), f"{pen.code()} {pen.amount()}", size, "#1a73e8")


def _dark(picture: Image.Image, pen: _Pen) -> None:
    colours = ["#cdd6f4", "#f38ba8", "#a6e3a1", "#89b4fa", "#fab387", "#cba6f7", "#6c7086"]
    pen.draw.rectangle((0, 0, 220, picture.height), fill="#181825")
    for row in range(29):
        pen.write((16, 12 + row * 30), pen.random.choice(_WORDS), 11, "#a6adc8")
        x = 240 + 24 * (row % 3)
        for _ in range(8):
            x = pen.write((x, 12 + row * 30), pen.random.choice(_WORDS), 13, pen.random.choice(colours)) + 9


def _table(picture: Image.Image, pen: _Pen) -> None:
    for row in range(14):
        top = 20 + row * 21
        if row % 2:
            pen.draw.rectangle((0, top, picture.width, top + 21), fill="#eef3fb")
        pen.draw.line((0, top, picture.width, top), fill="#d0d7de")
        for column in range(9):
            left = 12 + column * 176
            text = pen.words(2) if column in {1, 4} else pen.code() if column == 0 else pen.amount()
            pen.write((left, top + 4), text, 11, "#b00020" if column == 7 else "#202124")
    for column in range(1, 9):
        pen.draw.line((4 + column * 176, 20, 4 + column * 176, picture.height), fill="#d0d7de")


def _coloured(picture: Image.Image, pen: _Pen) -> None:
    for row in range(24):
        ink, paper = _PAIRS[row % len(_PAIRS)]
        for column in range(2):
            left = 10 + column * (picture.width // 2)
            pen.draw.rectangle((left, 8 + row * 22, left + 610, 28 + row * 22), fill=paper)
            pen.write((left + 6, 11 + row * 22), f"{pen.words(6)} {pen.amount()} {pen.code()}", 10 + row % 3, ink)


def _colour_alone(picture: Image.Image, pen: _Pen) -> None:
    for row in range(18):
        ink, paper = _EQUALLY_BRIGHT[row % len(_EQUALLY_BRIGHT)]
        pen.draw.rectangle((8, 8 + row * 48, picture.width - 8, 50 + row * 48), fill=paper)
        pen.write((20, 14 + row * 48), f"{pen.words(8)} {pen.amount()} {pen.code()}", 20 + row // 6 * 3, ink)


def _photos(picture: Image.Image, pen: _Pen) -> None:
    for place in range(6):
        left, top = 20 + place % 3 * 475, 20 + place // 3 * 540
        picture.paste(_scenery((450, 300), Random(place)), (left, top))
        pen.write((left + 10, top + 270), f"{pen.words(4)} {pen.amount()}", 16, "#ffffff")
        for row in range(6):
            pen.write((left, top + 312 + row * 22), f"{pen.words(6)} {pen.amount()}", 12, "#333333")


def _high_dpi(picture: Image.Image, pen: _Pen) -> None:
    pen.draw.rectangle((0, 0, 460, picture.height), fill="#f1f3f4")
    for row in range(20):
        pen.write((30, 30 + row * 85), pen.words(2), 24, "#3c4043")
        pen.write((500, 30 + row * 85), f"{pen.words(10)} {pen.amount()}", 24, "#202124" if row % 4 else "#188038")
        pen.write((2100, 30 + row * 85), f"{pen.code()} {pen.words(2)}", 26, "#c5221f" if row % 5 else "#1a73e8")


def _phone(picture: Image.Image, pen: _Pen) -> None:
    left, right = 60, picture.width - 60
    for row in range(30):
        top, mine = 40 + row * 82, row % 3 == 0
        pen.draw.rounded_rectangle((left, top, right, top + 70), 20, fill="#0a84ff" if mine else "#e5e5ea")
        pen.write((90, top + 10), f"{pen.words(6)} {pen.amount()}", 34, "#ffffff" if mine else "#000000")
        pen.write((950, top + 46), f"{row % 24:02}:{row * 7 % 60:02}", 20, "#d0d0ff" if mine else "#8e8e93")


def _gradient(picture: Image.Image, pen: _Pen) -> None:
    shade = Image.linear_gradient("L").resize(picture.size)
    picture.paste(Image.composite(Image.new("RGB", picture.size, "#16324f"), Image.new("RGB", picture.size, "#2a9d8f"),
                                  shade))  # fmt: skip
    for row in range(22):
        ink = ["#ffffff", "#ffd166", "#cfe8ff"][row % 3]
        pen.write((30, 20 + row * 44), f"{pen.words(10)} {pen.amount()} {pen.code()}", 12 + row % 3, ink)
        pen.write((1000, 20 + row * 44), f"{pen.words(5)} {pen.amount()}", 11, ink)


def _scenery(size: tuple[int, int], random: Random) -> Image.Image:
    """Texture with the spectrum of a photograph: octaves of noise, each finer and fainter than the one before."""
    bands = []
    for _ in range(3):
        band = Image.new("L", size, 128)
        for cells, strength in ((4, 0.7), (9, 0.45), (24, 0.3), (60, 0.2), (150, 0.14), (400, 0.1)):
            across, down = max(1, size[0] * cells // max(size)), max(1, size[1] * cells // max(size))
            octave = Image.frombytes("L", (across, down), random.randbytes(across * down))
            band = Image.blend(band, octave.resize(size, Image.Resampling.BICUBIC), strength)
        bands.append(band)
    mixed = Image.merge("RGB", bands)
    return Image.blend(mixed, Image.merge("RGB", [bands[0]] * 3), 0.6)


def _grain(size: tuple[int, int], random: Random, strength: float) -> Callable[[Image.Image], Image.Image]:
    noise = [Image.frombytes("L", size, random.randbytes(size[0] * size[1])) for _ in range(3)]
    soft = Image.merge("RGB", noise).filter(ImageFilter.GaussianBlur(0.6))
    return lambda picture: Image.blend(picture, soft, strength)


def phone_photo(orientation: int = 6) -> tuple[bytes, str]:
    """A 12-megapixel photograph of a receipt on a table as a phone stores it, and the text on the receipt.

    A JPEG of 4032 x 3024 pixels with sensor grain and EXIF orientation, 5 to 9 MB; upright it is 3024 x 4032.
    """
    random = Random("phone")
    picture = _scenery((3024, 4032), random)
    paper = Image.new("RGB", (1500, 3400), "#f3f1ea")
    pen = _Pen(paper, random)
    for row in range(46):
        pen.write((90, 80 + row * 70), pen.words(3), 44, "#3a3836")
        pen.write((1120, 80 + row * 70), pen.amount(), 44, "#3a3836")
    picture.paste(paper, (760, 300))
    picture = _grain(picture.size, random, 0.13)(picture)
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = BytesIO()
    stored = picture.transpose(Image.Transpose.ROTATE_90) if orientation == 6 else picture
    stored.save(file, "JPEG", quality=96, subsampling=2, exif=exif)
    return file.getvalue(), "\n".join(pen.noted)


def scanned_receipt(seed: int) -> bytes:
    """A scan of a receipt, a JPEG of 600 x 1020 pixels and some 139 kB, small enough to be sent as it is."""
    random = Random(seed)
    paper = Image.new("RGB", (600, 1020), "#f3f1ea")
    pen = _Pen(paper, random)
    for row in range(26):
        pen.write((36, 40 + row * 36), pen.words(3), 22, "#3a3836")
        pen.write((450, 40 + row * 36), pen.amount(), 22, "#3a3836")
    grain = Image.frombytes("L", paper.size, random.randbytes(paper.width * paper.height)).convert("RGB")
    file = BytesIO()
    Image.blend(paper, grain, 0.05).save(file, "JPEG", quality=82)
    return file.getvalue()


def png(picture: Image.Image) -> bytes:
    """A picture as a screenshot tool stores it."""
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
