"""Log lines: what a call says of itself while it goes on. `logger.py` says what no line may hold.

DEBUG tells of each request and each reply, INFO of what is done otherwise than at first.
"""

from __future__ import annotations

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


def log_request(request: Request, way: WireMode) -> None:
    """A request that is about to be sent, its pictures ready. The SDK may send it again by itself: see the reply."""
    pictures = [picture.payload for picture in request.pictures]
    LOGGER.debug(
        'request: vendor=%s model=%s wire="%s" mode=%s pictures=%d image_bytes=%d',
        request.vendor,
        request.model,
        way.wire.NAME,
        request.mode or "none",
        len(pictures),
        sum(len(each.data) for each in pictures if isinstance(each, EncodedImage)),
    )


def log_reply(completion: Completion) -> None:
    """A reply that came, or the body that was none."""
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
    """A reply that is given to the caller as the SDK's own object; of one that streams, its head."""
    LOGGER.debug(
        "reply: seconds=%.2f http_requests=%d request_id=%s",
        time.perf_counter() - started,
        count_requests(reply),
        reply.request_id,
    )


def log_reask(attempt: int, failing: Iterable[str], schema: Schema) -> None:
    """Another attempt after a reply that failed at these paths."""
    paths = list(dict.fromkeys(_without_keys(path, schema) for path in failing))
    more = f" and {len(paths) - _MOST_PATHS} more" if len(paths) > _MOST_PATHS else ""
    LOGGER.info("reask: attempt=%d failing=(%s%s)", attempt, ", ".join(paths[:_MOST_PATHS]), more)


def log_mode_fallback(model: str, refused: RefusedFeature, mode: Mode | None) -> None:
    """An endpoint refused something about the way it was asked, and is asked in the next best."""
    LOGGER.info("mode fallback: model=%s refused=%s mode=%s", model, refused, mode)


def log_token_raise(options: dict[str, Any]) -> None:
    """A reply stopped at the token limit, and is asked for once more with a higher one."""
    LOGGER.info("token limit raised: %s", " ".join(f"{name}={value}" for name, value in options.items()))


def log_escalation(before: str, model: str) -> None:
    """Another model takes over."""
    LOGGER.info("escalation: from=%s to=%s", before, model)


def _without_keys(path: str, schema: Schema) -> str:
    """A path with `*` for each key that the schema does not name: such a key is a word of the reply."""
    rule: Schema | None = schema
    words = []
    for word in path.split("."):
        shapes = list_shapes(rule or {}, schema)
        is_position = word.isdecimal() and any({"items", "prefixItems"} & shape.keys() for shape in shapes)
        is_named = any(word in shape.get("properties", {}) for shape in shapes)
        words.append(word if is_position or is_named or not word else "*")
        step = int(word) if is_position else word
        rule = combine_schemas([found for shape in shapes if (found := find_subschema(shape, step)) is not None])
    return ".".join(words) or "the whole record"
