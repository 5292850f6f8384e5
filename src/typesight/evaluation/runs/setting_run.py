"""SettingRun: one setting, checked and ready to be asked as a run over many documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from typesight.budget import Budget
from typesight.client.common_client import CommonClient
from typesight.client.many_documents import list_limits, read_run
from typesight.conversation.extraction import Extraction
from typesight.evaluation.labels.labelled_document import LabelledDocument
from typesight.evaluation.runs.answer_files import read_boxes
from typesight.evaluation.runs.document_answer import DocumentAnswer, tell_failure
from typesight.evaluation.runs.evaluation_store import EvaluationStore
from typesight.evaluation.runs.reader_digest import hash_reader
from typesight.evaluation.runs.reply_journal import ReplyJournal
from typesight.evaluation.runs.setting import Setting
from typesight.evaluation.runs.sweep import read_model
from typesight.images.documents import split_document
from typesight.images.image import Image
from typesight.images.image_hints import make_hints
from typesight.many.failure import Failure
from typesight.many.ledger.document_key import describe_question, hash_question, make_document_key
from typesight.many.run_terms import NamedDocument, RunTerms
from typesight.models.profiles import Detail
from typesight.text.escapes import escape_surrogates
from typesight.usage import Usage, add_known

__all__ = ["DETAIL", "SettingRun", "read_outcome", "prepare_setting"]

DETAIL = "detail"
"""An option of an evaluation that is none of `extract`, where each Image has its own: OpenAI's level of detail."""
_REFUSED = {
    "cache": "an evaluation keeps its own replies, in store=",
    "ledger": "an evaluation keeps its own ledger, in store=",
    "only_failed": "an evaluation takes all documents",
    "model": "give each model in models=",
    "source": "the labels name the documents",
}


@dataclass(frozen=True, slots=True)
class SettingRun:
    """A setting whose options are checked. `given` are the options of `extract_many` that it is asked with.

    `asked` is all that an outcome depends on besides the pictures; `recorded` is what a reply depends on. `detail` is
    OpenAI's level of detail for pictures that have none.
    """

    setting: Setting
    client: CommonClient
    response_model: Any
    given: Mapping[str, Any]
    asked: Mapping[str, Any]
    recorded: str
    is_local: bool
    is_verified: bool
    detail: Detail | None = None

    @property
    def question(self) -> str:
        """The digest under which the ledger knows the outcomes, as a run makes it."""
        return hash_question(describe_question(self.asked))

    def name_documents(self, documents: Iterable[LabelledDocument]) -> Iterator[NamedDocument]:
        """The documents with their names, as this setting sends them."""
        return ((each.source, self.mark_detail(each.document)) for each in documents)

    def make_key(self, document: Any) -> str:
        """The key under which the ledger knows what this setting answered to a document. Raises ImageError."""
        return make_document_key(split_document(self.mark_detail(document)), self.question)

    def mark_detail(self, document: Any) -> Any:
        """A document whose pictures have this setting's level of detail; one that cannot be opened as it is."""
        if self.detail is None:
            return document
        with suppress(Exception):  # it is opened again when its turn comes, and fails then
            return [Image(page, detail=page.detail or self.detail) for page in split_document(document)]
        return document

    def begin(self, store: EvaluationStore, budget: Budget | None) -> tuple[RunTerms, ReplyJournal]:
        """The terms of its run, and the journal of its replies. Raises ValueError for files of another program."""
        journal = store.open_journal(self.recorded)
        given = {**self.given, "ledger": store.ledger, "cache": store.open_replies(self.recorded)}
        given["hooks"] = _add_hook(self.given.get("hooks"), journal)
        terms = read_run(self.client, self.response_model, given)
        return replace(terms, asked=self.asked, budget=budget, keeps_failures=True), journal


def prepare_setting(
    setting: Setting, client: CommonClient, response_model: Any, options: Mapping[str, Any]
) -> SettingRun:
    """Check a setting. Raises TypeError, ValueError, SchemaError and ModeError, with a note of the setting."""
    model = read_model(setting)
    try:
        for name in options.keys() & _REFUSED.keys():
            raise TypeError(f"{name}= is no option here: {_REFUSED[name]}")
        given = {**options, **setting.options, **({"model": model} if model else {})}
        detail = make_hints(given.pop(DETAIL, None)).detail
        terms = read_run(client, response_model, given)
        limits = list_limits(client, given)
    except Exception as error:
        error.add_note(f"in the setting {setting.name}")
        raise
    question = {**terms.asked, "server": getattr(client._connection, "server", None)}
    asked = {**question, **limits, **(_describe_reader(client) if terms.is_local else {})}
    recorded = hash_question(describe_question({**question, **({DETAIL: detail} if detail else {})}))
    is_verified = terms.asked.get("verify", "off") != "off"
    return SettingRun(setting, client, response_model, given, asked, recorded, terms.is_local, is_verified, detail)


def _describe_reader(client: CommonClient) -> dict[str, Any]:
    """What a reading on this machine depends on: the reader's code, and its engine."""
    engine = getattr(getattr(client._connection, "reader", None), "engine", None)
    return {"reader": hash_reader(), "engine": [type(engine).__qualname__, engine]}


def read_outcome(outcome: Extraction[Any] | Failure, journal: ReplyJournal, evidence: Any = None) -> DocumentAnswer:
    """The answer to a document; `evidence` as JSON data, if it was found."""
    told, paid = outcome.to_dict(), [journal.find(outcome.source, attempt) for attempt in outcome.attempts]
    why = tell_failure(told) if isinstance(outcome, Failure) else None
    return DocumentAnswer(
        source=outcome.source,
        record=told.get("record"),
        error=why and escape_surrogates(why),
        usage=sum((each.usage for each in paid), Usage()),
        cost=add_known(each.cost for each in paid),
        seconds=add_known(each.seconds for each in paid) if paid else None,
        attempts=len(paid),
        confidence=dict(getattr(outcome, "confidence", {})),
        boxes=read_boxes(evidence),
    )


def _add_hook(hooks: Any, journal: ReplyJournal) -> dict[str, Any]:
    """The caller's hooks, and one that notes what each reply takes."""
    given = dict(hooks or {})
    replies = given.get("reply", ())
    listed = [replies] if callable(replies) else list(replies)
    return {**given, "reply": [*listed, journal.note]}
