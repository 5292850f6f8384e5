"""The state machine of one extraction: it holds the next request, and `receive` takes the reply to it.

No I/O, no clock, no await: the driver sends `request` and hands back the Completion.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from typesight.attempts import Attempt
from typesight.conversation.extraction import Extraction, sum_cost, sum_usage
from typesight.conversation.judging import find_stop_error, judge, make_reply_error, make_validator_error
from typesight.conversation.partial_reask import PartialReask, plan_partial_reask
from typesight.conversation.reask_option import Ask
from typesight.conversation.transcript import write_transcript
from typesight.errors import ReplyError
from typesight.exchange import sentences
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.exchange.sentences import write_complaint
from typesight.exchange.short_keys import restore_reply_keys
from typesight.exchange.turns import ContentPart, Reask, Turn, flatten_reasks
from typesight.failures import ExtractionFailed
from typesight.images.encoding.content_parts import PreparedPicture
from typesight.images.image import Image
from typesight.models.modes import Capability, Mode
from typesight.schema.field_paths import FieldError, drop_paths, find_steps, get_at
from typesight.schema.parsing.exact import write_json
from typesight.schema.target import Target, ValidationResult

__all__ = ["Conversation"]

T = TypeVar("T")

# Modes in which a reask for some fields is answered by an object of these alone. In the others the schema stays, since
# changing it breaks the prompt cache.
_KEYED_MODES = frozenset({Mode.JSON, Mode.PROMPTED})


class Conversation(Generic[T]):
    """One record's conversation with a model.

    `request` is what to send next; turns are only ever added at its end. `attempts` are the replies so far.
    `context` and `strict` go to pydantic's validation of each reply; `ask` is what a reask asks for.
    """

    def __init__(
        self,
        request: Request,
        target: Target[T],
        *,
        source: str = "",
        context: Any = None,
        strict: bool = False,
        ask: Ask = "auto",
    ) -> None:
        self.request = request
        self.target = target
        self.source = source
        self.context = context
        self.strict = strict
        self.ask: Ask = ask
        self.attempts: tuple[Attempt, ...] = ()
        self._came: Completion | None = None
        self._reply: Completion | None = None
        self._unjudged = 0
        self._partial_reask: PartialReask | None = None
        self._faults: tuple[FieldError, ...] = ()
        self._last_parsed: ValidationResult[T] | None = None
        self._last_valid: ValidationResult[T] | None = None
        self._partial: Any = {}
        self._streamed: Any = {}

    def record_reply(self, completion: Completion) -> Completion:
        """Record a reply before it is judged: it has been paid for, even if judging it never ends.

        Returns it with the schema's own keys in its answers.
        """
        if completion is not self._came:
            reply = restore_reply_keys(completion, self.target, self.request.mode)
            self._came, self._reply, self._unjudged = completion, reply, len(self.attempts)
        assert self._reply is not None
        return self._reply

    @property
    def billed_attempts(self) -> tuple[Attempt, ...]:
        """The attempts, and the reply that is still being judged, perhaps in another thread that is about to finish."""
        reply, attempts = self._reply, self.attempts  # in this order: a reply judged meanwhile is then in `attempts`
        if reply is None or len(attempts) > self._unjudged:
            return attempts
        late = ReplyError("the reply arrived but was not validated in time")
        return (*attempts, self._make_attempt(reply, late, len(attempts) + 1))

    def receive(self, completion: Completion) -> Extraction[T]:
        """Judge a reply: return the extraction, or add a complaint to `request` and raise the ReplyError.

        An error that is not `reaskable` leaves the request unchanged: asking again would not help.
        """
        completion = self.record_reply(completion)
        self._partial, self._streamed = self._streamed or self._partial, {}
        error = find_stop_error(completion)
        if error is not None:
            raise self._add_attempt(completion, error)
        judged = self._judge_reply(completion)
        if judged.faults:
            self._partial = _keep_valid(judged) or self._partial
            raise self._complain(completion, judged)
        self._last_valid = judged
        return self._make_extraction(completion, judged)

    def challenge(self, paths: Sequence[str]) -> ReplyError:
        """Ask again for values of the last reply, which was valid, because they are printed nowhere; once only."""
        assert self._last_valid is not None
        assert self._reply is not None
        faults = tuple(
            FieldError(
                path,
                sentences.NOT_PRINTED,
                get_at(self._last_valid.data, find_steps(path, self._last_valid.data) or ()),
            )
            for path in paths
        )
        self.attempts = self.attempts[:-1]
        return self._complain(self._reply, replace(self._last_valid, faults=faults))

    def _judge_reply(self, completion: Completion) -> ValidationResult[T]:
        """Validate a reply; after a reask for some fields, merge them into the record and validate that."""
        try:
            judged = judge(completion, self.target, mode=self.request.mode, context=self.context, strict=self.strict)
            if self._partial_reask is None:
                return judged
            return self._partial_reask.judge_answer(
                judged, self.target, context=self.context, strict=self.strict or None
            )
        except Exception as error:  # a validator's, not a ValueError: pydantic lets it through; it ends the call
            self._add_attempt(completion, make_validator_error(error))
            raise

    def keep_streamed(self, data: Any) -> None:
        """Keep what a stream has delivered so far, as the partial record if the reply fails."""
        self._streamed = data

    def change_mode(self, mode: Mode | None, can: Capability) -> None:
        """Ask in another mode; only before the first reply, since a complaint has the form of its mode."""
        assert not self.attempts
        self.request = replace(self.request, mode=mode, capability=can)

    def change_options(self, options: Mapping[str, Any]) -> None:
        """Send the same request with other options; no complaint follows a reply that was cut off."""
        self.request = replace(self.request, options=options)

    def build_failure(
        self,
        last: ReplyError | None,
        pictures: Mapping[Image, Sequence[PreparedPicture]],
        kind: type[ExtractionFailed] = ExtractionFailed,
        why: str = "",
    ) -> ExtractionFailed:
        """The error to raise when there is no further attempt; `pictures` are those sent, for the transcript.

        `last` is the error of the last attempt unless another is given.
        """
        attempts, partial = self.billed_attempts, self._streamed or self._partial
        count, last = len(attempts), last or (attempts[-1].error if attempts else None)
        return kind(
            f"no valid {self.target.name} after {count} attempt{'s' if count != 1 else ''} (the valid fields are in "
            f".partial, every reply in .attempts): {why or last}",
            attempts=attempts,
            last=last,
            partial=partial if isinstance(partial, dict) else {},
            usage=sum_usage(attempts),
            cost=sum_cost(attempts),
            messages=write_transcript(self.request.insert_pictures(pictures)),
        )

    def _complain(self, completion: Completion, judged: ValidationResult[T]) -> ReplyError:
        """Ask again: for the fields that fail, for the same ones if nothing could be parsed, or for the record."""
        error = self._add_attempt(
            completion, make_reply_error(judged.faults, bool(completion.answers), completion.json_place)
        )
        self._faults = judged.faults
        if judged.data is not None or self._partial_reask is None:
            self._last_parsed = judged
        failing = tuple(fault.path for fault in judged.faults)
        self.request = self.request.append_reask(Reask(completion, self._write_complaint(), failing_paths=failing))
        return error

    def _write_complaint(self) -> str:
        """The complaint's text: the last reply's faults, and what to ask for, by the last reply that was parsed."""
        before = self._partial_reask
        if self._last_parsed is not None:
            keyed = self.request.mode in _KEYED_MODES
            self._partial_reask = plan_partial_reask(self._last_parsed, self.target, self.ask, keyed=keyed)
        again = self._partial_reask
        told = [fault.path for fault in self._faults[: sentences.MAX_LINES]] if again and before else []
        return write_complaint(
            self._faults, self._write_instruction(), {path: again.find_item(path) for path in told if again}
        )

    @property
    def failing_values(self) -> dict[str, str]:
        """The paths of the last reply's faults, each with the value given for it as text, or "" if there was none."""
        return {fault.path: _format_value(fault) for fault in self._faults if fault.path and not fault.extra}

    def extend_complaint(self, parts: Sequence[ContentPart]) -> None:
        """Add labels and pictures to the last complaint."""
        *before, last = self.request.turns
        if isinstance(last, Reask):
            last = replace(last, attachments=tuple(parts))
        else:  # a complaint in plain text, to a model that took over
            last = replace(last, content=(*last.parts, *parts))
        self.request = replace(self.request, turns=(*before, last))

    def add_text(self, text: str) -> None:
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
        self.request = replace(
            request, turns=flatten_reasks((*before, replace(last, complaint=self._write_complaint())))
        )

    def _write_instruction(self) -> str:
        """The end of a complaint: what to answer now."""
        again = self._partial_reask
        if again is None:
            return sentences.GIVE_WHOLE_RECORD
        items = any(unit.kind == "item" for unit in again.units)
        lists = [path for unit in again.units if unit.kind == "list" for path in unit.paths]
        optional = any(unit.optional for unit in again.units)
        if again.keyed:
            return sentences.ask_fields_alone(
                again.build_schema(self.target), items=items, lists=lists, optional=optional
            )
        above = {fault.path for fault in self._faults[: sentences.MAX_LINES]}
        return sentences.ask_fields_in_record(again.paths, above, items=items, lists=lists, optional=optional)

    def _add_attempt(self, completion: Completion, error: ReplyError) -> ReplyError:
        self.attempts = (*self.attempts, self._make_attempt(completion, error, len(self.attempts) + 1))
        return error

    def _make_attempt(self, completion: Completion, error: ReplyError | None, number: int) -> Attempt:
        return Attempt(
            number=number,
            model=self.request.model,
            mode=str(self.request.mode or ""),
            asked=self._partial_reask.paths if self._partial_reask else "all",
            errors=error.errors if error else {},
            error=error,
            reply=completion.answer_text,
            usage=completion.billed_usage,
            cost=self.request.find_cost(completion),
            seconds=completion.seconds,
            http_requests=completion.http_requests,
            request_id=completion.request_id,
            cached=completion.cached,
        )

    def _make_extraction(self, completion: Completion, judged: ValidationResult[T]) -> Extraction[T]:
        self.attempts = (*self.attempts, self._make_attempt(completion, None, len(self.attempts) + 1))
        return Extraction(
            record=judged.value,  # type: ignore[arg-type]  # no faults: the value has the target's type
            source=self.source,
            attempts=self.attempts,
            usage=sum_usage(self.attempts),
            cost=sum_cost(self.attempts),
            repairs=judged.repairs,
            completion=completion.raw,
            _answer=judged.data,
        )


def _format_value(fault: FieldError) -> str:
    """The value that was given, as it may be printed; "" for what is not printed as text."""
    return str(fault.value) if isinstance(fault.value, str | int | float) and not isinstance(fault.value, bool) else ""


def _keep_valid(judged: ValidationResult[Any]) -> Any:
    """The data of a reply without its failing fields."""
    paths = {fault.path for fault in judged.faults}
    return {} if "" in paths else json.loads(write_json(drop_paths(judged.data, paths)))
