"""Whether the next request fits the budget of a call, before it is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from typesight.budget import Budget, next_usage
from typesight.conversation.conversation import Conversation
from typesight.conversation.estimate import estimate_request
from typesight.conversation.extraction import total_cost, total_usage
from typesight.exchange.turns import Reask
from typesight.exchange.wire import Wire
from typesight.images.encoding.plan import plans
from typesight.images.encoding.prepare import Preparation
from typesight.usage import Usage, dollars

__all__ = ["find_excess"]


def find_excess(budget: Budget, conversation: Conversation[Any], wire: Wire, preparation: Preparation) -> str | None:
    """What goes over the budget if the next request is sent, in words; None where it fits.

    The next request is taken to be the last one, longer by its reply and by the complaint; the first is estimated.
    """
    request, attempts = conversation.request, conversation.attempts
    if attempts and attempts[-1].usage.input:
        last = request.turns[-1]
        coming = next_usage(attempts[-1].usage, last.complaint if isinstance(last, Reask) else "")
        added = last.images if isinstance(last, Reask) else ()
        tokens = [plan.tokens for plan in plans(added, request.profile, preparation)]
        coming = replace(coming, input=coming.input + sum(each or 0 for each in tokens))
    else:
        coming = Usage(input=estimate_request(request, wire, preparation).input_tokens)
    costs = dollars(coming, model=request.model, vendor=request.vendor)
    return budget.excess(total_usage(attempts), total_cost(attempts), coming, costs)
