from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from receipts import Receipt, read_receipt
from typesight.testing import FakeModel

REPLY = {"company": "Corner Shop", "date": "2026-11-20", "total": "73.50"}


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "receipt.png"
    Image.new("L", (420, 260), "white").save(file)
    return file


def test_the_reply_becomes_a_record(fake_model: Callable[..., FakeModel], picture: Path) -> None:
    model = fake_model([REPLY])
    receipt = read_receipt(model.client(), picture)
    assert receipt == Receipt(company="Corner Shop", date=date(2026, 11, 20), total=Decimal("73.50"))


def test_the_model_sees_the_picture_and_is_told_of_tips(fake_model: Callable[..., FakeModel], picture: Path) -> None:
    model = fake_model([REPLY])
    read_receipt(model.client(), picture)
    (request,) = model.requests
    assert [each.size for each in request.pictures] == [(420, 260)]
    assert "tip included" in request.text


def test_a_total_of_nothing_is_asked_again(fake_model: Callable[..., FakeModel], picture: Path) -> None:
    model = fake_model([REPLY | {"total": "0"}, REPLY])
    assert read_receipt(model.client("anthropic"), picture).total == Decimal("73.50")
    assert "total: Input should be greater than 0" in model.requests[1].text
