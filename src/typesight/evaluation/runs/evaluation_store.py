"""EvaluationStore: the folder that keeps what an evaluation has paid for: its ledger, and each setting's replies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from typesight.caches.recorded import Recorded
from typesight.errors import LedgerError
from typesight.evaluation.runs.reply_journal import ReplyJournal
from typesight.many.ledger.ledger_file import is_ledger
from typesight.many.ledger.ledger_view import list_final_keys

__all__ = ["STORE_NAME", "EvaluationStore", "explain_ledger", "make_store"]

STORE_NAME = ".typesight-eval"
"""The folder within the documents' folder that is used if none is given; hidden, so that it is not read as one."""

_DIGEST = 16  # hexadecimal digits of a question that name its files


@dataclass(frozen=True, slots=True)
class EvaluationStore:
    """The folder that keeps what an evaluation has paid for."""

    folder: Path

    @property
    def ledger(self) -> Path:
        """The ledger of all settings: what came of each document."""
        return self.folder / "ledger.db"

    def list_keys(self) -> frozenset[str]:
        """The keys of all documents that need not be asked about again, each in one setting. Raises LedgerError."""
        return list_final_keys(self.ledger) if is_ledger(self.ledger) else frozenset()

    def open_replies(self, question: str) -> Recorded:
        """The recorded replies to one question. Each has a file: a recording does not tell sizes of pictures apart."""
        return Recorded(self.folder / f"replies-{question[:_DIGEST]}.jsonl", record=True)

    def open_journal(self, question: str) -> ReplyJournal:
        """What the replies to one question took when they came."""
        return ReplyJournal(self.folder / f"costs-{question[:_DIGEST]}.jsonl")


def make_store(folder: str | PathLike[str]) -> EvaluationStore:
    """Make the folder if it is not there. Raises LedgerError if it cannot be written."""
    store = EvaluationStore(Path(folder))
    try:
        store.folder.mkdir(parents=True, exist_ok=True)
        reason = None if os.access(store.folder, os.W_OK | os.X_OK) else "it cannot be written"
    except OSError as error:
        reason = error.strerror or type(error).__name__
    if reason:
        raise LedgerError(f"cannot keep replies in {store.folder} ({reason}): give another folder as the store")
    return store


@contextmanager
def explain_ledger() -> Iterator[None]:
    """Within, a ledger that cannot be opened is an error that says what else keeps what was paid for."""
    try:
        yield
    except LedgerError as error:
        what = "it may be deleted while nobody uses it, for the replies are kept beside it; another store has its own"
        raise LedgerError(f"{error}; {what}", error.lost) from error
