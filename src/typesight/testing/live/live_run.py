"""Runs live cases one after the other, within a spending cap; a row of the table for each."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import typesight
from typesight import Client
from typesight.endpoints.refused_connections import is_connection_refused
from typesight.testing.live.live_cases import LiveCase
from typesight.testing.live.live_trial import CaseFailed, CaseSkipped, LiveEndpoint, LiveTrial
from typesight.testing.live.spending import RequestMeter, SpendingCap
from typesight.usage import Usage

__all__ = ["CaseResult", "run_cases"]

Outcome = Literal["ok", "failed", "skipped"]
_USUAL_ANSWER = 200  # tokens
_UNPAID = frozenset({401, 402})  # HTTP statuses: the key is refused, the account is empty


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A row of the table. `estimated` are the input tokens of the first request, as `Client.estimate` had them.

    `mode` is that of the last request; `usd` is None if the price is not known, or nothing was sent. `ends_run`: the
    cases after it would fail alike, so they are not tried.
    """

    case: str
    outcome: Outcome
    note: str
    mode: str = ""
    requests: int = 0
    usage: Usage = field(default_factory=Usage)
    estimated: int | None = None
    usd: float | None = None
    seconds: float = 0.0
    ends_run: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The row as JSON data."""
        return asdict(self)


def run_cases(
    client: Client[Any], endpoint: LiveEndpoint, cases: Sequence[LiveCase], cap: SpendingCap
) -> Iterator[CaseResult]:
    """Run the cases in order; those that the cap does not allow are skipped, and their rows say so."""
    spent = Usage()
    for case in cases:
        excess = cap.find_excess(spent, _plan(case))
        if excess or (case.pictures and endpoint.is_text_only):
            yield CaseResult(case.name, "skipped", excess or "the model takes no pictures")
            continue
        result = _run_case(case, client, endpoint, cap, spent)
        spent += result.usage
        yield result
        if result.ends_run:
            return


def _plan(case: LiveCase) -> Usage:
    """The tokens that a case usually takes; one that takes more is ended by the budget of its calls."""
    return Usage(case.requests * case.input, case.requests * _USUAL_ANSWER)


def _run_case(
    case: LiveCase, client: Client[Any], endpoint: LiveEndpoint, cap: SpendingCap, spent: Usage
) -> CaseResult:
    began = time.perf_counter()
    meter = RequestMeter()
    with meter.watch(client), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the pictures are too large or too many on purpose
        trial = LiveTrial(client, endpoint, meter, cap, spent)
        outcome, note, ends_run = _try_case(case, trial)
    return CaseResult(
        case.name,
        outcome,
        note,
        mode=meter.modes[-1] if meter.modes else "",
        requests=len(meter.modes),
        usage=meter.usage,
        estimated=trial.estimated,
        usd=cap.price(meter.usage) if meter.modes else None,
        seconds=time.perf_counter() - began,
        ends_run=ends_run,
    )


def _try_case(case: LiveCase, trial: LiveTrial) -> tuple[Outcome, str, bool]:
    """What came of a case, a note about it, and whether it ends the run."""
    try:
        return "ok", case.run(trial), False
    except CaseSkipped as reason:
        return "skipped", str(reason), False
    except CaseFailed as finding:
        return "failed", str(finding), False
    except typesight.BudgetExceeded as error:
        return "skipped", f"the cap ended it: {error}", False
    except typesight.ExtractionFailed as error:
        return "failed", _describe_failure(error), False
    except Exception as error:  # whatever an endpoint makes of a request belongs in its row
        ends_run = getattr(error, "status_code", None) in _UNPAID or is_connection_refused(error)
        return "failed", _describe_error(error, ends_run), ends_run


def _describe_failure(error: typesight.ExtractionFailed) -> str:
    last = error.last or error
    return f"{type(last).__name__} after {len(error.attempts)} replies: {last}"


def _describe_error(error: Exception, ends_run: bool) -> str:
    """The error with its notes, of which one names the URL that did not answer."""
    said = " ".join((f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())))
    return f"the run ends here: {said}" if ends_run else said
