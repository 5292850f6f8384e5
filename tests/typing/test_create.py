"""What type checkers see of the calls: mypy reads this file with the rest; the test runs only to keep it importable."""

from __future__ import annotations

from typing import Any, assert_type

import typesight
from support import Receipt


def sync_calls(client: typesight.Client) -> None:
    messages: list[dict[str, Any]] = []
    assert_type(client.create(response_model=Receipt, messages=messages), Receipt)
    assert_type(client.create(response_model=list[Receipt], messages=messages), list[Receipt])
    assert_type(client.create(response_model=int, messages=messages), int)
    assert_type(client.extract(Receipt, "r.jpg"), typesight.Extraction[Receipt])
    assert_type(client.extract(Receipt, "r.jpg").record, Receipt)
    assert_type(client.create_with_completion(response_model=Receipt, messages=messages), tuple[Receipt, Any])
    assert_type(client.chat.completions.create(response_model=Receipt, messages=messages), Receipt)


async def async_calls(client: typesight.AsyncClient) -> None:
    messages: list[dict[str, Any]] = []
    assert_type(await client.create(response_model=Receipt, messages=messages), Receipt)
    assert_type(await client.extract(Receipt, "r.jpg"), typesight.Extraction[Receipt])
    assert_type(await client.messages.create(response_model=Receipt, messages=messages), Receipt)


def test_the_calls_are_there() -> None:
    assert callable(sync_calls)
    assert callable(async_calls)
