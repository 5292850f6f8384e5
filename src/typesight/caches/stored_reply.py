"""StoredReply: one reply as JSON text, from which the Completion is made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.exchange.wire import Wire
from typesight.wires.rebuilt_replies import rebuild_reply

__all__ = ["StoredReply", "read_stored_reply", "store_reply"]


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A reply to the request of a digest.

    `body` is the body as it came, or for a streamed reply the SDK's object as JSON. `answers` are the texts of the
    answers where the body does not have them as the model wrote them; empty where it does.
    """

    digest: str
    body: str
    answers: tuple[str, ...] = ()

    def restore(self, request: Request, wire: Wire) -> Completion | None:
        """Read the reply anew, as one that nobody paid for now; None if it is no reply of this wire."""
        try:
            completion = _decode(self.body, request, wire)
        except Exception:  # what another version or another program wrote
            return None
        if len(self.answers) == len(completion.answers):
            texts = zip(completion.answers, self.answers, strict=True)
            completion = replace(completion, answers=tuple(replace(answer, text=text) for answer, text in texts))
        return replace(completion, cached=True, http_requests=0)

    def to_data(self) -> dict[str, Any]:
        """The reply as JSON data."""
        answers = {"answers": list(self.answers)} if self.answers else {}
        return {"request": self.digest, "reply": self.body, **answers}


def store_reply(completion: Completion, request: Request, wire: Wire, digest: str, body: bytes | None) -> StoredReply:
    """Make a StoredReply of a completion; `body` is the body that it was read from, None for a streamed one."""
    text = body.decode("utf-8", "replace") if body else str(completion.raw.model_dump_json(warnings=False))
    said = tuple(answer.text for answer in completion.answers)
    again = tuple(answer.text for answer in _decode(text, request, wire).answers)
    return StoredReply(digest, text, () if said == again else said)


def read_stored_reply(data: Any) -> StoredReply | None:
    """Read what `to_data` wrote; None for anything else."""
    if not isinstance(data, Mapping):
        return None
    digest, body, answers = data.get("request"), data.get("reply"), data.get("answers", [])
    if not isinstance(digest, str) or not isinstance(body, str) or not isinstance(answers, list):
        return None
    return StoredReply(digest, body, tuple(map(str, answers)))


def _decode(body: str, request: Request, wire: Wire) -> Completion:
    return wire.decode(rebuild_reply(wire.NAME, body), request, body.encode("utf-8", "replace"))
