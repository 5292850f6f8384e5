"""Call: the arguments of a call, read into a request, a target and the preparation of its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from typesight.budget import Budget
from typesight.caches.recorded import Recorded
from typesight.caches.reply_cache import ReplyCache
from typesight.conversation.conversation import Conversation
from typesight.conversation.reask_option import Reasking
from typesight.deadline import Deadline
from typesight.drive.perform import Means
from typesight.drive.policy import RetryLimit
from typesight.drive.run import Run
from typesight.endpoints.connections import Connection
from typesight.endpoints.mode_selection import ModeSelector, WireMode
from typesight.exchange.call_pictures import CallPictures
from typesight.exchange.request import Request
from typesight.images.encoding.prepare import Preparation
from typesight.loop.loop import Loop
from typesight.loop.route import CallRoute
from typesight.loop.terms import Successor, Terms, Verify
from typesight.ocr.engine import is_ocr_installed
from typesight.ocr.turning import detect_image_rotation as quarter_turns
from typesight.schema.target import Target
from typesight.watch.hooks import NamedHook

__all__ = ["Call"]


@dataclass(frozen=True, slots=True)
class Call:
    """One call's arguments, read and checked."""

    request: Request
    target: Target[Any] | None
    mode_selector: ModeSelector
    wire_mode: WireMode
    max_retries: RetryLimit
    preparation: Preparation
    context: Any
    strict: bool
    reasking: Reasking
    deadline: Deadline | None
    budget: Budget | None
    verify: Verify = "off"
    hint: bool = False
    growing_text: bool = False
    hooks: tuple[NamedHook, ...] = ()
    cache: ReplyCache | Recorded | None = None

    def make_pictures(self) -> CallPictures:
        """Make the store of the call's pictures; nothing is fetched or encoded yet."""
        if self.wire_mode.wire.IS_LOCAL:  # the reader turns pictures and cuts long receipts itself
            return CallPictures(replace(self.preparation, tile=False), None)
        turned = self.preparation.turn == "auto" and is_ocr_installed()
        return CallPictures(self.preparation, quarter_turns if turned else None)

    def make_run(self, means: Means) -> Run:
        """Make the run of this call, which must have a response_model."""
        successors, connections = self._list_successors(means.connections)
        limit = self.max_retries
        terms = Terms(limit.reasks, self.budget, self.reasking.zoom, self.verify, self.hint, successors)
        conversation = Conversation(
            self.request,
            self.required_target,
            source=means.watch.source,
            context=self.context,
            strict=self.strict,
            ask=self.reasking.ask,
        )
        route = CallRoute(self.mode_selector, self.wire_mode, means.connections[0].max_retries)
        loop = Loop(conversation, route, self.make_pictures(), terms)
        return Run(loop, replace(means, connections=connections), limit.policy)

    def _list_successors(
        self, connections: Sequence[Connection]
    ) -> tuple[tuple[Successor, ...], tuple[Connection, ...]]:
        """List the models that may take over, and the connections by their place, the call's own first."""
        successors: list[Successor] = []
        all_connections = list(connections)
        for each in self.reasking.escalate:
            if isinstance(each, str):
                successors.append(Successor(each))
                continue
            client, model = each
            other = client._connection
            successors.append(Successor(model, other.endpoint, len(all_connections), other.max_retries))
            all_connections.append(other)
        return tuple(successors), tuple(all_connections)

    @property
    def required_target(self) -> Target[Any]:
        """The target of a call with a response_model."""
        assert self.target is not None  # the callers branch on response_model=None first
        return self.target
