"""ReplyJournal: what each reply took when it came, so that a replayed one is not taken for free."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock

from typesight.attempts import Attempt
from typesight.text.escapes import escape_surrogates
from typesight.usage import Usage
from typesight.watch.events import ReplyEvent

__all__ = ["PaidReply", "ReplyJournal"]

_Key = tuple[str | None, int | None, str]
"""A document's name, the number of an attempt, and the digest of its reply; None for any."""


@dataclass(frozen=True, slots=True)
class PaidReply:
    """What one reply took: its tokens, its dollars (None if unknown), and its seconds (None if unknown)."""

    usage: Usage
    cost: float | None
    seconds: float | None


class ReplyJournal:
    """A file with a line of JSON for each reply that was paid for. Has state because it grows; threads may share it.

    A process that is killed leaves recorded replies that are in no ledger yet: the next run replays them, and finds
    here what they cost.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._known: dict[_Key, PaidReply] = {}
        self._is_cut = False  # whether the file ends within a line, as when who wrote it was killed
        if path.exists():
            self._load(path.read_text("utf-8", errors="replace"))

    def note(self, event: ReplyEvent) -> None:
        """Write down a reply that has come, unless it was replayed. Raises OSError."""
        if event.cached:
            return
        key = (event.source, event.attempt, _digest(event.text))
        row = {
            "source": event.source,
            "attempt": event.attempt,
            "reply": key[2],
            "usage": event.usage.to_dict(),
            "cost": event.cost,
            "seconds": event.seconds,
        }
        with self._lock:
            with self._path.open("a", encoding="utf-8", newline="\n") as file:
                file.write(("\n" if self._is_cut else "") + json.dumps(row) + "\n")
            self._is_cut = False
            self._add(*key, PaidReply(event.usage, event.cost, event.seconds))

    def find(self, source: str, attempt: Attempt) -> PaidReply:
        """What an attempt took when its reply came.

        A reply that was cut off is replayed as the whole one that came after it, so the number may differ; and a copy
        of a document has the reply that the first one got.
        """
        if not attempt.cached:
            return PaidReply(attempt.usage, attempt.cost, attempt.seconds)
        ways = _list_keys(source, attempt.number, _digest(attempt.reply))
        unknown = PaidReply(attempt.usage, None, None)
        return next((self._known[key] for key in ways if key in self._known), unknown)

    def _add(self, source: str, number: int, digest: str, paid: PaidReply) -> None:
        for key in _list_keys(source, number, digest):
            self._known[key] = paid

    def _load(self, text: str) -> None:
        self._is_cut = bool(text) and not text.endswith("\n")
        for line in text.split("\n"):
            try:
                row = json.loads(line)
                paid = PaidReply(Usage(**row["usage"]), row["cost"], row["seconds"])
                self._add(row["source"], row["attempt"], row["reply"], paid)
            except (ValueError, KeyError, TypeError):  # cut off
                continue


def _list_keys(source: str, number: int, digest: str) -> tuple[_Key, ...]:
    """The keys that a reply is known by, the surest first."""
    return (source, number, digest), (source, None, digest), (None, number, digest)


def _digest(reply: str | None) -> str:
    return sha256(escape_surrogates(reply or "").encode()).hexdigest()
