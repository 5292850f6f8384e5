"""Completion: one reply, in the same form for every provider."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from typesight.schema.parsing.exact import NotJson, is_json
from typesight.schema.parsing.spans import find_json_spans
from typesight.schema.parsing.thoughts import drop_thoughts
from typesight.usage import Usage

__all__ = ["Answer", "Completion", "StopReason", "contains_json", "join_texts", "read_text_answer", "sanitise_json"]


class StopReason(StrEnum):
    """Why a reply ended."""

    DONE = "done"
    LENGTH = "length"
    OVERFLOW = "overflow"
    REFUSAL = "refusal"
    FILTER = "filter"
    INTERRUPTED = "interrupted"
    OPEN = "open"  # the caller reads the stream


@dataclass(frozen=True, slots=True)
class Answer:
    """One record as the model wrote it: JSON text, and for a tool call its id and the tool's name."""

    text: str
    call_id: str | None = None
    tool: str | None = None


@dataclass(frozen=True)
class Completion:
    """A reply: its answers, its stop reason, its usage, and the assistant turn to send back in a reask.

    `echo` is the assistant turn in the form this wire takes (JSON data); `text` is the reply's text, next to an answer
    or instead of one; `raw` is the SDK's own object; `transport_error` says why the body was not a reply at all, a
    transport error; `endpoint_error` is the endpoint's error message for a reply that it broke off; `json_place` names
    the place where JSON was found when there is no answer. `seconds`, `http_requests` and `request_id` are set by the
    code that sent the request; `cached` says that it came from a cache, and was not paid for.
    """

    answers: tuple[Answer, ...]
    stop: StopReason
    usage: Usage
    echo: Mapping[str, Any]
    model: str
    text: str | None = None
    request_id: str | None = None
    seconds: float = 0.0
    http_requests: int = 1
    transport_error: str | None = None
    endpoint_error: str | None = None
    json_place: str | None = None
    cached: bool = False
    raw: Any = field(default=None, repr=False, compare=False)

    @property
    def billed_usage(self) -> Usage:
        """What was paid for now: nothing if the reply came from a cache."""
        return Usage() if self.cached else self.usage

    @property
    def answer_text(self) -> str | None:
        """The answers as one text, or the reply's text if there is none."""
        return "\n".join(answer.text for answer in self.answers) or self.text or None

    def __getstate__(self) -> dict[str, Any]:
        """Leave the SDK's object out of the pickle, so that no SDK is needed to load it."""
        return self.__dict__ | {"raw": None}


def join_texts(texts: Sequence[str]) -> str:
    """The texts of one reply as one, concatenated; whole JSON values stay on separate lines, and 42 twice is 42."""
    said = [text for text in texts if text.strip()]
    if len(said) < 2 or not all(map(is_json, said)):
        return "".join(texts)
    once = len({text.strip() for text in said}) == 1 and said[0].lstrip()[0] not in "[{"
    return said[0] if once else "\n".join(said)


def read_text_answer(text: str) -> tuple[Answer, ...]:
    """The answer in a reply's text, without the model's thinking; empty if nothing else is left."""
    said = drop_thoughts(text)
    return (Answer(said),) if said.strip() else ()


def contains_json(text: Any) -> bool:
    """Whether a text contains a JSON object or list that is not empty."""
    try:
        return isinstance(text, str) and any(
            isinstance(span.data, dict | list) and span.data for span in find_json_spans(text)
        )
    except (NotJson, RecursionError):
        return False


def sanitise_json(data: Any) -> Any:
    """JSON data that can be sent: a lone surrogate becomes U+FFFD, NaN and infinities become null."""
    try:
        json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return _replace_unsendable(data)
    return data


def _replace_unsendable(data: Any) -> Any:
    if isinstance(data, str):
        return data.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(data, Mapping):
        return {_replace_unsendable(key): _replace_unsendable(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_replace_unsendable(each) for each in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data
