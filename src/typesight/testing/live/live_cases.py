"""The live cases, a row each: what is tried at a real endpoint, and how many requests that takes.

A case returns a note about what it saw. It raises CaseFailed if it saw something else than it should, CaseSkipped if it
cannot be tried; any other error is a failed case too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import typesight
from typesight import ExtractionFailed, Mode, ModeError, Truncated
from typesight.testing.live.live_document import CheckedReceipt, LiveItem, LiveReceipt, draw_document
from typesight.testing.live.live_trial import CaseFailed, CaseSkipped, LiveTrial
from typesight.usage import Usage

__all__ = ["LIVE_CASES", "LiveCase"]

_MANY = 21  # pictures: more than some endpoints take, few enough to be cheap
_SHORT = 16  # tokens: the fewest that OpenAI's Responses takes as a limit
# Lines of text, about 16 tokens each, for a prompt that is long enough for a prompt cache: 1,024 tokens, and for Claude
# up to 4,096 (Haiku 4.5, Anthropic's guide of 2026-09).
_RULE = "Rule {}: copy every value as it is printed, and add nothing."
_CLAUDES = ("anthropic/", "bedrock/", "vertex/")


@dataclass(frozen=True, slots=True)
class LiveCase:
    """One case. `requests`: how many it usually sends; `input`: how many tokens each of them may have.

    `pictures`: it needs a model that takes pictures.
    """

    name: str
    run: Callable[[LiveTrial], str]
    requests: int = 1
    input: int = 1_500
    pictures: bool = False


def _judge(record: Any) -> str:
    wrong = record.find_wrong()
    return f"a valid record, wrong in {', '.join(wrong)}" if wrong else "the right record"


def _ask_in_mode(mode: Mode, trial: LiveTrial) -> str:
    try:
        record = trial.ask(LiveReceipt, mode=mode, max_retries=1)
    except ModeError as error:
        if not trial.meter.modes:
            raise CaseSkipped(str(error)) from None
        raise
    if (used := trial.meter.modes[-1]) != mode:
        raise CaseFailed(f"refused; answered in mode {used}")
    return _judge(record)


def _ask_again(reask: str, trial: LiveTrial) -> str:
    record = trial.ask(CheckedReceipt, reask=reask, context=lambda: len(trial.meter.replies), max_retries=2)
    asked = trial.meter.complaints
    return f"reasked {asked} time{'s' * (asked != 1)}; {_judge(record)}"


def _stop_at_limit(trial: LiveTrial) -> str:
    """A limit of few tokens is raised once; then the reply is still cut, which must be an error, or is whole."""
    try:
        trial.ask(LiveReceipt, max_tokens=_SHORT, max_retries=0)
    except ExtractionFailed as error:
        if isinstance(error.last, Truncated):
            return f"cut at {_SHORT} tokens, limit raised {len(trial.meter.replies) - 1} time, then Truncated"
        raise
    if len(trial.meter.replies) < 2:
        raise CaseFailed(f"a whole record within {_SHORT} tokens: the limit was not kept")
    return "cut, limit raised, then a record"


def _stream_record(trial: LiveTrial) -> str:
    snapshots = list(trial.stream_partial(LiveReceipt, max_retries=1))
    return f"{len(snapshots)} snapshots; {_judge(snapshots[-1])}"


def _stream_items(trial: LiveTrial) -> str:
    messages = trial.show("List the items of this receipt: name and price of each, not the total.")
    items = list(trial.stream_items(LiveItem, messages, max_retries=1))
    return f"{len(items)} items of 2"


def _send_large_picture(trial: LiveTrial) -> str:
    record = trial.ask(LiveReceipt, trial.show(pictures=[draw_document(scale=6)]), max_retries=1)
    return f"2520 x 1800 pixels, sent within the model's limits; {_judge(record)}"


def _send_many_pictures(trial: LiveTrial) -> str:
    pictures = [draw_document()] * _MANY
    problems = trial.client.estimate(messages=trial.show(pictures=pictures)).problems
    over = [problem for problem in problems if "are more than" in problem]
    if not over:
        raise CaseSkipped(f"{_MANY} pictures are within the limit of our tables, so they were not sent")
    try:
        trial.ask(LiveReceipt, trial.show(pictures=pictures), max_retries=0)
    except Exception as error:
        return f"{over[0].partition(':')[0]}: {type(error).__name__}"
    raise CaseFailed(f"accepted, although {over[0].partition(':')[0]}")


def _read_from_cache(trial: LiveTrial) -> str:
    is_claude = trial.endpoint.model.startswith(_CLAUDES)  # whose cache is only written where it is marked
    rules = "\n".join(_RULE.format(number) for number in range(330 if is_claude else 110))
    marked = {"enable_prompt_caching": True} if is_claude else {}
    for _ in range(2):
        trial.ask(LiveReceipt, [{"role": "system", "content": rules}, *trial.show()], max_retries=0, **marked)
    first, second = trial.meter.replies[0], trial.meter.replies[-1]
    seen = f"written {first.cache_write}, then read {second.cache_read} of {second.input} tokens"
    if not second.cache_read:
        raise CaseFailed(f"nothing was read from the prompt cache: {seen}")
    return seen


# Rows: the names of an SDK's counts of input tokens; all of them together are what `Usage.input` counts.
_INPUT_COUNTS = (
    ("prompt_tokens",),
    ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"),
)
_OUTPUT_COUNTS = ("completion_tokens", "output_tokens")


def _count_tokens(trial: LiveTrial) -> str:
    """The provider's own counts are ours, and the estimate is not below them."""
    _, completion = trial.ask_with_completion(LiveReceipt, max_retries=2)
    usage, ours = completion.usage, trial.meter.replies[-1]
    theirs = Usage(*_read_counts(usage))
    if (theirs.input, theirs.output) != (ours.input, ours.output):
        raise CaseFailed(f"the SDK's usage is {theirs.input} and {theirs.output}, ours {ours.input} and {ours.output}")
    first, guess = trial.meter.replies[0].input, trial.estimated or 0
    return f"usage agrees; estimated {guess} for {first}" + (f" ({guess / first - 1:+.0%})" if first else "")


