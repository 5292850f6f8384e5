"""Checks before each request whether it fits into the call's budget."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from typesight.budget import Budget, estimate_next_usage
from typesight.conversation.conversation import Conversation
from typesight.conversation.estimate import estimate_request
from typesight.conversation.extraction import sum_cost, sum_usage
from typesight.exchange.turns import Reask
from typesight.exchange.wire import Wire
from typesight.images.encoding.plan import plan_pictures
from typesight.images.encoding.prepare import Preparation
from typesight.usage import Usage, compute_cost

__all__ = ["find_excess"]


def find_excess(budget: Budget, conversation: Conversation[Any], wire: Wire, preparation: Preparation) -> str | None:
    """Describe what would go over the budget if the next request is sent; None if it fits.

    A reask is counted as the last request plus its reply and the complaint; the first request is estimated.
    """
    request, attempts = conversation.request, conversation.attempts
    if attempts and attempts[-1].usage.input:
        last = request.turns[-1]
        next_usage = estimate_next_usage(attempts[-1].usage, last.complaint if isinstance(last, Reask) else "")
        images = last.images if isinstance(last, Reask) else ()
        tokens = [plan.tokens for plan in plan_pictures(images, request.profile, preparation)]
        next_usage = replace(next_usage, input=next_usage.input + sum(each or 0 for each in tokens))
    else:
        next_usage = Usage(input=estimate_request(request, wire, preparation).input_tokens)
    costs = compute_cost(next_usage, model=request.model, vendor=request.vendor)
    return budget.describe_excess(sum_usage(attempts), sum_cost(attempts), next_usage, costs)
