"""LiveTrial: a client, the document in the form that its model takes, and what a case has noted about its calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from typesight import Client, Image
from typesight.testing.live.live_document import LINES, draw_document
from typesight.testing.live.spending import RequestMeter, SpendingCap
from typesight.usage import Usage

__all__ = ["CaseFailed", "CaseSkipped", "LiveEndpoint", "LiveTrial"]

_PROMPT = "Read this receipt: the company, the date and the total."


class CaseFailed(Exception):
    """A case did not find what it looked for; the message says what it found."""


class CaseSkipped(Exception):
    """A case cannot be tried here; the message says why."""


@dataclass(frozen=True, slots=True)
class LiveEndpoint:
    """What is tried: the model's name for `from_provider`, its other arguments, and the limit of each answer.

    `is_text_only`: the model takes no pictures, so it gets the lines of the document as the user's text.
    """

    model: str
    connect: dict[str, Any]
    answer_tokens: int
    is_text_only: bool = False


@dataclass
class LiveTrial:
    """One case's view of the endpoint. It has state: the estimate of the case's first request.

    `cap` and `spent`, by the cases before, limit what each call may spend.
    """

    client: Client[Any]
    endpoint: LiveEndpoint
    meter: RequestMeter
    cap: SpendingCap
    spent: Usage
    estimated: int | None = None

    def show(self, prompt: str = _PROMPT, pictures: list[Image] | None = None) -> list[dict[str, Any]]:
        """The messages that show the document: the picture, or its lines as text."""
        if self.endpoint.is_text_only:
            return [{"role": "user", "content": "\n".join((*LINES, "", prompt))}]
        return [{"role": "user", "content": [*(pictures or [draw_document()]), prompt]}]

    def ask(self, kind: Any, messages: list[dict[str, Any]] | None = None, **options: Any) -> Any:
        """Ask for a record, as `Client.create`."""
        return self.client.create(**self._prepare(kind, messages, options))

    def ask_with_completion(self, kind: Any, messages: list[dict[str, Any]] | None = None, **options: Any) -> Any:
        """Ask for a record and the SDK's reply, as `Client.create_with_completion`."""
        return self.client.create_with_completion(**self._prepare(kind, messages, options))

    def stream_partial(self, kind: Any, **options: Any) -> Iterator[Any]:
        """Stream a record, as `Client.create_partial`."""
        return self.client.create_partial(**self._prepare(kind, None, options))

    def stream_items(self, kind: Any, messages: list[dict[str, Any]], **options: Any) -> Iterator[Any]:
        """Stream the records of a document, as `Client.create_iterable`."""
        return self.client.create_iterable(**self._prepare(kind, messages, options))

    def _prepare(self, kind: Any, messages: list[dict[str, Any]] | None, options: dict[str, Any]) -> dict[str, Any]:
        """Complete the arguments of a call, and note the estimate of the first one."""
        budget = self.cap.make_budget(self.spent + self.meter.usage)
        if budget is None:
            raise CaseSkipped("the cap is spent")
        given = {"response_model": kind, "messages": messages or self.show(), "budget": budget}
        call = {"max_tokens": self.endpoint.answer_tokens, **given, **options}
        if self.estimated is None:
            self.estimated = self.client.estimate(**call).input_tokens
        return call
