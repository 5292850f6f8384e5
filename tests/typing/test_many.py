"""The types of runs over many documents. mypy and pyright read this file; the test keeps it importable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_type

import typesight
from support import Receipt
from typesight import AsyncExtractionRun, Budget, Extraction, ExtractionRun, Failure, RunProgress

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


def runs(client: typesight.Client, folder: Path) -> None:
    run = client.extract_many(Receipt, folder.glob("*.jpg"), ledger=folder / "run.db", concurrency="auto")
    assert_type(run, ExtractionRun[Receipt])
    assert_type(run.progress, RunProgress)
    for outcome in run:
        assert_type(outcome, Extraction[Receipt] | Failure)
        if isinstance(outcome, Failure):
            assert_type(outcome.error, typesight.TypesightError)
        else:
            assert_type(outcome.record, Receipt)
    assert_type(client.extract_many(list[Receipt], {"a": b""}), ExtractionRun[list[Receipt]])
    assert_type(client.extract_many(Receipt | None, []), ExtractionRun[Receipt | None])
    client.extract_many(Receipt, [], run_budget=Budget(usd=1), only_failed=True, max_retries=1, temperature=0)
    client.extract_many(Receipt, [], ledgers="run.db")  # type: ignore[call-overload]


async def async_runs(client: typesight.AsyncClient, documents: AsyncIterator[Any]) -> None:
    run = client.extract_many(Receipt, documents, progress=False)
    assert_type(run, AsyncExtractionRun[Receipt])
    async with run:
        async for outcome in run:
            assert_type(outcome, Extraction[Receipt] | Failure)
    assert_type(client.extract_many(list[Receipt], []), AsyncExtractionRun[list[Receipt]])


def test_runs_are_typed() -> None:
    assert callable(runs)
    assert callable(async_runs)
