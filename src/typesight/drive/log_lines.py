"""The log lines of a running call. `logger.py` says what must not be logged.

DEBUG has a line for each request and each reply, INFO for each reask, fallback and other change.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable
from typing import Any

from typesight.endpoints.endpoint import RawReply, count_requests
from typesight.endpoints.mode_selection import WireMode
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.images.encoding.encode import EncodedImage
from typesight.logger import LOGGER
from typesight.models.modes import Mode, RefusedFeature
from typesight.schema.schema_walk import Schema, combine_schemas, find_subschema, list_shapes

__all__ = [
    "log_escalation",
    "log_mode_fallback",
    "log_raw_reply",
    "log_reask",
    "log_reply",
    "log_request",
    "log_token_raise",
]

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


def log_reask(attempt: int, failing: Iterable[str], schema: Schema) -> None:
    """Log another attempt, after a reply that failed at these paths."""
    if not LOGGER.isEnabledFor(logging.INFO):
        return
    paths = list(failing)
    named = dict.fromkeys(_hide_keys(path, schema) for path in paths[:_MOST_PATHS])
    more = f" and {len(paths) - _MOST_PATHS} more" if len(paths) > _MOST_PATHS else ""
    LOGGER.info("reask: attempt=%d failing=(%s%s)", attempt, ", ".join(named), more)


def log_mode_fallback(model: str, refused: RefusedFeature, mode: Mode | None) -> None:
    """Log that an endpoint refused a mode or a part of it, and which mode is used next."""
    LOGGER.info("mode fallback: model=%s refused=%s mode=%s", model, refused, mode)


def log_token_raise(options: dict[str, Any]) -> None:
    """Log that a reply stopped at the token limit, and the higher limits of the next request."""
    LOGGER.info("token limit raised: %s", " ".join(f"{name}={value}" for name, value in options.items()))


def log_escalation(before: str, model: str) -> None:
    """Log that another model takes over."""
    LOGGER.info("escalation: from=%s to=%s", before, model)


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
