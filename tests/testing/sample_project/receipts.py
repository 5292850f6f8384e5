"""Reads receipts, as the code of an application would."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, Field

from typesight import Client, Image

PROMPT = "Read this receipt. The total is what was paid, tip included."


class Receipt(BaseModel):
    """What we keep of a receipt."""

    company: str
    date: datetime.date
    total: Decimal = Field(gt=0)


def read_receipt(client: Client, picture: Path) -> Receipt:
    """Read one picture."""
    content = [PROMPT, Image(picture)]
    return client.create(response_model=Receipt, messages=[{"role": "user", "content": content}])
