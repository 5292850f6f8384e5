"""Error messages that an endpoint sends inside a 200 or a stream.

Endpoints that copy OpenAI or Anthropic put an object under `error`, LM Studio and Ollama a text, Google a list, FastAPI
`detail`. Sources: their bug trackers and API references, read 2026-11; OpenRouter's page on errors, 2026.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from typesight.errors import Interrupted

__all__ = ["find_body_error", "make_interruption", "read_error_message"]

_MAX_LENGTH = 200
_MESSAGE_KEYS = ("error", "errors", "message", "detail", "msg")
_CODE_KEYS = ("code", "type", "status")
# Secrets and data to leave out of a message: an endpoint may repeat anything that it was sent. Ordinary words also
# begin with "key" and "api" (key_phrases, api-version), so with these a key must be long and have a digit.
_SECRETS = re.compile(
    r"\bbearer\s+\S+|\bdata:\S+|\b(?:sk|pk|gsk|xai|hf|ghp)[-_][\w*.-]{4,}"
    r"|\b(?:key|api)[-_](?=[\w*.-]*[\d*])[\w*.-]{12,}|\bA(?:Iza|KIA)[\w-]+",
    re.IGNORECASE,
)
_LONG_RUN = re.compile(r"\S{48,}")
# The URL of a help page: no user, no query, and no path segment that is long and has a digit, as a token would be.
_HELP_PAGE = re.compile(
    r"\W*https://[\w.-]+(?::\d+)?(?:[/#](?!(?=[\w.-]*\d)[\w.-]{20})[\w.-]*)*\W*", re.IGNORECASE | re.ASCII
)


def make_interruption(what: str, body: bytes | None, reply: Any) -> Interrupted:
    """The error for a 200 that is not the expected reply, with the endpoint's own message if it has one."""
    said = find_body_error(body) or read_error_message(getattr(reply, "error", None))
    if said:
        return Interrupted(f"the endpoint answered 200 with an error instead of a reply: {said}")
    return Interrupted(f"the endpoint answered with something that is not a {what}; check its base URL")


def find_body_error(body: bytes | None) -> str | None:
    """The message in a body that reports an error; None for any other body."""
    try:
        data = json.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    return read_error_message(data)


def read_error_message(*told: Any) -> str | None:
    """The message of an error, as one short line without secrets and data; None if it has none.

    It is told by a text, JSON data, an object of an SDK, or an exception with the `body` that it was made from; where
    several may tell it, the first that does is read.
    """
    words = next((said for each in told if each is not None and (said := _find_message(each, 0))), None)
    if not words:
        return None
    line = " ".join("".join(each if each.isprintable() else " " for each in words).split())
    line = _LONG_RUN.sub(lambda run: run[0] if _HELP_PAGE.fullmatch(run[0]) else "…", _SECRETS.sub("…", line))
    return line if len(line) <= _MAX_LENGTH else line[: _MAX_LENGTH - 1] + "…"


def _find_message(told: Any, depth: int) -> str:
    if told is None:  # as in nearly every reply: without this, it would be searched for each key, five levels deep
        return ""
    if isinstance(told, str):
        return told.strip()
    if isinstance(told, list):
        return _find_message(told[0], depth + 1) if told and depth < 4 else ""
    if isinstance(told, Exception):
        return _find_message(getattr(told, "body", None) or getattr(told, "message", None), depth)
    data = told if isinstance(told, Mapping) else getattr(told, "__dict__", {})
    said = next(
        (words for key in _MESSAGE_KEYS if depth < 4 and (words := _find_message(data.get(key), depth + 1))), ""
    )
    code = next(
        (str(data[key]) for key in _CODE_KEYS if isinstance(data.get(key), str | int) and data[key] != "error"), ""
    )
    if said and "error" not in data and code and code not in said:
        return f"{said} ({code})"
    return said or (code if depth else "")
