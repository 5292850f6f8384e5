"""Draws the receipt of `typesight demo`."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

__all__ = ["draw_receipt"]

# Rows: what stands left and right on the receipt; a rule where both are empty.
_LINES = (
    ("CORNER SHOP", ""),
    ("12 High Street, London", ""),
    ("Date: 20/11/2026", "14:05"),
    ("", ""),
    ("COFFEE", "3.50"),
    ("TEA", "2.00"),
    ("LEMON CAKE", "8.25"),
    ("", ""),
    ("TOTAL GBP", "13.75"),
    ("CASH", "20.00"),
    ("CHANGE", "6.25"),
    ("", ""),
    ("Thank you for your visit!", ""),
)
# In pixels: as sharp as a good photograph, and small enough to read in a moment.
_WIDTH, _MARGIN, _LINE, _LETTERS = 640, 48, 56, 30


def draw_receipt(file_format: str = "PNG") -> bytes:
    """Draw the receipt, as the bytes of a picture, in the font that Pillow brings."""
    page = Image.new("RGB", (_WIDTH, 2 * _MARGIN + _LINE * len(_LINES)), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=_LETTERS)
    for row, (left, right) in enumerate(_LINES):
        top = _MARGIN + _LINE * row
        if not left:
            pen.line((_MARGIN, top + _LINE // 3, _WIDTH - _MARGIN, top + _LINE // 3), "grey", 2)
        pen.text((_MARGIN, top), left, "black", font)
        pen.text((_WIDTH - _MARGIN - pen.textlength(right, font), top), right, "black", font)
    file = BytesIO()
    page.save(file, file_format)
    return file.getvalue()
