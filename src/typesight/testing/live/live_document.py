"""The document that the live cases ask about, as a drawn picture and as text, and the types they ask for."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import cast

from pydantic import BaseModel, ValidationInfo, field_validator

from typesight import Image

__all__ = ["LINES", "CheckedReceipt", "LiveItem", "LiveReceipt", "draw_document"]

LINES = ("CORNER SHOP", "Date: 2026-11-20", "TEA 3.50", "CAKE 4.25", "TOTAL 7.75")
_SIZE = (420, 300)  # (width, height) in pixels


class LiveReceipt(BaseModel):
    """What a receipt says."""

    company: str
    date: datetime.date
    total: Decimal

    def find_wrong(self) -> list[str]:
        """The fields whose values are not those of the document."""
        right = {"company": "CORNER SHOP", "date": datetime.date(2026, 11, 20), "total": Decimal("7.75")}
        said = {**dict(self), "company": self.company.strip().upper()}
        return [name for name, value in right.items() if said[name] != value]


class CheckedReceipt(LiveReceipt):
    """What a receipt says; the total of the first reply is rejected, whatever it is. The context counts the replies."""

    @field_validator("total")
    @classmethod
    def reject_first(cls, total: Decimal, info: ValidationInfo) -> Decimal:
        """Reject the total of the first reply, which is validated more than once."""
        count_replies = cast("Callable[[], int]", info.context)
        if count_replies() < 2:
            raise ValueError("a test of reasks: look at the document again, and give the total that is printed there")
        return total


class LiveItem(BaseModel):
    """One line of a receipt."""

    name: str
    price: Decimal


def draw_document(scale: int = 1) -> Image:
    """Draw the document, `scale` times as wide and high, as a PNG."""
    from PIL import Image as Pillow
    from PIL import ImageDraw, ImageFont

    page = Pillow.new("RGB", _SIZE, "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=26)
    for row, line in enumerate(LINES):
        pen.text((20, 20 + 52 * row), line, "black", font)
    file = BytesIO()
    page.resize((_SIZE[0] * scale, _SIZE[1] * scale)).save(file, "PNG")
    return Image.from_bytes(file.getvalue())
