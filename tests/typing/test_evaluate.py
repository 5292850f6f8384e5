"""The types of evaluations. mypy and pyright read this file; the test keeps it importable."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_type

import typesight
from support import Receipt
from typesight import Budget, Evaluation, LabelledDocument, SettingResult

if TYPE_CHECKING:
    from pathlib import Path

    from tenacity import AsyncRetrying, Retrying

MODELS = ["openai/gpt-4o", "local"]


def evaluations(folder: Path, client: typesight.Client, policy: Retrying, given: dict[str, Any]) -> None:
    found = typesight.evaluate(folder, Receipt, models=MODELS, sweep={"max_side": [768, None]}, match="fuzzy")
    assert_type(found, Evaluation)
    assert_type(found.settings, tuple[SettingResult, ...])
    typesight.evaluate([LabelledDocument("a", {"total": 1}, b"")], list[Receipt], models=(client, "gpt-4o"))
    typesight.evaluate(folder, answers={"theirs": folder / "rows.jsonl"})
    typesight.evaluate(folder, Receipt, models=MODELS, verify="warn", detail="low", temperature=0, max_retries=policy)
    typesight.evaluate(folder, Receipt, models=MODELS, scorers={"off": lambda record, label: 0.5}, **given)
    typesight.evaluate(folder, Receipt, models=MODELS, modle="local")  # type: ignore[call-arg]
    typesight.evaluate(folder, Receipt, models=MODELS, max_retrys=1)  # type: ignore[call-arg]
    typesight.evaluate(folder, Receipt, models=MODELS, max_retries="3")  # type: ignore[arg-type]
    typesight.evaluate(folder, Receipt, models=MODELS, detail="lo")  # type: ignore[arg-type]
    typesight.evaluate(folder, Receipt, models=MODELS, match="near")  # type: ignore[arg-type]


async def async_evaluations(folder: Path, policy: AsyncRetrying, other: Retrying) -> None:
    found = await typesight.evaluate_async(folder, Receipt, models=MODELS, run_budget=Budget(usd=1), max_retries=policy)
    assert_type(found, Evaluation)
    await typesight.evaluate_async(folder, Receipt, models=MODELS, max_retries=other)  # type: ignore[arg-type]


def estimates(folder: Path, policy: AsyncRetrying) -> None:
    price = typesight.estimate_evaluation(folder, Receipt, models=MODELS, detail="high", max_retries=policy)
    assert_type(price[0].usd, float | None)
    typesight.estimate_evaluation(folder, Receipt, models=MODELS, max_sides=1)  # type: ignore[call-arg]


def test_evaluations_are_typed() -> None:
    assert all(map(callable, (evaluations, async_evaluations, estimates)))
