"""What is no type is refused as a response_model in words that say what to give, before anything is sent."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Any

import pytest

from support import RECORD, WIRES, Clients, Receipt, made
from typesight import SchemaError
from typesight.testing import Sandbox

Start = Callable[..., Sandbox]


@dataclass
class Slip:
    number: str = ""


class Kind(Enum):
    RECEIPT = "receipt"


# Rows: (what is given, what is said).
GIVEN: list[tuple[Any, str]] = [
    ({}, "an empty dict cannot be a response_model: give a type, or None for the SDK's own reply"),
    (
        Receipt.model_json_schema(),
        r"a JSON Schema \(a dict\) cannot be a response_model: give the type that it describes",
    ),
    ({"type": "object"}, "a JSON Schema"),
    ({"total": Decimal}, "a dict cannot be a response_model: give a type, such as a pydantic model"),
    (Receipt.model_fields, "a dict cannot be a response_model"),
    (RECORD, "an instance of Receipt cannot be a response_model: give the class itself"),
    (Slip(), "an instance of Slip cannot be a response_model: give the class itself"),
    (Kind.RECEIPT, "an instance of Kind cannot be a response_model"),
    (json, "the module json cannot be a response_model: give a class in it"),
    ([Receipt], r"a list cannot be a response_model: write list\[Item\] for a list of items"),
    ([], "a list cannot be a response_model"),
    ((Receipt, Slip), r"a tuple cannot be a response_model: .* Item \| Other for one of two types"),
    ("Receipt", "a string .str. cannot be a response_model: give the class itself, not its name"),
    (3, "a value of type int cannot be a response_model: give a type"),
    (lambda text: Receipt, r"a function \(<lambda>\) cannot be a response_model: give a type"),
    (inspect.isroutine, r"a function \(isroutine\) cannot be a response_model"),
    (partial(int), r"a function \(partial\) cannot be a response_model"),
    (list[partial(int)], r"a function \(partial\) cannot be a response_model"),  # type: ignore[misc]  # what is refused
    (list[{}], "an empty dict cannot be a response_model"),  # type: ignore[misc]  # what is refused
    (dict[str, json], "the module json cannot be a response_model"),  # type: ignore[valid-type]  # as above
]

MESSAGES = [{"role": "user", "content": "Read."}]


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(("given", "said"), GIVEN, ids=[row[1][:40] for row in GIVEN])
async def test_what_is_no_type_is_refused_in_words(
    given: Any, said: str, wire: str, asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    box = sandbox({})
    client = made(clients, wire, box, asynchronous=asynchronous)
    for name in ("create", "create_with_completion", "create_partial", "create_iterable", "estimate"):
        with pytest.raises(SchemaError, match=said):
            got = getattr(client, name)(response_model=given, messages=MESSAGES)
            await got if inspect.isawaitable(got) else got
    with pytest.raises(SchemaError, match=said):
        got = client.extract(given, "no such file.png")
        await got if inspect.isawaitable(got) else got
    assert box.requests == []


def test_a_name_that_means_nothing_is_refused_in_words(sandbox: Start, clients: Clients) -> None:
    box = sandbox({})
    with pytest.raises(SchemaError, match="cannot be a response_model"):
        made(clients, "chat", box).create(response_model=list["Nowhere"], messages=MESSAGES)  # type: ignore[name-defined]  # noqa: F821
    assert box.requests == []
