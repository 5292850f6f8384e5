"""The log lines of a running call. `logger.py` says what must not be logged.

DEBUG has a line for each request, each reply and each result, INFO for each reask, fallback and other change.
"""

from __future__ import annotations

import logging
import re

from typesight.logger import LOGGER, VALUES
from typesight.loop.changes import Change, ModeChanged, ModelChanged, ReaskBegan, TokenLimitRaised
from typesight.schema.schema_walk import Schema, combine_schemas, find_subschema, list_shapes
from typesight.usage import Usage
from typesight.watch.events import ComplaintEvent, Event, FailureEvent, RecordEvent, ReplyEvent, RequestEvent

__all__ = ["log_change", "log_event"]

# How many failing paths one line names.
_MOST_PATHS = 20
# A place in a list; a key of digits may be too long for a number (the reply is the model's).
_POSITION = re.compile(r"[0-9]{1,9}")


def log_event(event: Event) -> None:
    """Log an event; a complaint is logged by `log_change`, which knows the schema."""
    if LOGGER.isEnabledFor(logging.DEBUG):
        _log_counts(event)
    if VALUES.isEnabledFor(logging.DEBUG):
        _log_values(event)


def _log_counts(event: Event) -> None:
    match event:
        case RequestEvent():
            LOGGER.debug(
                'request: vendor=%s model=%s wire="%s" mode=%s pictures=%d image_bytes=%d',
                event.vendor,
                event.model,
                event.api,
                event.mode or "none",
                event.pictures,
                event.image_bytes,
            )
        case ReplyEvent():
            LOGGER.debug(
                "reply: stop=%s usage=(%s) seconds=%.2f http_requests=%d request_id=%s%s",
                event.stop,
                _list_counts(event.usage),
                event.seconds,
                event.http_requests,
                event.request_id,
                " cached" if event.cached else "",
            )
        case RecordEvent():
            LOGGER.debug("record: %s", _describe_ending(event))
        case FailureEvent():
            LOGGER.debug("failure: error=%s %s", type(event.error).__name__, _describe_ending(event))


def _log_values(event: Event) -> None:
    match event:
        case ReplyEvent():
            VALUES.debug("reply: %s", event.text)
        case ComplaintEvent():
            VALUES.debug("reask: %s", event.errors)
        case RecordEvent():
            VALUES.debug("record: %r", event.record)


def _describe_ending(event: RecordEvent | FailureEvent) -> str:
    cost = "" if event.cost is None else f" usd={event.cost:.6f}"
    return f"attempts={len(event.attempts)} usage=({_list_counts(event.usage)}){cost} seconds={event.seconds:.2f}"


def _list_counts(usage: Usage) -> str:
    return " ".join(f"{name}={count}" for name, count in usage.to_dict().items() if count)


def log_change(change: Change) -> None:
    """Log what a call has changed by itself: a reask, another mode or model, a higher token limit."""
    if not LOGGER.isEnabledFor(logging.INFO):
        return
    match change:
        case ReaskBegan():
            LOGGER.info("reask: attempt=%d failing=(%s)", change.attempt, _name_paths(change))
        case ModeChanged():
            LOGGER.info("mode fallback: model=%s refused=%s mode=%s", change.model, change.refused, change.mode)
        case TokenLimitRaised():
            limits = " ".join(f"{name}={limit}" for name, limit in change.limits.items())
            LOGGER.info("token limit raised: %s", limits)
        case ModelChanged():
            LOGGER.info("escalation: from=%s to=%s", change.before, change.after)


def _name_paths(reask: ReaskBegan) -> str:
    paths = list(reask.errors)
    named = dict.fromkeys(_hide_keys(path, reask.schema) for path in paths[:_MOST_PATHS])
    more = f" and {len(paths) - _MOST_PATHS} more" if len(paths) > _MOST_PATHS else ""
    return ", ".join(named) + more


def _hide_keys(path: str, schema: Schema) -> str:
    """Replace each key of a path that the schema does not name by `*`: such a key is content of the reply."""
    rule: Schema | None = schema
    words = []
    for word in path.split("."):
        shapes = list_shapes(rule or {}, schema)
        is_position = bool(_POSITION.fullmatch(word)) and any(
            {"items", "prefixItems"} & shape.keys() for shape in shapes
        )
        is_named = any(word in shape.get("properties", {}) for shape in shapes)
        words.append(word if is_position or is_named or not word else "*")
        step = int(word) if is_position else word
        rule = combine_schemas(
            [subschema for shape in shapes if (subschema := find_subschema(shape, step)) is not None]
        )
    return ".".join(words) or "the whole record"
