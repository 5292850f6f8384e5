"""Recorded: a file of real replies, which are replayed to the same requests."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from typesight.caches.described_request import DescribedRequest
from typesight.caches.forked_lock import ForkedLock
from typesight.caches.nearest_request import describe_nearest
from typesight.caches.stored_reply import StoredReply
from typesight.errors import NotRecorded
from typesight.exchange.reply_body import get_node, parse_raw_body, write_node
from typesight.images.encoding.originals import find_original, start_noting

__all__ = ["Recorded", "RecordedReplies", "get_recorded_replies"]


class Recorded:
    """Replies of a real endpoint in a file, a line of JSON each, for `cache=` and for `Sandbox(answer=)`.

    With `record=True` a request without a recorded reply is sent, and its reply appended at once, valid or not.
    Without it, such a request raises NotRecorded, and nothing is ever sent. A request is found by its model, its
    schema, its text and the bytes of your pictures before they are encoded, so also after a change of `max_side` or
    `detail`. The file holds prompts and replies, and of pictures only digests; never keys or headers.

    Raises FileNotFoundError without the file, unless it records, and ValueError for a file that holds something else.
    """

    def __init__(self, path: str | PathLike[str], record: bool = False) -> None:
        if not isinstance(path, str | PathLike):
            raise TypeError(f"Recorded takes the path of a file, not {type(path).__name__}")
        if not isinstance(record, bool):
            raise TypeError(f"record must be True or False, not {type(record).__name__}")
        self._path = Path(os.fspath(path))
        self._record = record
        self._replies = RecordedReplies(self._path, must_exist=not record)
        start_noting()

    @property
    def path(self) -> str:
        """The file's path."""
        return str(self._path)

    @property
    def record(self) -> bool:
        """Whether unknown requests are sent, and their replies recorded."""
        return self._record

    def __len__(self) -> int:
        return len(self._replies.lines)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"Recorded({str(self._path)!r}{', record=True' if self._record else ''})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self._path), self._record)


def get_recorded_replies(recorded: Recorded) -> RecordedReplies:
    """The replies of a Recorded."""
    return recorded._replies


@dataclass(frozen=True, slots=True)
class _Line:
    """One recorded reply, with the number of its line."""

    number: int
    asked: DescribedRequest
    reply: StoredReply


class RecordedReplies:
    """The lines of a file of recorded replies; has state because it may grow. Safe to share between threads."""

    def __init__(self, path: Path, *, must_exist: bool) -> None:
        self.lines: list[_Line] = []
        self._path = path
        self._known: dict[str, _Line] = {}
        self._originals: dict[str, str] = {}
        self._lock = ForkedLock()
        self._count = 0
        self._is_cut = False  # whether the file ends within a line, as when who wrote it was killed
        if must_exist and not path.is_file():
            raise FileNotFoundError(f"there is no file {path}: record it once, with Recorded(..., record=True)")
        if path.exists():
            self._load()

    def find(self, asked: DescribedRequest) -> StoredReply | None:
        """The reply to a request that was recorded last; None if there is none of this model over this wire."""
        found = self._known.get(asked.key)
        return found.reply if found else None

    def make_error(self, asked: DescribedRequest) -> NotRecorded:
        """The error for a request without a recorded reply; it names the nearest that has one."""
        count = len(asked.pictures)
        schema = f", schema {asked.schema_name}" if asked.schema_name else ""
        near = describe_nearest(asked, [(line.number, line.asked) for line in list(self.lines)])
        return NotRecorded(
            f"{self._path.name} has no reply to this request (model {asked.model}{schema}, "
            f"{count} picture{'' if count == 1 else 's'}): {near}; to record it, use Recorded(..., record=True)"
        )

    def name_picture(self, digest: str) -> str:
        """The name of a picture by the SHA-256 of its encoded bytes: as noted in this process, or in the file."""
        return find_original(digest) or self._originals.get(digest, digest)

    def append(self, asked: DescribedRequest, reply: StoredReply) -> None:
        """Record a reply, at once. Raises OSError."""
        text = _write_line(asked, reply)
        with self._lock:
            with self._path.open("a", encoding="utf-8", newline="\n") as file:
                file.write(("\n" if self._is_cut else "") + text + "\n")
            self._count += 1 + self._is_cut
            self._is_cut = False
            self._add(_Line(self._count, asked, reply))

    def _load(self) -> None:
        text = self._path.read_text("utf-8", errors="replace")
        self._count, self._is_cut = text.count("\n"), not text.endswith("\n") and bool(text)
        for number, line in enumerate(text.split("\n"), start=1):
            if (found := _read_line(number, line)) is not None:
                self._add(found)
        if not self.lines and self._count and text.strip():
            raise ValueError(f"{self._path} is no file of recorded replies: none of its lines is one")

    def _add(self, line: _Line) -> None:
        asked = line.asked
        self.lines.append(line)
        self._known[asked.key] = line
        self._originals.update(zip(asked.sent, asked.pictures, strict=False))


def _write_line(asked: DescribedRequest, reply: StoredReply) -> str:
    """A recorded reply as one line of JSON, the body as the endpoint wrote it but for white space."""
    head = {
        "digest": asked.digest,
        "model": asked.model,
        "wire": asked.wire,
        "schema": {"name": asked.schema_name, "sha256": asked.schema},
        "text": asked.text,
        "pictures": [{"sha256": own, "sent": sent} for own, sent in zip(asked.pictures, asked.sent, strict=False)],
        **({"answers": list(reply.answers)} if reply.answers else {}),
    }
    return f'{json.dumps(head)[:-1]}, "reply": {write_node(parse_raw_body(reply.body))}}}'


def _read_line(number: int, text: str) -> _Line | None:
    """Read a line; None for one that was cut off, or that is another program's."""
    try:
        data = json.loads(text)
        schema, pictures = data["schema"], data["pictures"]
        asked = DescribedRequest(
            model=data["model"],
            wire=data["wire"],
            schema=schema["sha256"],
            schema_name=schema["name"],
            text=data["text"],
            pictures=tuple(each["sha256"] for each in pictures),
            sent=tuple(each["sent"] for each in pictures),
        )
        answers = tuple(map(str, data.get("answers", ())))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    body = write_node(get_node(parse_raw_body(text), "reply"))
    return _Line(number, asked, StoredReply(asked.digest, body, answers)) if isinstance(data, Mapping) else None
