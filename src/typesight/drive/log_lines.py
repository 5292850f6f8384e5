"""The log lines of a running call. `logger.py` says what must not be logged.

DEBUG has a line for each request and each reply, INFO for each reask, fallback and other change.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable

from typesight.endpoints.connections import RawReply
from typesight.endpoints.mode_selection import WireMode
from typesight.endpoints.request_redirects import count_requests
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.images.encoding.encode import EncodedImage
from typesight.logger import LOGGER
from typesight.loop.changes import Change, ModeChanged, ModelChanged, ReaskBegan, TokenLimitRaised
from typesight.schema.schema_walk import Schema, combine_schemas, find_subschema, list_shapes

__all__ = ["log_changes", "log_raw_reply", "log_reply", "log_request"]

# How many failing paths one line names.
_MOST_PATHS = 20
# A place in a list; a key of digits may be too long for a number (the reply is the model's).
_POSITION = re.compile(r"[0-9]{1,9}")


def log_request(request: Request, wire_mode: WireMode) -> None:
    """Log a request about to be sent. The SDK may repeat it; `http_requests` in the reply's line says how often."""
    if not LOGGER.isEnabledFor(logging.DEBUG):
        return
    pictures = [picture.payload for picture in request.pictures]
    LOGGER.debug(
        'request: vendor=%s model=%s wire="%s" mode=%s pictures=%d image_bytes=%d',
        request.vendor,
        request.model,
        wire_mode.wire.NAME,
        request.mode or "none",
        len(pictures),
        sum(len(each.data) for each in pictures if isinstance(each, EncodedImage)),
    )


def log_reply(completion: Completion) -> None:
    """Log a reply, or a body that is not one."""
    if not LOGGER.isEnabledFor(logging.DEBUG):
        return
    usage = " ".join(f"{name}={count}" for name, count in completion.usage.to_dict().items() if count)
    LOGGER.debug(
        "reply: stop=%s usage=(%s) seconds=%.2f http_requests=%d request_id=%s",
        completion.stop,
        usage,
        completion.seconds,
        completion.http_requests,
        completion.request_id,
    )


def log_raw_reply(reply: RawReply, started: float) -> None:
    """Log a reply that the caller gets as the SDK's own object; one that streams is logged when its headers arrive."""
    LOGGER.debug(
        "reply: seconds=%.2f http_requests=%d request_id=%s",
        time.perf_counter() - started,
        count_requests(reply),
        reply.request_id,
    )


def log_changes(changes: Iterable[Change]) -> None:
    """Log what a call has changed by itself: a reask, another mode or model, a higher token limit."""
    for change in changes if LOGGER.isEnabledFor(logging.INFO) else ():
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
