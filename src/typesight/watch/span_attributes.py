"""The attributes of spans and metrics: what is said of a request, a reply and a call. Never a value, prompt or picture.

Names that begin with `gen_ai` are those of OpenTelemetry's GenAI conventions, release 0.1.0 (repository
open-telemetry/semantic-conventions-genai, docs/gen-ai/client-inference.md, read 2026-12-01). They are still in
"Development".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from typesight.attempts import Attempt
from typesight.endpoints.connections import Connection
from typesight.exchange.completion import Completion, StopReason
from typesight.exchange.request import Request
from typesight.loop.changes import Change, ModeChanged, ModelChanged, ReaskBegan, TokenLimitRaised
from typesight.usage import Usage
from typesight.watch.events import RequestEvent

__all__ = [
    "Attributes",
    "describe_arguments",
    "describe_change",
    "describe_completion",
    "describe_endpoint",
    "describe_error",
    "describe_sending",
    "describe_spending",
]

Attributes = dict[str, Any]

# Rows: a parameter of an SDK's call -> its attribute. Those that may hold content, such as `stop`, are left out.
_PARAMETERS = {
    "max_tokens": "gen_ai.request.max_tokens",
    "max_completion_tokens": "gen_ai.request.max_tokens",
    "max_output_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "top_k": "gen_ai.request.top_k",
    "seed": "gen_ai.request.seed",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "reasoning_effort": "gen_ai.request.reasoning.level",
}
# Rows: why a reply ended -> a finish reason of the conventions (docs/gen-ai/gen-ai-output-messages.json). For a reply
# that broke off, or that the caller did not wait for, they ask for "error".
_FINISH_REASONS = {
    StopReason.DONE: "stop",
    StopReason.LENGTH: "length",
    StopReason.OVERFLOW: "length",
    StopReason.REFUSAL: "refusal",
    StopReason.FILTER: "content_filter",
    StopReason.INTERRUPTED: "error",
}
# Rows: a count of Usage -> the end of its attribute. The conventions count as Usage does: cached tokens are part of the
# input, reasoning is part of the output.
_COUNTS = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cache_read": "cache_read.input_tokens",
    "cache_write": "cache_write.input_tokens",
    "image": "image.input_tokens",
    "reasoning": "reasoning.output_tokens",
}


def describe_endpoint(model: str, connection: Connection) -> Attributes:
    """What is said of every request to a model, on its span and in the metrics."""
    described = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": connection.endpoint.row.provider,
        "gen_ai.request.model": model,
    }
    if connection.server is None:
        return described
    host, port = connection.server
    return {**described, "server.address": host, "server.port": port}


def describe_sending(event: RequestEvent, request: Request) -> Attributes:
    """What a request's span says before the request is sent."""
    return {
        "typesight.attempt": event.attempt,
        "typesight.api": event.api,
        "typesight.pictures": event.pictures,
        "typesight.image_bytes": event.image_bytes,
        **({"typesight.mode": event.mode} if event.mode else {}),
        **({"gen_ai.output.type": "json"} if request.target else {}),
    }


def describe_arguments(arguments: Mapping[str, Any]) -> Attributes:
    """What is said of the arguments of an SDK's call: limits, sampling, streaming."""
    described = {
        name: arguments[parameter]
        for parameter, name in _PARAMETERS.items()
        if isinstance(arguments.get(parameter), int | float | str)
    }
    return {**described, "gen_ai.request.stream": True} if arguments.get("stream") is True else described


def describe_completion(completion: Completion, cost: float | None) -> Attributes:
    """What a request's span says once its reply has come whole; of one that the caller streams, its head."""
    described: Attributes = {"gen_ai.response.model": completion.model, **_count_resends(completion.http_requests)}
    reply_id = getattr(completion.raw, "id", None)
    if isinstance(reply_id, str):
        described["gen_ai.response.id"] = reply_id
    if completion.request_id:
        described["typesight.request_id"] = completion.request_id
    if completion.stop in _FINISH_REASONS:
        described["gen_ai.response.finish_reasons"] = (_FINISH_REASONS[completion.stop],)
    if completion.transport_error:
        described["error.type"] = "Interrupted"
    return {**described, **_describe_usage(completion.usage, "gen_ai.usage", cost)}


def describe_error(error: BaseException | None) -> Attributes:
    """The class of an error and its HTTP status; never its message, which may quote a reply."""
    if error is None:
        return {}
    described: Attributes = {"error.type": type(error).__name__}
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        described["http.response.status_code"] = status
    reply_error = getattr(error, "last", None)
    if isinstance(reply_error, Exception):
        described["typesight.reply_error"] = type(reply_error).__name__
    return described


def describe_spending(attempts: Iterable[Attempt], usage: Usage, cost: float | None) -> Attributes:
    """What a call has spent, on its own span.

    The sums have names of their own: a backend that adds up `gen_ai.usage` of all spans would count them twice.
    """
    sent = [attempt.http_requests for attempt in attempts]
    described = {"typesight.attempts": len(sent), "typesight.http_requests": sum(sent)}
    return {**described, **_describe_usage(usage, "typesight.usage", cost)}


def describe_change(change: Change) -> tuple[str, Attributes]:
    """The name and the attributes of a span's event. Field paths are only counted: they may have keys of the reply."""
    match change:
        case ReaskBegan():
            failing = len(change.errors)
            return "typesight.complaint", {"typesight.attempt": change.attempt, "typesight.failing_fields": failing}
        case ModeChanged():
            return "typesight.mode_fallback", {"typesight.mode": str(change.mode or "")}
        case TokenLimitRaised():
            return "typesight.token_limit_raised", {"gen_ai.request.max_tokens": max(change.limits.values(), default=0)}
        case ModelChanged():
            return "typesight.escalation", {"gen_ai.request.model": change.after}


def _count_resends(http_requests: int) -> Attributes:
    return {"http.request.resend_count": http_requests - 1} if http_requests > 1 else {}


def _describe_usage(usage: Usage, prefix: str, cost: float | None) -> Attributes:
    """The counts that are not 0; none of a reply that told no tokens, and its cost is not known either."""
    counts = {f"{prefix}.{_COUNTS[name]}": count for name, count in usage.to_dict().items() if count}
    return {**counts, "typesight.cost": cost} if counts and cost is not None else counts
