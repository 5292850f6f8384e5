"""Calls for the tests of the loop: a bill, the replies to it, and drivers that pickle the loop or stop at a step."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont
from pydantic import BaseModel

from support import Clients, made
from typesight import Budget, Extraction, Image, Reasking
from typesight.drive.perform import perform, perform_async
from typesight.drive.run import Run
from typesight.loop.loop import Loop
from typesight.loop.needs import Came, Done, Failed, Need
from typesight.loop.states import State
from typesight.testing import Fault, Reply, Sandbox

Start = Callable[..., Sandbox]


class Bill(BaseModel):
    company: str
    date: date
    total: Decimal


TRUE = {"company": "Harbour Cafe Ltd", "date": "2026-11-20", "total": "5.60"}
WRONG = {**TRUE, "total": "5.80"}  # valid, but printed nowhere
BAD = {**TRUE, "total": "5.6O"}
WORSE = {**TRUE, "total": "5.B0"}
RECORD = Bill.model_validate(TRUE)

# How each wire's endpoint refuses the first mode, and a reply that stopped at the token limit.
REFUSALS = {
    "chat": Fault(400, message="'response_format' of type 'json_schema' is not supported with this model."),
    "responses": Fault(400, message="The compiled grammar is too large. Simplify your schema."),
    "messages": Fault(400, message="output_config: Extra inputs are not permitted"),
}
CUT = {
    "chat": Reply(text='{"company"', stop="length"),
    "responses": Reply(text='{"company"', stop="max_output_tokens"),
    "messages": Reply(text='{"company"', stop="max_tokens"),
}
NO_REPLY = Fault(200, body=b"[]", headers={"content-type": "application/json"})
AMPLE = Budget(tokens=1_000_000)


@cache
def draw_page() -> bytes:
    """A bill in large print as PNG, 900 x 700 pixels."""
    paper = Pillow.new("RGB", (900, 700), "white")
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(size=40)
    for row, text in enumerate(("HARBOUR CAFE LTD", "Date: 20/11/2026", "Green tea 2.50", "Scone 3.10", "TOTAL 5.60")):
        pen.text((60, 60 + 110 * row), text, "black", font)
    file = BytesIO()
    paper.save(file, "PNG")
    return file.getvalue()


@dataclass(frozen=True)
class Scene:
    """A call of `extract`: its options, what the endpoint answers, and what the one of a model that takes over does.

    `document` makes the picture from the URL of one; `successor` are the options of the client that takes over.
    """

    answers: tuple[object, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    others: tuple[object, ...] = ()
    document: Callable[[str], Any] = lambda url: draw_page()
    wire: str = "chat"
    successor: Mapping[str, Any] = field(default_factory=dict)
    zoom: bool = False


def everything(wire: str) -> Scene:
    """A call with a mode fallback, a broken body, a cut reply, two reasks, another model and a challenge."""
    options = {"turn": "auto", "hint": "ocr", "verify": "reask", "max_retries": 3, "max_tokens": 500, "budget": AMPLE}
    answers = (REFUSALS[wire], NO_REPLY, CUT[wire], BAD, WORSE)
    return Scene(answers, options, (WRONG, TRUE), wire=wire, zoom=True)


@dataclass(frozen=True)
class Stage:
    """A scene on servers of its own: the client, the document, the options, and what the servers have got."""

    client: Any
    document: Any
    options: Mapping[str, Any]
    boxes: tuple[Sandbox, ...]

    @property
    def bodies(self) -> list[list[Any]]:
        """The bodies that each server has got."""
        return [[request.body for request in box.requests] for box in self.boxes]

    @property
    def requests(self) -> int:
        """How many requests the servers have got."""
        return sum(len(box.requests) for box in self.boxes)

    def extract(self) -> Any:
        """Run the call as a user does."""
        return self.client.extract(Bill, self.document, **self.options)

    def make_run(self) -> Run:
        """The run of the call, at its beginning."""
        call, source = self.client._read_extraction_call(Bill, self.document, self.options)
        run: Run = call.make_run(self.client._make_means(call, source))
        return run


def set_stage(
    scene: Scene,
    start: Start,
    clients: Clients,
    url: str = "",
    *,
    asynchronous: bool = False,
    sdk: Mapping[str, Any] | None = None,
    **options: Any,
) -> Stage:
    """Start the servers of a scene, and make its clients."""
    boxes = [start(*scene.answers)]
    sdk = {"max_retries": 2, **(sdk or {})}
    client = made(
        clients, scene.wire, boxes[0], asynchronous=asynchronous, sdk=sdk, profile=scene.options.get("profile")
    )
    escalate: list[Any] = []
    if scene.others:
        boxes.append(start(*scene.others))
        other = "chat" if scene.wire == "messages" else "messages"
        second = made(clients, other, boxes[1], asynchronous=asynchronous, sdk=sdk, **scene.successor)
        escalate = [(second, "gpt-5.5" if other == "chat" else "claude-opus-5-5")]
    reask = Reasking(zoom=scene.zoom, escalate=escalate)
    return Stage(client, scene.document(url), {"turn": False, **scene.options, "reask": reask, **options}, tuple(boxes))


def copy_by_pickle(loop: Loop[Any]) -> Loop[Any]:
    """The loop as another process would have it."""
    copy: Loop[Any] = pickle.loads(pickle.dumps(loop))
    return copy


def keep(loop: Loop[Any]) -> Loop[Any]:
    """The loop itself."""
    return loop


def step_through(run: Run, between: Callable[[Loop[Any]], Loop[Any]] = keep, broken: State | None = None) -> Any:
    """Run a call by hand, with something `between` any two steps; in the state `broken` it cannot be done."""
    loop = between(run.loop)
    while not isinstance(need := loop.need, Done):
        came = Failed(OSError("broken")) if loop.state is broken else do(need, run)
        loop = between(loop)
        loop.tell(came)
        loop = between(loop)
    return loop.conclude()


def do(need: Need, run: Run) -> Came:
    """Do what a loop needs; an error is what came of it."""
    assert not isinstance(need, Done)
    try:
        return perform(need, run.means)
    except Exception as error:
        return Failed(error)


async def step_through_async(run: Run, between: Callable[[Loop[Any]], Loop[Any]] = keep) -> Any:
    """As `step_through`, for an asynchronous client."""
    loop = between(run.loop)
    while not isinstance(need := loop.need, Done):
        try:
            came: Came = await perform_async(need, run.means)
        except Exception as error:
            came = Failed(error)
        loop = between(loop)
        loop.tell(came)
        loop = between(loop)
    return loop.conclude()


def describe(got: Extraction[Any]) -> dict[str, Any]:
    """What an extraction says, but for how long its attempts took."""
    attempts = tuple(replace(attempt, seconds=0) for attempt in got.attempts)
    return replace(got, attempts=attempts).to_dict() | {"evidence": None}


def find_gone_file(folder: Any) -> tuple[Image, Callable[[object], object]]:
    """A picture in a file, and a reply that deletes it: what was sent cannot be read again."""
    path = folder / "bill.png"
    path.write_bytes(draw_page())

    def answer(_: object) -> object:
        path.unlink()
        return TRUE

    return Image.from_path(path), answer
