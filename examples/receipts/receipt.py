"""What is wanted of each receipt."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, Field


class Receipt(BaseModel):
    """A shop's receipt."""

    company: str = Field(description="The shop's name, as printed at the top")
    date: date
    total: Decimal = Field(description="What was to be paid in the end, tax included")
