"""RunTerms: what a client gives a run of many documents."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

from typesight.budget import Budget
from typesight.conversation.extraction import Extraction
from typesight.images.pixel_memory import keep_pixel_memory
from typesight.many.desk import Desk
from typesight.many.ledger.document_key import describe_question, hash_question
from typesight.many.ledger.ledger import Ledger
from typesight.many.run_budget import RunBudget
from typesight.many.schedule import NO_MORE, Schedule
from typesight.pacing.pace import Pace
from typesight.schema.target import Target

__all__ = [
    "NamedDocument",
    "RunTerms",
    "count_cores",
    "make_desk",
    "make_schedule",
    "pull_next",
]

NamedDocument = tuple[str | None, Any]
"""A document and its name; None for one that names itself."""

# Where no number is given, a run begins with so many documents in flight, and goes up to so many.
_FIRST, _MOST = 4, 32


@dataclass(frozen=True)
class RunTerms:
    """What a run does with each document, and its limits.

    `ask` makes the call for an open document with the run's pace and workers, and returns what came of it, or of an
    asynchronous client a coroutine for it. `asked` is all that a record depends on, as data.
    `judging` is how the records of an earlier run are validated. `inspect` looks at each extraction before it is kept.
    `keeps_failures`: a document whose replies were not valid in an earlier run is not asked again; its failure counts.
    `concurrency` is the most documents in flight; None to find it out. `progress` is as for `open_progress`.
    """

    ask: Callable[..., Any]
    target: Target[Any]
    model: str
    asked: Mapping[str, Any]
    is_local: bool
    judging: Mapping[str, Any] = field(default_factory=dict)
    ledger: str | PathLike[str] | None = None
    concurrency: int | None = None
    budget: Budget | None = None
    only_failed: bool = False
    keeps_failures: bool = False
    inspect: Callable[[Extraction[Any]], object] | None = None
    progress: bool | None = False


def make_desk(terms: RunTerms) -> Desk:
    """The desk of a run, its ledger open. Raises LedgerError."""
    keep_pixel_memory(count_cores())
    asked = describe_question(terms.asked)
    question = hash_question(asked)
    ledger = None if terms.ledger is None else Ledger(terms.ledger, asked, question)
    return Desk(
        terms.target,
        terms.model,
        question,
        _make_pace(terms),
        ledger,
        terms.only_failed,
        terms.keeps_failures,
        terms.judging,
        terms.inspect,
    )


def make_schedule(terms: RunTerms, desk: Desk, total: int | None, next_document: Callable[[], Any]) -> Schedule:
    """The schedule of a run over so many documents, None if their number is not known."""
    return Schedule(next_document, total, desk.pace, RunBudget(terms.budget), desk.drain)


def pull_next(documents: Iterator[NamedDocument]) -> Any:
    """The next document and its name, or the mark that there is none."""
    return next(documents, NO_MORE)


def count_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def _make_pace(terms: RunTerms) -> Pace:
    """The pace of a run. Of the local reader each document takes a core, and more of them would only take memory."""
    fixed = terms.concurrency or (count_cores() if terms.is_local else None)
    return Pace(fixed or _MOST, fixed or _FIRST)
