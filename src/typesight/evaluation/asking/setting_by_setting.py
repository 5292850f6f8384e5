"""Asks setting after setting: what each run is given, what is left of the budget, and what came of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from typesight.budget import Budget
from typesight.conversation.extraction import Extraction
from typesight.errors import LedgerError, TypesightError
from typesight.evaluation.labels.labelled_document import LabelledDocument
from typesight.evaluation.runs.document_answer import DocumentAnswer
from typesight.evaluation.runs.evaluation_store import EvaluationStore
from typesight.evaluation.runs.reply_journal import ReplyJournal
from typesight.evaluation.runs.setting_run import SettingRun, read_outcome
from typesight.evaluation.setting_result import DocumentResult, SettingResult
from typesight.many.failure import Failure
from typesight.many.ledger.ledger_view import read_ledger_rows
from typesight.many.progress.run_progress import RunProgress
from typesight.many.run_terms import NamedDocument, RunTerms
from typesight.text.escapes import escape_unprintable

__all__ = ["AskingEnd", "RunEnd", "RunStart", "ask_settings"]

_LONGEST_ERROR = 300  # characters
_NEXT_TO_NOTHING = Budget(tokens=1)  # one document at most, which a validator that is stricter now may ask about


@dataclass(frozen=True, slots=True)
class RunStart:
    """A run to make: its terms, its documents with their names, each opened when its turn comes, and their number."""

    terms: RunTerms
    documents: Iterator[NamedDocument]
    total: int


@dataclass(frozen=True, slots=True)
class RunEnd:
    """What came of a run: its outcomes, how far it got, and the error or the Ctrl-C that ended it."""

    outcomes: Sequence[Extraction[Any] | Failure]
    progress: RunProgress
    error: Exception | KeyboardInterrupt | None = None


@dataclass(frozen=True, slots=True)
class AskingEnd:
    """The results of all settings, and whether Ctrl-C ended them."""

    results: tuple[SettingResult, ...]
    is_interrupted: bool = False


@dataclass
class _Budget:
    """What is left of a budget for all settings. Has state because it is spent; None has no limit."""

    whole: Budget | None
    usd: float = 0.0
    tokens: int = 0
    has_stopped: bool = False  # a run, for what is left is less than a document takes

    @property
    def is_used_up(self) -> bool:
        """Whether no more settings may begin."""
        if self.whole is None or self.has_stopped:
            return self.has_stopped
        pairs = (self.whole.usd, self.usd), (self.whole.tokens, self.tokens)
        return any(limit is not None and spent >= limit for limit, spent in pairs)

    @property
    def left(self) -> Budget | None:
        """What the next setting may spend."""
        if self.whole is None:
            return None
        if self.is_used_up:
            return _NEXT_TO_NOTHING
        usd, tokens = self.whole.usd, self.whole.tokens
        return Budget(None if usd is None else usd - self.usd, None if tokens is None else tokens - self.tokens)

    def spend(self, progress: RunProgress) -> None:
        """Count what a run has spent."""
        self.has_stopped = self.has_stopped or progress.stopped == "budget"
        self.usd += progress.cost or 0.0
        self.tokens += progress.usage.input + progress.usage.output


@dataclass
class _Asking:
    """How far the settings have been asked. Has state because errors of one setting count for the next."""

    store: EvaluationStore
    score: Callable[[Mapping[str, DocumentAnswer]], tuple[DocumentResult, ...]]
    documents: Sequence[LabelledDocument]
    budget: _Budget
    refused: dict[int, str] = field(default_factory=dict)  # by the identity of a client, why it was refused
    errors: list[Exception] = field(default_factory=list)

    def find_reason(self, run: SettingRun) -> str | None:
        """Why a setting is not begun; "" for the budget, None if it is, as one that has been asked already."""
        reason = "" if self.budget.is_used_up else self.refused.get(id(run.client))
        return None if reason is None or self._has_been_asked(run) else reason

    def finish(self, run: SettingRun, end: RunEnd, journal: ReplyJournal) -> SettingResult:
        """The result of a setting. Raises the error of a ledger, and those of the caller's scorers."""
        self.budget.spend(end.progress)
        error = end.error
        if isinstance(error, LedgerError):
            raise error
        if isinstance(error, Exception):
            self.errors.append(error)
            if not isinstance(error, TypesightError):  # a key, an account, an endpoint that is not there
                self.refused[id(run.client)] = _describe(error)
        evidence = self._read_evidence(run)
        answers = {each.source: read_outcome(each, journal, evidence.get(each.source)) for each in end.outcomes}
        is_whole = error is None and len(answers) == len(self.documents)
        why = _describe(error) if isinstance(error, Exception) else None
        return SettingResult(run.setting, self.score(answers), is_whole, why)

    def _has_been_asked(self, run: SettingRun) -> bool:
        known = self.store.list_keys()
        with suppress(Exception):  # one that cannot be opened
            return all(run.make_key(each.document) in known for each in self.documents)
        return False

    def _read_evidence(self, run: SettingRun) -> dict[str, Any]:
        """The evidence that calls have found, by document; nothing is read for it."""
        if not run.is_verified:
            return {}
        return {row["source"]: row.get("evidence") for row in read_ledger_rows(self.store.ledger)}


def ask_settings(
    runs: Sequence[SettingRun],
    documents: Sequence[LabelledDocument],
    store: EvaluationStore,
    score: Callable[[Mapping[str, DocumentAnswer]], tuple[DocumentResult, ...]],
    budget: Budget | None,
) -> Generator[RunStart, RunEnd, AskingEnd]:
    """The runs to make, each answered with what came of it; the same for both colours.

    A setting that its endpoint refuses does not end the others; if all are refused, this raises the first error. After
    the budget is used up or its client was refused, a setting is begun only if nothing of it is left to ask; after
    Ctrl-C none is. Those that are not begun have no documents.
    """
    asking = _Asking(store, score, documents, _Budget(budget))
    results: list[SettingResult] = []
    is_interrupted = False
    for number, run in enumerate(runs, start=1):
        reason = "" if is_interrupted else asking.find_reason(run)
        if reason is not None:
            results.append(SettingResult(run.setting, (), is_whole=False, error=reason or None))
            continue
        terms, journal = run.begin(store, asking.budget.left)
        if len(runs) > 1:
            _announce(f"{run.setting.name} ({number} of {len(runs)} settings)", terms.progress)
        end = yield RunStart(terms, run.name_documents(documents), len(documents))
        is_interrupted = isinstance(end.error, KeyboardInterrupt)
        results.append(asking.finish(run, end, journal))
    if asking.errors and not any(each.documents for each in results):
        raise asking.errors[0]
    return AskingEnd(tuple(results), is_interrupted)


def _announce(name: str, progress: bool | None) -> None:
    """Say whose progress comes next, where progress is shown."""
    if progress or (progress is None and sys.stderr and sys.stderr.isatty()):
        print(f"typesight: {escape_unprintable(name)}", file=sys.stderr, flush=True)


def _describe(error: Exception) -> str:
    return "; ".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())])[:_LONGEST_ERROR]
