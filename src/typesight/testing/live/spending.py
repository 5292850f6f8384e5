"""What live cases have sent and spent, counted by hooks, and the cap on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from typesight import Budget, Client, ReplyEvent, RequestEvent, Usage
from typesight.usage import compute_cost

__all__ = ["RequestMeter", "SpendingCap"]


@dataclass
class RequestMeter:
    """Counts requests and tokens. It has state because it is told of each request as it goes out.

    `modes` has the mode of each request, in order; `replies` the usage of each reply; `complaints` is how many reasks
    were sent.
    """

    modes: list[str] = field(default_factory=list)
    replies: list[Usage] = field(default_factory=list)
    complaints: int = 0

    @property
    def usage(self) -> Usage:
        """The tokens of all replies."""
        return sum(self.replies, Usage())

    @contextmanager
    def watch(self, client: Client[Any]) -> Iterator[None]:
        """Count what a client sends in the block."""
        client.on("request", self._count_request)
        client.on("reply", self._count_reply)
        client.on("complaint", self._count_complaint)
        try:
            yield
        finally:
            client.off("request", self._count_request)
            client.off("reply", self._count_reply)
            client.off("complaint", self._count_complaint)

    def _count_request(self, event: RequestEvent) -> None:
        self.modes.append(event.mode or "none")

    def _count_reply(self, event: ReplyEvent) -> None:
        self.replies.append(event.usage)

    def _count_complaint(self, event: object) -> None:
        del event
        self.complaints += 1


@dataclass(frozen=True, slots=True)
class SpendingCap:
    """The most that all cases together may spend: US dollars if the model's price is known, else tokens.

    `tokens` counts input and output together. `model` and `vendor` are as in the price list.
    """

    model: str
    vendor: str
    usd: float
    tokens: int

    @property
    def has_price(self) -> bool:
        """Whether the price list has the model."""
        return self.price(Usage()) is not None

    def price(self, usage: Usage) -> float | None:
        """The price in US dollars; None if it is not known."""
        return compute_cost(usage, model=self.model, vendor=self.vendor)

    def make_budget(self, spent: Usage) -> Budget | None:
        """The budget of a call after `spent`; None if nothing is left."""
        if (usd := self.price(spent)) is not None:
            return Budget(usd=self.usd - usd) if usd < self.usd else None
        left = self.tokens - spent.input - spent.output
        return Budget(tokens=left) if left > 0 else None

    def find_excess(self, spent: Usage, planned: Usage) -> str:
        """Say why what is planned may not be spent any more; "" if it may."""
        total = spent + planned
        if (usd := self.price(total)) is not None:
            return f"may come to ${usd:.4f}, over the cap of ${self.usd:g}: raise --max-usd" if usd > self.usd else ""
        tokens = total.input + total.output
        over = f"may come to {tokens} tokens, over the cap of {self.tokens}: raise --max-tokens"
        return over if tokens > self.tokens else ""
