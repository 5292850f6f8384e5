"""The state machine of one extraction: it holds the next request, and `receive` takes the reply to it.

No I/O, no clock, no await: the driver sends `request` and hands back the Completion.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from typesight.attempts import Attempt
from typesight.conversation.again import Again, again_of
from typesight.conversation.extraction import Extraction, total_cost, total_usage
from typesight.conversation.judging import invalid, judge, no_record, unjudged
from typesight.conversation.reasking import Reasking
from typesight.conversation.transcript import transcript
from typesight.errors import ReplyError
from typesight.exchange import sentences
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.exchange.sentences import complaint
from typesight.exchange.short_keys import respelled
from typesight.exchange.turns import Part, Reask, Turn, in_plain_text
from typesight.failures import ExtractionFailed
from typesight.images.encoding.content_parts import Picture
from typesight.images.image import Image
from typesight.models.modes import Capability, Mode
from typesight.schema.field_paths import FieldError, value_at, without
from typesight.schema.parsing.exact import write_json
from typesight.schema.set_values import steps_of
from typesight.schema.target import Judged, Target
from typesight.usage import dollars

__all__ = ["Conversation"]

T = TypeVar("T")

# Modes in which a reask for some fields is answered by an object of these alone. In the others the schema stays, since
# changing it breaks the prompt cache.
_KEYED = frozenset({Mode.JSON, Mode.PROMPTED})


class Conversation(Generic[T]):
    """One record's conversation with a model.

    `request` is what to send next; turns are only ever added at its end. `attempts` are the replies so far.
    `context` and `strict` go to pydantic's validation of each reply; `reasking` says how to ask for what fails.
    """

    def __init__(
        self,
        request: Request,
        target: Target[T],
        *,
        source: str = "",
        context: Any = None,
        strict: bool = False,
        reasking: Reasking | None = None,
    ) -> None:
        self.request = request
        self.target = target
        self.source = source
        self.context = context
        self.strict = strict
        self.reasking = reasking or Reasking()
        self.attempts: tuple[Attempt, ...] = ()
        self._came: Attempt | None = None
        self._again: Again | None = None
        self._faults: tuple[FieldError, ...] = ()
        self._read: Judged[T] | None = None
        self._valid: Judged[T] | None = None
        self._partial: Any = {}
        self._seen: Any = {}

    def came(self, completion: Completion) -> None:
        """Record a reply before it is judged: it has been paid for, even if judging it never ends."""
        completion = respelled(completion, self.target, self.request.mode)
        self._came = self._attempt(completion, ReplyError("the reply arrived but was not validated in time"))

    @property
    def paid(self) -> tuple[Attempt, ...]:
        """The attempts, and the reply that is still being judged, perhaps in another thread that is about to finish."""
        came, attempts = self._came, self.attempts  # in this order: a reply judged meanwhile is then in `attempts`
        return attempts if came is None or came.number <= len(attempts) else (*attempts, came)

    def receive(self, completion: Completion) -> Extraction[T]:
        """Judge a reply: return the extraction, or add a complaint to `request` and raise the ReplyError.

        An error that is not `reaskable` leaves the request unchanged: asking again would not help.
        """
        completion = respelled(completion, self.target, self.request.mode)
        self._partial, self._seen = self._seen or self._partial, {}
        error = no_record(completion)
        if error is not None:
            raise self._remembered(completion, error)
        judged = self._judged(completion)
        if judged.faults:
            self._partial = _partial(judged) or self._partial
            raise self._complained(completion, judged)
        self._valid = judged
        return self._extraction(completion, judged)

    def challenge(self, completion: Completion, paths: Sequence[str]) -> ReplyError:
        """Ask again for values of the last reply, which was valid, because they are printed nowhere; once only."""
        assert self._valid is not None
        faults = tuple(
            FieldError(path, sentences.NOT_PRINTED, value_at(self._valid.data, steps_of(path, self._valid.data) or ()))
            for path in paths
        )
        self.attempts = self.attempts[:-1]
        completion = respelled(completion, self.target, self.request.mode)
        return self._complained(completion, replace(self._valid, faults=faults))

    def _judged(self, completion: Completion) -> Judged[T]:
        """Validate a reply; after a reask for some fields, merge them into the record and validate that."""
        try:
            judged = judge(completion, self.target, mode=self.request.mode, context=self.context, strict=self.strict)
            if self._again is None:
                return judged
            return self._again.judged(judged, self.target, context=self.context, strict=self.strict or None)
        except Exception as error:  # a validator's, not a ValueError: pydantic lets it through; it ends the call
            self._remembered(completion, unjudged(error))
            raise

    def saw(self, data: Any) -> None:
        """Keep what a stream has delivered so far, as the partial record if the reply fails."""
        self._seen = data

    def ask_otherwise(self, mode: Mode | None, can: Capability) -> None:
        """Ask in another mode; only before the first reply, since a complaint has the form of its mode."""
        assert not self.attempts
        self.request = replace(self.request, mode=mode, can=can)

    def ask_for_more(self, options: Mapping[str, Any]) -> None:
        """Send the same request with other options; no complaint follows a reply that was cut off."""
        self.request = replace(self.request, options=options)

    def failure(
        self,
        last: ReplyError | None,
        pictures: Mapping[Image, Sequence[Picture]],
        kind: type[ExtractionFailed] = ExtractionFailed,
        why: str = "",
    ) -> ExtractionFailed:
        """The error to raise when there is no further attempt; `pictures` are those sent, for the transcript.

        `last` is the error of the last attempt unless another is given.
        """
        attempts, partial = self.paid, self._seen or self._partial
        count, last = len(attempts), last or (attempts[-1].error if attempts else None)
        return kind(
            f"no valid {self.target.name} after {count} attempt{'s' if count != 1 else ''} (what did validate is in "
            f".partial, every reply in .attempts): {why or last}",
            attempts=attempts,
            last=last,
            partial=partial if isinstance(partial, dict) else {},
            usage=total_usage(attempts),
            cost=total_cost(attempts),
            messages=transcript(self.request.settled(pictures)),
        )

    def _complained(self, completion: Completion, judged: Judged[T]) -> ReplyError:
        """Ask again: for the fields that fail, for the same ones if nothing could be parsed, or for the record."""
        error = self._remembered(completion, invalid(judged.faults, bool(completion.answers), completion.elsewhere))
        self._faults = judged.faults
        if judged.data is not None or self._again is None:
            self._read = judged
        failing = tuple(fault.path for fault in judged.faults)
        self.request = self.request.grown(Reask(completion, self._complaint(), failing=failing))
        return error

    def _complaint(self) -> str:
        """The complaint's text: the last reply's faults, and what to ask for, by the last reply that was parsed."""
        before = self._again
        if self._read is not None:
            keyed = self.request.mode in _KEYED
            self._again = again_of(self._read, self.target, self.reasking.ask, keyed=keyed)
        again = self._again
        told = [fault.path for fault in self._faults[: sentences.MOST_LINES]] if again and before else []
        return complaint(self._faults, self._wanted(), {path: again.item_of(path) for path in told if again})

    @property
    def failing(self) -> dict[str, str]:
        """The paths of the last reply's faults, each with the value given for it as text, or "" if there was none."""
        return {fault.path: _given(fault) for fault in self._faults if fault.path and not fault.extra}

    def show(self, parts: Sequence[Part]) -> None:
        """Add labels and pictures to the last complaint."""
        *before, last = self.request.turns
        if isinstance(last, Reask):
            last = replace(last, shown=tuple(parts))
        else:  # a complaint in plain text, to a model that took over
            last = replace(last, content=(*last.parts, *parts))
        self.request = replace(self.request, turns=(*before, last))

    def tell(self, text: str) -> None:
        """Add text at the end of the caller's last turn; only before the first reply."""
        assert not self.attempts
        *before, last = self.request.turns
        assert isinstance(last, Turn)
        self.request = replace(self.request, turns=(*before, replace(last, content=(*last.parts, text))))

    def hand_over(self, request: Request) -> None:
        """Continue with another model after a complaint; `request` is for that model.

        The replies of the earlier model become plain text, since its tool calls and thinking blocks mean nothing to
        another model. The last complaint is written again for the mode of the new model.
        """
        *before, last = self.request.turns
        assert isinstance(last, Reask)
        self.request = request
        self.request = replace(request, turns=in_plain_text((*before, replace(last, complaint=self._complaint()))))

    def _wanted(self) -> str:
        """The end of a complaint: what to answer now."""
        again = self._again
        if again is None:
            return sentences.WHOLE
        items = any(unit.kind == "item" for unit in again.units)
        lists = [path for unit in again.units if unit.kind == "list" for path in unit.paths]
        optional = any(unit.optional for unit in again.units)
        if again.keyed:
            return sentences.parts_alone(again.schema(self.target), items=items, lists=lists, optional=optional)
        above = {fault.path for fault in self._faults[: sentences.MOST_LINES]}
        return sentences.parts_of_all(again.paths, above, items=items, lists=lists, optional=optional)

    def _remembered(self, completion: Completion, error: ReplyError) -> ReplyError:
        self.attempts = (*self.attempts, self._attempt(completion, error))
        return error

    def _attempt(self, completion: Completion, error: ReplyError | None) -> Attempt:
        replies = [answer.text for answer in completion.answers] or [completion.said or ""]
        return Attempt(
            number=len(self.attempts) + 1,
            model=self.request.model,
            mode=str(self.request.mode or ""),
            asked=self._again.paths if self._again else "all",
            errors=error.errors if error else {},
            error=error,
            reply="\n".join(replies) or None,
            usage=completion.usage,
            cost=dollars(completion.usage, model=self.request.model, vendor=self.request.vendor),
            seconds=completion.seconds,
            http_requests=completion.http_requests,
            request_id=completion.request_id,
        )

    def _extraction(self, completion: Completion, judged: Judged[T]) -> Extraction[T]:
        self.attempts = (*self.attempts, self._attempt(completion, None))
        return Extraction(
            record=judged.value,  # type: ignore[arg-type]  # no faults: the value has the target's type
            source=self.source,
            attempts=self.attempts,
            usage=total_usage(self.attempts),
            cost=total_cost(self.attempts),
            repairs=judged.repairs,
            completion=completion.raw,
        )


def _given(fault: FieldError) -> str:
    """The value that was given, as it may be printed; "" for what is not printed as text."""
    return str(fault.value) if isinstance(fault.value, str | int | float) and not isinstance(fault.value, bool) else ""


def _partial(judged: Judged[Any]) -> Any:
    """The data of a reply without its failing fields."""
    paths = {fault.path for fault in judged.faults}
    return {} if "" in paths else json.loads(write_json(without(judged.data, paths)))
