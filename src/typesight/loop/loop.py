"""The loop of one call: what it needs next, and every decision about it.

It has no I/O, no clock, no await and no retry policy: a driver does what `need` says and tells what came. Its states
and the ways between them stand in `states.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Generic, TypeVar

from typesight.conversation.conversation import Conversation
from typesight.conversation.extraction import Extraction
from typesight.endpoints.transport_errors import is_resendable
from typesight.errors import Interrupted, ReplyError, Truncated
from typesight.evidence.evidence import Evidence
from typesight.evidence.zoom import find_closeups
from typesight.exchange.call_pictures import CallPictures
from typesight.exchange.completion import Completion
from typesight.loop.budget_check import estimate_next_request, find_excess
from typesight.loop.changes import Change, ModeChanged, ModelChanged, ReaskBegan, TokenLimitRaised
from typesight.loop.endings import Ending
from typesight.loop.needs import Came, Done, Failed, Fetch, Fetched, Need, Read, Replied, Send
from typesight.loop.readings import add_hint, attach_closeups, read_evidence, warn_of_absent_values
from typesight.loop.route import CallRoute
from typesight.loop.states import PREPARATION, State, check_way
from typesight.loop.terms import Terms
from typesight.loop.token_limit import TOKEN_LIMITS, find_higher_limit
from typesight.ocr.reading import Pages

__all__ = ["Loop"]

T = TypeVar("T")


class Loop(Generic[T]):
    """One running call. Has state because a call comes in steps; it can be pickled between any two of them.

    `fault` is set when an attempt has failed and a retry policy of the caller decides whether there is another: it
    then calls `resume` or `give_up`. While it is an SDK's error, which does not pickle, the loop does not either.
    """

    def __init__(
        self, conversation: Conversation[T], route: CallRoute, pictures: CallPictures, terms: Terms | None = None
    ) -> None:
        self.conversation = conversation
        self.route = route
        self.pictures = pictures
        self.terms = terms or Terms()
        self.fault: Exception | None = None
        self._originals = conversation.request.images
        self._failed_replies = 0  # those that a reask follows, or would
        self._announced_reasks = 0
        self._limit_raised = False
        self._hint_wanted = self.terms.hint
        self._zoom_wanted = False
        self._valid: Any = None  # the last Extraction
        self._challenged: Extraction[T] | None = None  # valid, but with values that are printed nowhere
        self._outcome: Any = None  # an Extraction or an error, once the call is done
        self._changes: list[Change] = []
        self.state = next(filter(self._has_work, PREPARATION))

    @property
    def need(self) -> Need:
        """What the call needs next; looking at it changes nothing."""
        match self.state:
            case State.SENDING:
                route, retries = self.route, 0 if self._is_guided else self.route.retries_left
                request = self.pictures.prepare_request(self.conversation.request)
                return Send(request, route.wire_mode, retries, route.place, len(self.conversation.attempts) + 1)
            case State.FETCHING:
                urls = self.pictures.list_downloads(self.conversation.request)
                return Fetch(tuple(urls), self.pictures.preparation.downloads)
            case State.DONE:
                return Done(self._outcome)
            case _:
                return Read(self._make_work())

    def _make_work(self) -> Callable[[], Any]:
        """The work of a Read, which is called elsewhere, so it has all that it needs with it."""
        conversation, pictures = self.conversation, self.pictures
        match self.state:
            case State.ZOOMING:
                return partial(find_closeups, self._originals, conversation.failing_values, pictures.quarter_turns)
            case State.ENCODING:
                return partial(pictures.encode, conversation.request)
            case State.HINTING:
                return self._pages.read
            case State.ESTIMATING:
                last = conversation.attempts[-1].usage if conversation.attempts else None
                wire, how = self.route.wire_mode.wire, pictures.preparation
                return partial(estimate_next_request, conversation.request, wire, how, last)
            case _:  # CHECKING
                return partial(read_evidence, self._valid)

    def tell(self, came: Came) -> Sequence[Change]:
        """Go on by what came of the need; return what the call has changed by itself. Raises no Exception."""
        if self.state is State.DONE:  # its deadline has passed while this came, perhaps in another thread
            return ()
        try:
            match came:
                case Replied():
                    self._take_reply(came.completion, may_resend=not came.was_streamed and not self._is_guided)
                case Failed():
                    self._take_error(came.error)
                case Fetched():
                    self.pictures = replace(self.pictures, fetched={**self.pictures.fetched, **came.pictures})
                    self._prepare("Fetched")
                case _:
                    self._take_reading(came.result)
        except Exception as error:  # a validator's own, or of a model that takes over and cannot carry the schema
            self._finish(type(came).__name__, self._ending.end_with(error))
        return self._report_changes()

    def conclude(self) -> Any:
        """Return the Extraction of a call that is done, or raise its error."""
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome

    def resume(self) -> Sequence[Change]:
        """Begin another attempt, as the caller's retry policy has decided, perhaps after a valid record."""
        self.fault = None
        if self.state is State.DONE:
            self._prepare("Resumed")
        self._announce_reask()
        return self._report_changes()

    def give_up(self, error: BaseException) -> None:
        """End the call with an error, since the caller's retry policy allows no other attempt."""
        self._finish("Stopped", self._ending.end_with(error))

    def expire(self, seconds: float) -> None:
        """End the call, since its deadline of so many seconds has passed."""
        self._finish("Stopped", self._ending.end_late(seconds))

    @property
    def _is_guided(self) -> bool:
        """Whether a retry policy of the caller decides about every request, so that nothing is sent on top of it."""
        return self.terms.reasks is None

    @property
    def _pages(self) -> Pages:
        """The caller's pictures, to be read by OCR."""
        return Pages(self._originals, self.pictures.fetched, self.pictures.quarter_turns)

    @property
    def _ending(self) -> Ending[T]:
        """How the call would end now; a record that a policy rejects has no earlier one in its place."""
        return Ending(self.conversation, self.pictures.ready, None if self.state is State.DONE else self._challenged)

    def _prepare(self, came: str) -> None:
        """Go to the next state that has something to do before the request can be sent."""
        earlier = PREPARATION.index(self.state) + 1 if self.state in PREPARATION[:-1] else 0
        self._go(came, next(filter(self._has_work, PREPARATION[earlier:])))
        if self.fault is None:
            self._announce_reask()

    def _has_work(self, state: State) -> bool:
        request = self.conversation.request
        match state:
            case State.FETCHING:
                return bool(self.pictures.list_downloads(request))
            case State.ZOOMING:
                return self._zoom_wanted
            case State.ENCODING:
                return any(image not in self.pictures.ready for image in request.images)
            case State.HINTING:
                return self._hint_wanted
            case State.ESTIMATING:
                return self.terms.budget is not None
            case _:
                return True

    def _announce_reask(self) -> None:
        """Report a reask once, however often its request is sent."""
        if self.state is State.SENDING and self._announced_reasks < self._failed_replies:
            self._announced_reasks = self._failed_replies
            attempts = self.conversation.attempts
            self._changes.append(ReaskBegan(len(attempts) + 1, attempts[-1].errors, self.conversation.target.schema))

    def _report_changes(self) -> Sequence[Change]:
        changes, self._changes = self._changes, []
        return changes

    def _take_reading(self, result: Any) -> None:
        match self.state:
            case State.ZOOMING:
                self._zoom_wanted = False
                self.pictures = attach_closeups(self.conversation, self.pictures, self._originals, result)
            case State.ENCODING:
                self.pictures = result
            case State.HINTING:
                self._hint_wanted = False
                add_hint(self.conversation, result)
            case State.ESTIMATING:
                request, attempts = self.conversation.request, self.conversation.attempts
                assert self.terms.budget is not None
                if excess := find_excess(self.terms.budget, attempts, request, result):
                    return self._finish("WasRead", self._ending.end_over_budget(excess))
            case State.CHECKING:
                return self._check_evidence(result)
        return self._prepare("WasRead")

    def _check_evidence(self, evidence: Mapping[str, Evidence]) -> None:
        """With verify="reask", ask once for values that are printed nowhere; else warn of them."""
        absent = [path for path, each in evidence.items() if each.status == "absent"]
        if absent and self.terms.verify == "reask" and self._challenged is None:
            self._challenged = self._valid
            return self._ask_again("WasRead", self.conversation.challenge(absent))
        if absent and self.terms.verify == "warn":
            warn_of_absent_values(self._valid.source, absent)
        return self._finish("WasRead", self._valid)

    def _take_reply(self, completion: Completion, *, may_resend: bool) -> None:
        if completion.transport_error and may_resend and self.route.retries_left >= completion.http_requests:
            self.route = self.route.use_retries(completion.http_requests)
            return self._prepare("Replied")
        self.route = self.route.use_retries(max(completion.http_requests - 1, 0))  # 0 for a reply from a cache
        if not self.conversation.attempts and not self._is_guided:
            completion = self.route.count_refused(completion)
        try:
            valid = self.conversation.receive(completion)
        except ReplyError as error:
            error.with_traceback(None)  # its frames hold the pictures; it stays in the attempts of the record
            if isinstance(error, Truncated) and self._raise_limit(completion):
                return self._prepare("Replied")
            return self._ask_again("Replied", error) if error.reaskable else self._take_error(error, "Replied")
        self._valid = replace(valid, _shown=self.pictures.describe_sent(self.conversation.request), _pages=self._pages)
        if self.terms.verify != "off":
            return self._go("Replied", State.CHECKING)
        return self._finish("Replied", self._valid)

    def _ask_again(self, came: str, error: ReplyError) -> None:
        """Prepare a reask if one is left, or if the caller's retry policy may allow one."""
        self._failed_replies += 1
        if self.terms.reasks is not None and self._failed_replies > self.terms.reasks:
            return self._finish(came, self._ending.end_with(error))
        if came == "Replied":  # no other model takes over because of a valid record
            self._hand_over()
        self.fault = error if self._is_guided else None
        self._zoom_wanted = self.terms.zoom and not self.route.wire_mode.wire.IS_LOCAL
        return self._prepare(came)

    def _hand_over(self) -> None:
        """Switch to the next model of `escalate` if its turn has come; the pictures are encoded again for it."""
        turn = self._failed_replies - 2  # the first reask goes to the same model
        if not 0 <= turn < len(self.terms.successors):
            return
        successor, request = self.terms.successors[turn], self.conversation.request
        self.route = self.route.switch_model(successor)
        self._changes.append(ModelChanged(request.model, successor.model))
        self.conversation.hand_over(self.route.mode_selector.rebuild_request(request, self.route.wire_mode))
        self.pictures = replace(self.pictures, ready={})

    def _raise_limit(self, completion: Completion) -> bool:
        """Raise the token limit, once; the reply that it cut off stays an attempt. Returns whether there was one."""
        request = self.conversation.request
        usual = self.route.wire_mode.wire.find_limit(request.model, request.options)
        higher = find_higher_limit(completion, request.options, usual)
        if self._limit_raised or self._is_guided or not higher:
            return False
        self._limit_raised = True
        self._changes.append(TokenLimitRaised({name: higher[name] for name in TOKEN_LIMITS if name in higher}))
        self.conversation.change_options(higher)
        return True

    def _take_error(self, error: Exception, came: str = "Failed") -> None:
        """Go on after an error: in another mode if this one was refused, as a retry policy decides, or not at all."""
        if (mode_changed := self._change_mode(error)) and not self._is_guided:
            return self._prepare(came)
        if self._limit_raised and getattr(error, "status_code", None) == 400:  # the doubled limit is too high
            error = self.conversation.attempts[-1].error or error
        may_resend = mode_changed or is_resendable(error) or isinstance(error, Interrupted)
        if self._is_guided and may_resend:
            self.fault = error
            return self._prepare(came)
        return self._finish(came, self._ending.end_with(error))

    def _change_mode(self, error: Exception) -> bool:
        """Change to the next mode if the endpoint has refused this one, once; return whether there was one."""
        request = self.conversation.request
        is_first = self.state is State.SENDING and not self.conversation.attempts
        refused = self.route.find_refusal(error, request) if is_first else None
        if not refused or not (changed := self.route.change_mode(error, refused, request.model)):
            return False
        self.route = changed
        self._changes.append(ModeChanged(request.model, refused, changed.wire_mode.mode))
        self.conversation.change_mode(changed.wire_mode.mode, changed.wire_mode.capability)
        return True

    def _finish(self, came: str, outcome: Extraction[T] | BaseException) -> None:
        check_way(self.state, came, State.DONE)  # before: a call that has ended keeps its outcome
        self._outcome, self.state = outcome, State.DONE

    def _go(self, came: str, state: State) -> None:
        check_way(self.state, came, state)
        self.state = state
