"""EvaluationPlan: an evaluation whose arguments are read and checked; nothing is asked or paid yet."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, get_args

from typesight.budget import Budget
from typesight.client.common_client import CommonClient
from typesight.client.connect import from_provider
from typesight.client.options.many_options import RUN_ROWS
from typesight.errors import LabelError
from typesight.evaluation.asking.scored_answers import AnswerScorer, Scorer, make_scorer
from typesight.evaluation.asking.setting_by_setting import AskingEnd, RunEnd, RunStart, ask_settings
from typesight.evaluation.evaluation import Evaluation
from typesight.evaluation.evaluation_interrupted import EvaluationInterrupted
from typesight.evaluation.labels.label_fields import LabelWarning, find_record_schema, find_written_schema, match_labels
from typesight.evaluation.labels.label_files import read_labels
from typesight.evaluation.labels.labelled_document import LabelledDocument
from typesight.evaluation.runs.answer_files import match_answers, read_answers
from typesight.evaluation.runs.document_answer import DocumentAnswer
from typesight.evaluation.runs.evaluation_store import STORE_NAME, EvaluationStore, make_store
from typesight.evaluation.runs.setting import Setting
from typesight.evaluation.runs.setting_run import SettingRun, prepare_setting
from typesight.evaluation.runs.sweep import expand_settings
from typesight.evaluation.scoring.field_verdict import Match
from typesight.evaluation.setting_result import SettingResult
from typesight.schema.target import make_target

__all__ = ["Documents", "EvaluationPlan", "make_plan"]

Documents = str | PathLike[str] | Iterable[LabelledDocument]
"""A folder with labels, or documents whose labels were read otherwise."""

# Options that say nothing about what is asked, or are no data.
_NOT_KEPT = RUN_ROWS.keys() | {"hooks", "context"}
_NO_ANSWER = "no answer"
_MOST_NAMED = 5  # documents that a warning names


@dataclass(frozen=True)
class EvaluationPlan:
    """What an evaluation asks and how it scores.

    `options` are those that all settings share. `made` are the clients that were made for it, to be closed.
    """

    scorer: AnswerScorer
    schema_name: str
    match: Match
    folder: Path | None
    answered: tuple[SettingResult, ...] = ()
    runs: tuple[SettingRun, ...] = ()
    store: EvaluationStore = field(default_factory=lambda: EvaluationStore(Path(STORE_NAME)))
    budget: Budget | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    made: Sequence[Any] = field(default=())

    @property
    def documents(self) -> Sequence[LabelledDocument]:
        """The documents, in the order of the labels."""
        return self.scorer.documents

    def ask(self) -> Generator[RunStart, RunEnd, Evaluation]:
        """The runs to make, each answered with what came of it. Raises EvaluationInterrupted after Ctrl-C."""
        end = AskingEnd(())
        if self.runs:
            store = make_store(self.store.folder)
            end = yield from ask_settings(self.runs, self.documents, store, self.scorer.score, self.budget)
        folder = str(self.folder) if self.folder else None
        evaluation = Evaluation((*end.results, *self.answered), self.schema_name, self.match, folder, self.options)
        if end.is_interrupted:
            raise EvaluationInterrupted(evaluation)
        return evaluation


def make_plan(
    folder_or_documents: Documents,
    response_model: Any,
    *,
    is_async: bool | None,
    models: Any = (),
    answers: Mapping[str, str | PathLike[str]] | None = None,
    sweep: Mapping[str, Iterable[Any]] | None = None,
    labels: str | PathLike[str] | None = None,
    store: str | PathLike[str] | None = None,
    match: Match = "normalised",
    scorers: Mapping[str, Scorer] | None = None,
    run_budget: Budget | None = None,
    options: Mapping[str, Any],
) -> EvaluationPlan:
    """Read and check the arguments of an evaluation; `is_async` is the colour of its clients, None for either.

    Raises LabelError, SchemaError, ModeError, TypeError and ValueError.
    """
    settings = expand_settings(models, sweep)
    folder = Path(folder_or_documents) if isinstance(folder_or_documents, str | PathLike) else None
    _check_arguments(settings, answers, response_model, options, folder=folder, store=store)
    documents = _read_documents(folder_or_documents, labels)
    target = None if response_model is None else make_target(response_model)
    schema = None if target is None else find_record_schema(target)
    if target is not None and schema is not None:
        documents = match_labels(documents, find_written_schema(target), target.name)
    if match not in get_args(Match):
        raise ValueError(f"match={match!r} is not one of {', '.join(get_args(Match))}")
    if settings and (missing := [each.source for each in documents if each.document is None]):
        raise ValueError(f"{missing[0]} has no document=: without one, only answers= can be scored")
    scorer = make_scorer(documents, schema, match, scorers)
    answered = tuple(_score_file(name, path, scorer) for name, path in (answers or {}).items())
    clients = _make_clients(settings, is_async=is_async)
    given = {**options, "run_budget": run_budget}
    runs = [prepare_setting(each, clients[each.model, id(each.client)], response_model, given) for each in settings]
    return EvaluationPlan(
        scorer,
        "" if target is None else target.name,
        match,
        folder,
        answered,
        tuple(runs),
        EvaluationStore(Path(store) if store else (folder or Path()) / STORE_NAME),
        run_budget,
        {name: each for name, each in options.items() if name not in _NOT_KEPT and each is not None},
        [client for (_, given_client), client in clients.items() if given_client == id(None)],
    )


def _read_documents(folder_or_documents: Documents, labels: str | PathLike[str] | None) -> tuple[LabelledDocument, ...]:
    """The labelled documents. Raises LabelError, TypeError and ValueError."""
    if isinstance(folder_or_documents, str | PathLike):
        return read_labels(folder_or_documents, labels)
    if labels is not None:
        raise TypeError("labels= is for the documents of a folder: these have theirs")
    documents = tuple(folder_or_documents)
    for each in documents:
        if not isinstance(each, LabelledDocument):
            raise TypeError(f"documents must be a folder or LabelledDocuments, not {type(each).__name__}")
    counts = Counter(each.source for each in documents)
    if twice := [source for source, count in counts.items() if count > 1]:
        raise ValueError(f"two documents are named {twice[0]}: give each a source of its own")
    if not documents:
        raise LabelError("there are no documents: give at least one")
    return documents


def _check_arguments(
    settings: Sequence[Setting],
    answers: Mapping[str, Any] | None,
    response_model: Any,
    options: Mapping[str, Any],
    *,
    folder: Path | None,
    store: Any,
) -> None:
    """Raise TypeError or ValueError for arguments that do not go together."""
    if not isinstance(answers, Mapping | None):
        raise TypeError(f"answers= must be a dict of paths by name, as {{'other': 'a.jsonl'}}, not {answers!r:.60}")
    if not settings and not answers:
        raise TypeError("give models= to ask, or answers= to score, or both")
    if settings and response_model is None:
        raise TypeError("give a response_model to ask models for; only answers= can be scored without one")
    if settings and folder is None and store is None:
        raise TypeError("give store=, the folder that keeps the replies: these documents have no folder")
    asked = [name for name in options if name not in ("concurrency", "progress")]
    if not settings and asked:
        raise TypeError(f"{asked[0]}= is an option of asking, and there are no models=")
    names = {setting.name for setting in settings}
    for name in answers or {}:
        if name in names:
            raise ValueError(f"answers= and models= both have {name}: give the answers another name")


def _make_clients(settings: Sequence[Setting], *, is_async: bool | None) -> dict[tuple[str, int], CommonClient]:
    """The client of each model, made for those that are given by name. Raises TypeError for one of the other colour."""
    clients: dict[tuple[str, int], CommonClient] = {}
    for each in settings:
        key = (each.model, id(each.client))
        if key in clients:
            continue
        if each.client is None:
            clients[key] = from_provider(each.model, async_client=True) if is_async else from_provider(each.model)
        elif is_async is not None and each.client._is_async is not is_async:
            kind, there = ("synchronous", "evaluate") if is_async else ("asynchronous", "await evaluate_async")
            raise TypeError(f"the client for {each.model} is {kind}: use {there}(...)")
        else:
            clients[key] = each.client
    return clients


def _score_file(name: str, path: str | PathLike[str], scorer: AnswerScorer) -> SettingResult:
    """The result of answers in a file; a document without one has failed, which a warning says."""
    sources = [each.source for each in scorer.documents]
    answers = read_answers(path)
    found = match_answers(answers, sources)
    if not found:
        raise LabelError(f"{path} has no answer to any of these documents: is {sources[0]} named otherwise there?")
    missing = {source: DocumentAnswer(source, error=_NO_ANSWER) for source in sources if source not in found}
    if missing:
        others = sorted(answers.keys() - {each.source for each in found.values()})
        instead = f"; it has answers to {_list_some(others)}, which are not among them" if others else ""
        warnings.warn(
            f"{path} has no answer to {len(missing)} of {len(sources)} documents, which count as failed: "
            f"{_list_some([*missing])}{instead}",
            LabelWarning,
            stacklevel=2,
        )
    return SettingResult(Setting(name), scorer.score({**missing, **found}))


def _list_some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more}"