def _read_counts(usage: Any) -> tuple[int, int]:
    """Input and output tokens of an SDK's usage object."""
    names = next(names for names in _INPUT_COUNTS if getattr(usage, names[0], None) is not None)
    output = next(getattr(usage, name) for name in _OUTPUT_COUNTS if getattr(usage, name, None) is not None)
    return sum(getattr(usage, name, None) or 0 for name in names), output


def _ask_for_raw_reply(trial: LiveTrial) -> str:
    reply = trial.client.create(messages=trial.show(), max_tokens=trial.endpoint.answer_tokens)
    return f"a {type(reply).__name__}"


def _use_unknown_model(trial: LiveTrial) -> str:
    name = f"{trial.endpoint.model.partition('/')[0]}/no-such-model"
    return _expect_error(trial, name, trial.endpoint.connect, "the name of the model")


def _use_wrong_key(trial: LiveTrial) -> str:
    return _expect_error(trial, trial.endpoint.model, {**trial.endpoint.connect, "api_key": "no-such-key"}, "the key")


def _expect_error(trial: LiveTrial, name: str, connect: Mapping[str, Any], what: str) -> str:
    """Ask with something wrong; the SDK's own error must come, untouched. A server may also not look at it."""
    with typesight.from_provider(name, **connect) as client, trial.meter.watch(client):
        try:
            client.create(response_model=LiveReceipt, messages=trial.show(), max_tokens=trial.endpoint.answer_tokens)
        except ExtractionFailed:
            return f"answered: the endpoint does not look at {what}"
        except Exception as error:
            if (status := getattr(error, "status_code", None)) is None:
                raise
            return f"{type(error).__name__}, status {status}"
    return f"answered: the endpoint does not look at {what}"


LIVE_CASES: tuple[LiveCase, ...] = (
    *(LiveCase(mode.value, partial(_ask_in_mode, mode)) for mode in Mode),
    LiveCase("reask_fields", partial(_ask_again, "fields"), requests=2),
    LiveCase("reask_whole", partial(_ask_again, "whole"), requests=2),
    LiveCase("token_limit", _stop_at_limit, requests=2),
    LiveCase("partial", _stream_record),
    LiveCase("iterable", _stream_items),
    LiveCase("raw", _ask_for_raw_reply),
    LiveCase("token_counts", _count_tokens),
    LiveCase("caching", _read_from_cache, requests=2, input=8_000),
    LiveCase("large_picture", _send_large_picture, input=5_000, pictures=True),
    LiveCase("many_pictures", _send_many_pictures, pictures=True),
    LiveCase("unknown_model", _use_unknown_model),
    LiveCase("wrong_key", _use_wrong_key),
)
