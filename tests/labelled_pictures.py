"""What the tests of evaluations share: pictures that a stand-in for a model can tell apart, with their labels."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image as Pillow
from PIL import ImageDraw
from pydantic import BaseModel

from typesight.evaluation.evaluation import Evaluation
from typesight.testing import SandboxRequest

LIGHTEST, STEP = 250, 8  # grey levels


class Bill(BaseModel):
    """What a bill says."""

    company: str
    total: float


def draw_bill(number: int) -> bytes:
    """A picture whose paper is darker for a higher number, up to 15: PNG."""
    page = Pillow.new("L", (240, 240), LIGHTEST - STEP * number)
    pen = ImageDraw.Draw(page)
    pen.text((20, 10), f"Shop {number}", 0, font_size=30)
    pen.text((20, 190), f"Total {number}.50", 0, font_size=30)
    file = BytesIO()
    page.save(file, "PNG")
    return file.getvalue()


def label_bill(number: int) -> dict[str, Any]:
    """The right values of a bill."""
    return {"company": f"Shop {number}", "total": number + 0.5}


def read_number(request: SandboxRequest) -> int:
    """The number of the bill in a request, by its paper."""
    with Pillow.open(BytesIO(request.pictures[0].data)) as page:
        grey = page.convert("L").getpixel((page.width // 2, page.height // 2))
    assert isinstance(grey, int)
    return round((LIGHTEST - grey) / STEP)


def read_bill(request: SandboxRequest) -> dict[str, Any]:
    """A model that reads every bill right."""
    return label_bill(read_number(request))


def read_some(request: SandboxRequest) -> dict[str, Any]:
    """As `read_bill`, but gpt-4o-mini reads no total above 1, and none at all of small pictures."""
    number = read_number(request)
    is_weak = request.body["model"] == "gpt-4o-mini" and (number > 1 or request.pictures[0].size[0] < 240)
    return {**label_bill(number), "total": 0} if is_weak else label_bill(number)


def make_folder(folder: Path, count: int = 4) -> Path:
    """A folder of bills with labels.jsonl."""
    folder.mkdir(parents=True)
    rows = []
    for number in range(count):
        (folder / f"bill{number}.png").write_bytes(draw_bill(number))
        rows.append({"image": f"bill{number}.png", "fields": label_bill(number)})
    write_rows(folder / "labels.jsonl", *rows)
    return folder


def write_rows(path: Path, *rows: Any) -> Path:
    """A file with a line of JSON for each row."""
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def list_totals(evaluation: Evaluation) -> dict[str, list[bool]]:
    """Which documents are wholly right, by setting."""
    return {each.name: [document.score.is_right for document in each.documents] for each in evaluation.settings}
