"""Checks before each request whether it fits into the call's budget."""

from __future__ import annotations

from dataclasses import replace

from typesight.attempts import Attempt
from typesight.budget import Budget, estimate_next_usage
from typesight.conversation.estimate import estimate_request
from typesight.conversation.extraction import sum_cost, sum_usage
from typesight.exchange.request import Request
from typesight.exchange.turns import Reask
from typesight.exchange.wire import Wire
from typesight.images.encoding.plan import plan_pictures
from typesight.images.encoding.prepare import Preparation
from typesight.usage import Usage, compute_cost

__all__ = ["estimate_next_request", "find_excess"]


def estimate_next_request(request: Request, wire: Wire, preparation: Preparation, last: Usage | None) -> Usage:
    """Estimate what a request takes: reads the headers of its pictures.

    A reask is counted as the last request, of usage `last`, plus its reply and the complaint.
    """
    if last is None or not last.input:
        return Usage(input=estimate_request(request, wire, preparation).input_tokens)
    turn = request.turns[-1]
    added, images = (turn.complaint, turn.images) if isinstance(turn, Reask) else ("", ())
    usage = estimate_next_usage(last, added)
    return replace(
        usage, input=usage.input + sum(plan.tokens or 0 for plan in plan_pictures(images, request.profile, preparation))
    )


def find_excess(budget: Budget, attempts: tuple[Attempt, ...], request: Request, usage: Usage) -> str | None:
    """Describe what would go over the budget if a request of that usage is sent; None if it fits."""
    spent = sum_usage(attempts)
    tokens = spent.input + spent.output + usage.input + usage.output
    if budget.tokens is not None and tokens > budget.tokens:
        return f"about {tokens:,} tokens, over the budget of {budget.tokens:,}"
    usd = (sum_cost(attempts) or 0.0) + (compute_cost(usage, model=request.model, vendor=request.vendor) or 0.0)
    if budget.usd is not None and usd > budget.usd:
        return f"about ${usd:.4f}, over the budget of ${budget.usd:.4f}"
    return None
