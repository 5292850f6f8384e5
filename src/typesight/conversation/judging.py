"""Judge a reply: whether it can hold a record at all, and then what fails in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from typesight.errors import Filtered, Interrupted, InvalidRecord, NoAnswer, Refused, ReplyError, Truncated
from typesight.exchange.completion import Answer, Completion, StopReason
from typesight.models.modes import Mode
from typesight.schema.field_paths import FieldError
from typesight.schema.parallel_calls import judge_calls
from typesight.schema.repair import Repair
from typesight.schema.target import Target
from typesight.schema.validation import ValidationResult, are_equivalent

__all__ = ["find_stop_error", "judge", "make_reply_error", "make_validator_error"]

# Rows: stop reason -> (the error to raise, what to do). A reply whose stop reason has no row may hold a record.
_STOP_ERRORS: dict[StopReason, tuple[type[ReplyError], str]] = {
    StopReason.LENGTH: (Truncated, "the reply stopped at the token limit after {output} tokens; raise max_tokens"),
    StopReason.OVERFLOW: (
        Truncated,
        "the conversation is longer than the model's context; send fewer or smaller pictures",
    ),
    StopReason.REFUSAL: (
        Refused,
        "the model declined to answer; see .attempts[-1].reply, change the prompt or the model",
    ),
    StopReason.FILTER: (
        Filtered,
        "the provider's content filter cut the reply; try another provider",
    ),
    StopReason.INTERRUPTED: (Interrupted, "the reply ended before the model was done; send the request again"),
}

# What to do about an answer that the server took for reasoning.
_TAKEN_FOR_REASONING = (
    ": there is JSON in {}, but nothing where the answer belongs; turn off thinking or the server's "
    "reasoning parser, or use another mode"
)


def find_stop_error(completion: Completion) -> ReplyError | None:
    """The error of a reply whose stop reason rules out a record, whatever part of one it holds; None for others."""
    if completion.transport_error:
        return Interrupted(completion.transport_error)
    if completion.stop not in _STOP_ERRORS:
        return None
    if completion.stop is StopReason.INTERRUPTED and completion.endpoint_error:
        return Interrupted(f"the endpoint broke off the reply: {completion.endpoint_error}; send the request again")
    kind, words = _STOP_ERRORS[completion.stop]
    return kind(words.format(output=completion.usage.output))


def judge(
    completion: Completion, target: Target[Any], *, mode: Mode | None = None, context: Any = None, strict: bool = False
) -> ValidationResult[Any]:
    """Validate the answers of a reply: the record, or what fails. Every answer counts; none is ignored."""
    answers = completion.answers
    calls = [(answer.tool, answer.text) for answer in answers if answer.tool is not None]
    if target.tools and calls:
        return judge_calls(target, calls, context=context, strict=strict)
    fault = _find_answer_fault(answers, target, mode)
    if fault:
        return ValidationResult(None, None, (fault,))
    first, *others = [target.judge(answer.text, context=context, strict=strict or None) for answer in answers]
    if not all(are_equivalent(first, each) for each in others):
        return ValidationResult(None, None, (_make_several_fault(answers),))
    once = (Repair("", "counted the same answer, given several times, once", len(answers), 1),) if others else ()
    return replace(first, repairs=(*once, *first.repairs))


def _make_several_fault(answers: tuple[Answer, ...]) -> FieldError:
    return FieldError("", f"{len(answers)} records were given where one was asked for", None)


def _find_answer_fault(answers: tuple[Answer, ...], target: Target[Any], mode: Mode | None) -> FieldError | None:
    """The fault of a reply with no answer, or with a call of another tool. Never chooses between two answers."""
    tools = " or ".join(tool.name for tool in target.tools or (target,))
    if not answers:
        asked = f": call the tool {tools}" if mode is Mode.TOOLS else ""
        return FieldError("", f"no record was given{asked}", None, missing=True)
    other = next((answer.tool for answer in answers if answer.tool not in {None, target.name}), None)
    if other is None:
        return None
    return _make_several_fault(answers) if len(answers) > 1 else FieldError("", f"the tool to call is {tools}", other)


def make_reply_error(faults: Sequence[FieldError], answered: bool, elsewhere: str | None = None) -> ReplyError:
    """The error for a reply's faults; its message names the fields and quotes nothing of the reply.

    `elsewhere` says where there is JSON in a reply without an answer.
    """
    errors = {fault.path: fault.message for fault in faults}
    if not answered:
        why = _TAKEN_FOR_REASONING.format(elsewhere) if elsewhere else "; the model answered with something else"
        return NoAnswer(f"the reply contains no record{why}", errors=errors)
    # A path is cut since its keys may come from the reply; a validator's message may quote it: it is in `.errors` only.
    told = "; ".join(
        f"{fault.path[:60] or 'the answer'}: "
        + ("refused by its validator (see .errors)" if fault.quotes else fault.message)
        for fault in faults[:8]
    )
    more = f"; and {len(faults) - 8} more" if len(faults) > 8 else ""
    return InvalidRecord(f"the record does not validate: {told}{more}", errors=errors)


def make_validator_error(error: Exception) -> InvalidRecord:
    """The error of a reply for which a validator raised something other than a ValueError; its message is left out."""
    why = f"a validator raised {type(error).__name__} instead of a ValueError"
    return InvalidRecord(f"the record could not be validated: {why}", errors={"": why})
