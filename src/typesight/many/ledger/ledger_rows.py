"""Outcomes as rows of a ledger's tables, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from typesight import errors as error_types
from typesight.attempts import Attempt
from typesight.conversation.extraction import Extraction
from typesight.errors import InvalidRecord, ReplyError
from typesight.images.image import Image
from typesight.many.failure import Failure
from typesight.ocr.reading import Pages
from typesight.schema.parsing.exact import write_json
from typesight.schema.repair import Repair
from typesight.schema.target import Target
from typesight.text.escapes import escape_surrogates
from typesight.usage import Usage

__all__ = [
    "decode_text",
    "describe_attempts",
    "describe_outcome",
    "encode_text",
    "restore_attempt",
    "restore_extraction",
]

_COUNTS = tuple(Usage().to_dict())


def encode_text(text: str) -> str | bytes:
    """A text for SQLite, which takes no lone surrogates: a name that has some becomes bytes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def decode_text(held: str | bytes) -> str:
    """The text that `encode_text` was given."""
    return held if isinstance(held, str) else held.decode("utf-8", "surrogatepass")


def describe_outcome(outcome: Extraction[Any] | Failure) -> dict[str, Any]:
    """The columns of a result that an outcome fills."""
    told = outcome.to_dict()
    paid = {**outcome.usage.to_dict(), "cost": outcome.cost}
    if isinstance(outcome, Failure):
        texts = {name: json.dumps(told[name]) for name in ("errors", "partial")}
        return {
            "status": "failed",
            "error": told["error"],
            "message": escape_surrogates(told["message"]),
            **texts,
            **paid,
        }
    texts = {name: json.dumps(told[name]) for name in ("record", "repairs")}
    evidence = None if told["evidence"] is None else json.dumps(told["evidence"])
    turned = outcome._pages.turned if outcome._pages else {}
    turns = [turned.get(image, 0) for image in outcome._pages.images] if outcome._pages else []
    answer = write_json(outcome._answer, exact=True)
    return {"status": "ok", **texts, "answer": answer, "evidence": evidence, "turns": json.dumps(turns), **paid}


def describe_attempts(attempts: Iterable[Attempt]) -> list[dict[str, Any]]:
    """The columns of attempts."""
    return [_describe_attempt(attempt.to_dict()) | {"seconds": attempt.seconds} for attempt in attempts]


def _describe_attempt(told: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: value for name, value in told.items() if name != "usage"} | told["usage"]
    columns |= {name: json.dumps(told[name]) for name in ("asked", "errors")}
    reply = None if told["reply"] is None else escape_surrogates(told["reply"])
    return {**columns, "reply": reply, "cached": int(told["cached"])}


def restore_extraction(
    result: Mapping[str, Any],
    attempts: Iterable[Mapping[str, Any]],
    source: str,
    images: tuple[Image, ...],
    target: Target[Any],
    **judging: Any,
) -> Extraction[Any] | None:
    """The extraction of a document from its result; None if that is not valid any more, for a model that is stricter.

    `images` are the document's pages, for the evidence.
    """
    judged = target.judge(result["answer"], **judging)
    if judged.faults:
        return None
    turned = dict(zip(images, json.loads(result["turns"]), strict=False))
    return Extraction(
        record=judged.value,
        source=source,
        attempts=tuple(map(restore_attempt, attempts)),
        usage=Usage(*(result[name] for name in _COUNTS)),
        cost=result["cost"],
        repairs=tuple(Repair(**each) for each in json.loads(result["repairs"])),
        _answer=judged.data,
        _pages=Pages(images, turned=turned),
    )


def restore_attempt(row: Mapping[str, Any]) -> Attempt:
    """An attempt from its row; its error has the name of its class and what failed, and not its own message."""
    asked, errors = json.loads(row["asked"]), json.loads(row["errors"])
    return Attempt(
        number=row["number"],
        model=row["model"],
        mode=row["mode"],
        asked=asked if isinstance(asked, str) else tuple(asked),
        errors=errors,
        error=_restore_error(row["error"], errors),
        reply=row["reply"],
        usage=Usage(*(row[name] for name in _COUNTS)),
        cost=row["cost"],
        seconds=row["seconds"],
        http_requests=row["http_requests"],
        request_id=row["request_id"],
        cached=bool(row["cached"]),
    )


def _restore_error(name: str | None, errors: Mapping[str, str]) -> ReplyError | None:
    """An attempt's error, by the name of its class and what failed; its own message is not kept."""
    if name is None:
        return None
    kind = getattr(error_types, name, InvalidRecord)
    known = kind if isinstance(kind, type) and issubclass(kind, ReplyError) else InvalidRecord
    return known("; ".join(f"{path}: {why}" if path else why for path, why in errors.items()) or name, errors=errors)
