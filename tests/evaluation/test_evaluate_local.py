"""The local reader is evaluated as models are, and read from the ledger the second time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from labelled_pictures import write_rows
from support import Clients
from typesight.evaluation.evaluate import estimate_evaluation, evaluate
from typesight.testing import Sandbox


class Slip(BaseModel):
    """What the drawn receipt of the tests says."""

    company: str
    total: float


@pytest.fixture
def folder(tmp_path: Path, picture: bytes) -> Path:
    """A folder with one receipt and its label."""
    (tmp_path / "a.png").write_bytes(picture)
    row = {"image": "a.png", "fields": {"company": "CORNER SHOP", "total": 73.5}}
    write_rows(tmp_path / "labels.jsonl", row)
    return tmp_path


@pytest.mark.slow
def test_the_local_reader_is_a_model(folder: Path) -> None:
    given: dict[str, Any] = {"models": "local", "turn": False, "progress": False}
    first = evaluate(folder, Slip, **given)
    (document,) = first.settings[0].documents
    assert (document.score.is_right, document.answer.cost, document.answer.attempts) == (True, 0, 1)
    assert evaluate(folder, Slip, **given) == first  # with the seconds of the first time
    (left,) = estimate_evaluation(folder, Slip, models="local", turn=False)
    assert (left.documents, left.earlier, left.usd) == (0, 1, 0)


@pytest.mark.slow
async def test_places_that_verify_has_found_are_boxes(clients: Clients, folder: Path) -> None:
    with Sandbox(answer=lambda _: {"company": "CORNER SHOP", "total": 73.5}) as box:
        given: dict[str, Any] = {"models": clients.sync("openai", box), "turn": False, "progress": False}
        first = evaluate(folder, Slip, verify="warn", **given)
        boxes = first.settings[0].documents[0].answer.boxes
        assert boxes.keys() == {"company", "total"}
        page, left, top, right, bottom = boxes["total"]
        assert page == 0
        assert 0 <= left < right <= 420
        assert 0 <= top < bottom <= 260
        assert evaluate(folder, Slip, verify="warn", **given) == first
        assert len(box.requests) == 1
        assert evaluate(folder, Slip, **given).settings[0].documents[0].answer.boxes == {}
