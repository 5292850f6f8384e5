"""Checks of a call's options against each other, and against what they are used with."""

from __future__ import annotations

from typesight.budget import Budget, check_price
from typesight.client.options.read_options import Options
from typesight.conversation.reask_option import Reasking
from typesight.drive.policy import check_policy
from typesight.endpoints.endpoint import Endpoint
from typesight.exchange.request import Request

__all__ = ["COLOURED_OPTIONS", "check_api", "check_budget", "check_colour", "describe_missing_responses"]

COLOURED_OPTIONS = frozenset({"max_retries", "reask"})
"""The options that `check_colour` checks."""


def check_colour(options: Options, *, is_async: bool) -> None:
    """Raise TypeError for a tenacity object or a client in `escalate` that is asynchronous where this client is not."""
    check_policy(options.own["max_retries"], is_async=is_async)
    reasking: Reasking = options.own["reask"]
    for client, model in (each for each in reasking.escalate if not isinstance(each, str)):
        if client._is_async is not is_async:
            raise TypeError(f"this client is {'a' if is_async else ''}synchronous, but the one for {model!r} is not")


def check_api(options: Options, endpoint: Endpoint) -> None:
    """Raise ValueError for `api="responses"` at an endpoint that has no such API."""
    if options.own["api"] == "responses" and "responses" not in endpoint.wires:
        raise ValueError(f"api='responses': {describe_missing_responses(endpoint)}")


def describe_missing_responses(endpoint: Endpoint) -> str:
    """Say that a client has no Responses."""
    return f"this client speaks {endpoint.default_wire.NAME}, not OpenAI's Responses"


def check_budget(budget: Budget, request: Request, reasking: Reasking) -> None:
    """Raise ValueError for a budget that cannot be enforced with this model or one in `escalate`."""
    check_price(budget, model=request.model, vendor=request.vendor)
    for each in reasking.escalate:
        vendor, model = (request.vendor, each) if isinstance(each, str) else (each[0]._endpoint.vendor, each[1])
        check_price(budget, model=model, vendor=vendor)
