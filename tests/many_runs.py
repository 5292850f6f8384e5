"""What the tests of runs over many documents share: distinct pictures, and runs in both colours."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

from PIL import Image as Pillow
from PIL import ImageDraw

from support import Clients, Serving
from typesight.testing import SandboxRequest

COLOURS = ("sync", "async")


def draw_number(number: int) -> bytes:
    """A small picture that shows a number and is like no other: PNG."""
    page = Pillow.new("RGB", (220, 220), "white")
    pen = ImageDraw.Draw(page)
    pen.text((20, 80), f"No. {number}", "black", font_size=40)
    file = BytesIO()
    page.save(file, "PNG")
    return file.getvalue()


def draw_numbers(count: int, first: int = 0) -> list[bytes]:
    """So many pictures."""
    return [draw_number(number) for number in range(first, first + count)]


def make_run(clients: Clients, colour: str, box: Serving, kind: Any, documents: Any, **options: Any) -> Any:
    """A run of a client of this colour; options of the client are in `client`, of the SDK's in `sdk`."""
    make = clients.sync if colour == "sync" else clients.asynchronous
    client = make(options.pop("vendor", "openai"), box, sdk=options.pop("sdk", None), **options.pop("client", {}))
    return client.extract_many(kind, documents, **{"turn": False, **options})


async def collect(run: Any) -> list[Any]:
    """All outcomes of a run."""
    return [each async for each in run] if hasattr(run, "__aiter__") else list(run)


async def take(run: Any) -> Any:
    """The next outcome of a run; None at its end."""
    return await anext(run, None) if hasattr(run, "__aiter__") else next(run, None)


async def close(run: Any) -> None:
    """Close a run."""
    closing = run.close()
    if closing is not None:
        await closing


async def fail(run: Any) -> tuple[list[Any], BaseException | None]:
    """All outcomes of a run, and the error that ended it."""
    outcomes: list[Any] = []
    try:
        while (outcome := await take(run)) is not None:
            outcomes.append(outcome)
    except Exception as error:
        return outcomes, error
    return outcomes, None


def echo_prompt(request: SandboxRequest) -> dict[str, str]:
    """A reply that depends on nothing but the request's text."""
    return {"value": str(len(json.dumps(request.body)))}
