"""RunBudget: what a run has spent, and whether another document fits."""

from __future__ import annotations

from dataclasses import dataclass, field

from typesight.budget import Budget
from typesight.usage import Usage

__all__ = ["RunBudget"]


@dataclass
class RunBudget:
    """What a run has spent of its budget. Has state because it adds up; only the run's own code touches it.

    A document is taken to cost as much as the dearest one so far, so that a run ends below its budget unless one costs
    more than any before. Until the first has ended, one is read at a time.
    """

    budget: Budget | None = None
    usage: Usage = field(default_factory=Usage)
    cost: float | None = 0.0  # US dollars; None once a price was unknown
    _dearest_usd: float = 0.0
    _dearest_tokens: int = 0

    def add(self, usage: Usage, cost: float | None) -> None:
        """Count what a document took."""
        self.usage += usage
        self.cost = None if self.cost is None or cost is None else self.cost + cost
        self._dearest_usd = max(self._dearest_usd, cost or 0.0)
        self._dearest_tokens = max(self._dearest_tokens, usage.input + usage.output)

    def has_room(self, in_flight: int) -> bool | None:
        """Whether another document fits; None for not yet: it depends on what those in flight will cost."""
        budget = self.budget
        if budget is None:
            return True
        if not self._dearest_tokens:  # documents that could not be opened say nothing
            return True if in_flight == 0 else None
        for limit, spent, dearest in (
            (budget.usd, self.cost or 0.0, self._dearest_usd),
            (budget.tokens, self.usage.input + self.usage.output, self._dearest_tokens),
        ):
            if limit is not None and spent + dearest * (in_flight + 1) > limit:
                return None if in_flight and spent + dearest <= limit else False
        return True
