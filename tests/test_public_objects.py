"""A public object has public names only: what docs/objects.md lists is what `dir()` shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import typesight
from support import BAD, GOOD, Clients, Receipt
from typesight.evaluation.runs.setting import Setting
from typesight.testing import FakeModel, Fault, NetworkBlock, Sandbox

DOCS = Path(__file__).parents[1] / "docs" / "objects.md"


def table() -> dict[str, set[str]]:
    """The table of the docs: the names of each object."""
    rows = re.findall(r"^\| (`.*?`) \| (`.*`) \|$", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {
        name.rpartition(".")[2]: set(re.findall(r"`(\w+)`", names))
        for objects, names in rows
        for name in re.findall(r"`([\w.]+)`", objects)
    }


def public_names(value: Any) -> set[str]:
    """The names that an object shows, but for those that it has from Pydantic or as an exception."""
    inherited = {*dir(BaseModel)} if isinstance(value, BaseModel) else set()
    inherited |= {*dir(Exception)} if isinstance(value, BaseException) else set()
    fields = set(getattr(type(value), "model_fields", {}))
    return {name for name in {*dir(value), *fields} - inherited if not name.startswith("_")}


def objects(box: Sandbox, clients: Clients, picture: bytes) -> dict[str, Any]:
    """One object of each class of the table, made by a call that needed a repair and failed once."""
    client = clients.sync("openai", box)
    events: dict[str, Any] = {}
    for name in ("request", "reply", "complaint", "record", "failure"):
        client.on(name, lambda event: events.setdefault(type(event).__name__, event))
    with pytest.raises(typesight.ExtractionFailed) as failed:
        client.extract(Receipt, picture, max_retries=0)
    extraction = client.extract(Receipt, picture)
    client.extract(Receipt, picture)  # needs a reask
    return {
        "Client": client,
        "AsyncClient": clients.asynchronous("openai", box),
        "Extraction": extraction,
        "Attempt": extraction.attempts[0],
        "Usage": extraction.usage,
        "Repair": extraction.repairs[0],
        "Evidence": typesight.Evidence("unchecked"),
        "Estimate": client.estimate(messages=[{"role": "user", "content": "x"}]),
        "Image": typesight.Image(picture),
        "EncodedImage": extraction.images[0],
        "Maybe": typesight.Maybe[Receipt](result=None, reason="blank"),
        "Budget": typesight.Budget(tokens=1),
        "Reasking": typesight.Reasking(),
        "Downloads": typesight.Downloads(),
        "Autodetect": typesight.Autodetect(),
        "ExtractionRun": client.extract_many(Receipt, []),
        "AsyncExtractionRun": clients.asynchronous("openai", box).extract_many(Receipt, []),
        "Failure": typesight.Failure("a", failed.value),
        "RunProgress": typesight.RunProgress(),
        "Evaluation": typesight.Evaluation((), "Receipt"),
        "SettingResult": typesight.SettingResult(Setting("local"), ()),
        "LabelledDocument": typesight.LabelledDocument("a.jpg", {}),
        "EvaluationInterrupted": typesight.EvaluationInterrupted(typesight.Evaluation((), "Receipt")),
        "DocumentFailed": typesight.DocumentFailed("no"),
        "LedgerError": typesight.LedgerError("no"),
        "ExtractionFailed": failed.value,
        "FakeModel": FakeModel([]),
        "MemoryCache": typesight.MemoryCache(),
        "DiskCache": typesight.DiskCache("never opened"),
        "Recorded": typesight.Recorded("never written", record=True),
        "Sandbox": box,
        "Fault": Fault(500),
        **events,
        "SandboxRequest": box.requests[0],
        "ReceivedPicture": box.requests[0].pictures[0],
        "NetworkBlock": NetworkBlock(),
    }


def test_what_an_object_shows_is_what_the_docs_list(
    sandbox: Callable[..., Sandbox], clients: Clients, picture: bytes
) -> None:
    box = sandbox({"company": 1}, {"company": "Corner Shop", "date": "2026-11-20", "total": "£ 73.50"}, BAD, GOOD)
    shown = {name: public_names(value) for name, value in objects(box, clients, picture).items()}
    listed = table()
    assert listed == shown
