"""evaluate: ask models and settings about labelled documents, and score what they answer."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Iterable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, Unpack

from typesight.budget import Budget
from typesight.client.options.call_options import EvaluationOptions
from typesight.evaluation.asking.scored_answers import Scorer
from typesight.evaluation.asking.setting_by_setting import RunEnd, RunStart
from typesight.evaluation.evaluation import Evaluation
from typesight.evaluation.evaluation_plan import Documents, make_plan
from typesight.evaluation.runs.evaluation_store import explain_ledger
from typesight.evaluation.runs.setting_estimate import SettingEstimate, estimate_setting
from typesight.evaluation.scoring.field_verdict import Match
from typesight.many.async_extraction_run import AsyncExtractionRun
from typesight.many.extraction_run import ExtractionRun

if TYPE_CHECKING:
    from tenacity import AsyncRetrying, Retrying

__all__ = ["estimate_evaluation", "evaluate", "evaluate_async"]

_Steps = Generator[RunStart, RunEnd, Evaluation]


def evaluate(
    folder_or_documents: Documents,
    response_model: Any = None,
    *,
    models: Any = (),
    answers: Mapping[str, str | PathLike[str]] | None = None,
    sweep: Mapping[str, Iterable[Any]] | None = None,
    labels: str | PathLike[str] | None = None,
    store: str | PathLike[str] | None = None,
    match: Match = "normalised",
    scorers: Mapping[str, Scorer] | None = None,
    run_budget: Budget | None = None,
    concurrency: int | Literal["auto"] | None = "auto",
    progress: bool | Literal["auto"] | None = "auto",
    **extract_options: Unpack[EvaluationOptions[Retrying]],
) -> Evaluation:
    """Ask models and settings about documents whose right values are known, and score what they answer.

    `folder_or_documents` is a folder whose labels are in `labels.jsonl`, in a JSON file beside each document or at
    `labels`; or LabelledDocuments. `models` are names (`openai/gpt-6-luna`, `local`), clients, or pairs of a client and
    a model's name; each is asked with every combination of `sweep`, such as `{"max_side": [768, 1024]}`.
    `extract_options` are those of `extract` and hold for all, but for OpenAI's `store`, which a client takes; so does
    `detail`, OpenAI's level of detail, which can be swept too. `answers` are answers in files, by the name that they
    get in the result. `scorers` are functions of a record and its label, as JSON data.

    What was paid for is kept in the folder `store`, `.typesight-eval` within that of the documents if none is given:
    the same call again asks nothing and costs nothing, and goes on where it was stopped. `run_budget` is for all
    settings together.

    Raises LabelError, SchemaError, ModeError, TypeError and ValueError before anything is asked, LedgerError for a
    store that cannot be used, and EvaluationInterrupted, a KeyboardInterrupt with the evaluation so far, after Ctrl-C.
    A setting whose endpoint refuses the key has its `error` in the result; if all are refused, that error is raised.
    """
    plan = make_plan(
        folder_or_documents, response_model, is_async=False, models=models, answers=answers, sweep=sweep, labels=labels,
        store=store, match=match, scorers=scorers, run_budget=run_budget,
        options={**extract_options, "concurrency": concurrency, "progress": progress},
    )  # fmt: skip
    try:
        steps, end = plan.ask(), None
        while isinstance(step := _advance(steps, end), RunStart):
            with explain_ledger():
                end = _run(step)
        return step
    finally:
        for client in plan.made:
            client.close()


async def evaluate_async(
    folder_or_documents: Documents,
    response_model: Any = None,
    *,
    models: Any = (),
    answers: Mapping[str, str | PathLike[str]] | None = None,
    sweep: Mapping[str, Iterable[Any]] | None = None,
    labels: str | PathLike[str] | None = None,
    store: str | PathLike[str] | None = None,
    match: Match = "normalised",
    scorers: Mapping[str, Scorer] | None = None,
    run_budget: Budget | None = None,
    concurrency: int | Literal["auto"] | None = "auto",
    progress: bool | Literal["auto"] | None = "auto",
    **extract_options: Unpack[EvaluationOptions[AsyncRetrying]],
) -> Evaluation:
    """As `evaluate`, for asynchronous code and clients."""
    plan = await asyncio.to_thread(
        make_plan, folder_or_documents, response_model, is_async=True, models=models, answers=answers, sweep=sweep,
        labels=labels, store=store, match=match, scorers=scorers, run_budget=run_budget,
        options={**extract_options, "concurrency": concurrency, "progress": progress},
    )  # fmt: skip
    try:
        steps, end = plan.ask(), None
        while isinstance(step := await asyncio.to_thread(_advance, steps, end), RunStart):
            with explain_ledger():
                end = await _run_async(step)
        return step
    finally:
        for client in plan.made:
            await client.close()


def estimate_evaluation(
    folder_or_documents: Documents,
    response_model: Any,
    *,
    models: Any,
    sweep: Mapping[str, Iterable[Any]] | None = None,
    labels: str | PathLike[str] | None = None,
    store: str | PathLike[str] | None = None,
    **extract_options: Unpack[EvaluationOptions[Retrying | AsyncRetrying]],
) -> tuple[SettingEstimate, ...]:
    """What `evaluate` with these arguments would take, setting by setting; nothing is sent and no pixel is decoded.

    Documents that the store has already are not counted again. Raises as `evaluate`.
    """
    plan = make_plan(
        folder_or_documents, response_model, is_async=None, models=models, sweep=sweep, labels=labels, store=store,
        options=extract_options,
    )  # fmt: skip
    known = plan.store.list_keys()
    try:
        return tuple(estimate_setting(run, plan.documents, known) for run in plan.runs)
    finally:
        for client in plan.made:
            client.close()


def _advance(steps: _Steps, end: RunEnd | None) -> RunStart | Evaluation:
    """The next run to make, or the evaluation after the last one."""
    try:
        return next(steps) if end is None else steps.send(end)
    except StopIteration as stop:
        evaluation: Evaluation = stop.value
        return evaluation


def _run(start: RunStart) -> RunEnd:
    run: ExtractionRun[Any] = ExtractionRun(start.terms, start.documents, start.total)
    outcomes = []
    try:
        for outcome in run:
            outcomes.append(outcome)  # noqa: PERF402 - those before an error count
    except (Exception, KeyboardInterrupt) as error:
        return RunEnd(outcomes, run.progress, error)
    return RunEnd(outcomes, run.progress)


async def _run_async(start: RunStart) -> RunEnd:
    outcomes = []
    async with AsyncExtractionRun[Any](start.terms, start.documents, start.total) as run:
        try:
            async for outcome in run:
                outcomes.append(outcome)  # noqa: PERF401 - those before an error count
        except (Exception, KeyboardInterrupt) as error:
            return RunEnd(outcomes, run.progress, error)
    return RunEnd(outcomes, run.progress)
