"""ReplyJournal: what each reply took when it came, so that a replayed one is not taken for free."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from typesight.attempts import Attempt
from typesight.text.escapes import escape_surrogates
from typesight.usage import Usage
from typesight.watch.events import ReplyEvent

__all__ = ["PaidReply", "ReplyJournal"]

_Key = tuple[str, int, str]


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
            self._known[key] = PaidReply(event.usage, event.cost, event.seconds)

    def find(self, source: str, attempt: Attempt) -> PaidReply:
        """What an attempt took when its reply came."""
        if not attempt.cached:
            return PaidReply(attempt.usage, attempt.cost, attempt.seconds)
        unknown = PaidReply(attempt.usage, None, None)
        return self._known.get((source, attempt.number, _digest(attempt.reply)), unknown)

    def _load(self, text: str) -> None:
        self._is_cut = bool(text) and not text.endswith("\n")
        for line in text.split("\n"):
            try:
                row = json.loads(line)
                paid = PaidReply(Usage(**row["usage"]), row["cost"], row["seconds"])
                self._known[_read_key(row)] = paid
            except (ValueError, KeyError, TypeError):  # cut off
                continue


def _read_key(row: Mapping[str, Any]) -> _Key:
    return row["source"], row["attempt"], row["reply"]


def _digest(reply: str | None) -> str:
    return sha256(escape_surrogates(reply or "").encode()).hexdigest()
