"""The states of a call's loop, and every way from one to the next, in one table.

The loop can only go the ways of the table (`check_way`), and the page about it in the docs is drawn from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

__all__ = ["NEEDS", "PREPARATION", "WAYS", "State", "check_way"]


class State(StrEnum):
    """Where a call is: each state but DONE waits for what it needs."""

    FETCHING = "fetching"
    ZOOMING = "zooming"
    ENCODING = "encoding"
    HINTING = "hinting"
    ESTIMATING = "estimating"
    SENDING = "sending"
    CHECKING = "checking"
    DONE = "done"


NEEDS: Mapping[State, tuple[str, str]] = {
    State.FETCHING: ("Fetch", "the pictures behind URLs that the endpoint does not fetch itself"),
    State.ZOOMING: ("Read", "the places where the failing fields are printed"),
    State.ENCODING: ("Read", "the pictures, to encode them for the endpoint"),
    State.HINTING: ("Read", "the text of the pictures, to send it with them"),
    State.ESTIMATING: ("Read", "the sizes of the pictures, to estimate the next request"),
    State.SENDING: ("Send", "the request"),
    State.CHECKING: ("Read", "the text of the pictures, to look for the record's values in it"),
    State.DONE: ("Done", "the record, or the error to raise"),
}
"""What each state needs, and of what."""

PREPARATION = (
    State.FETCHING,
    State.ZOOMING,
    State.ENCODING,
    State.HINTING,
    State.ESTIMATING,
    State.SENDING,
)
"""The states that prepare a request, in order; one that has nothing to do is left out."""

_FAILED: Mapping[State, str] = {
    State.DONE: "nothing else can be tried: the error is raised, or a challenged record returned"
}
_BUDGETED = "there is a budget"
_READY = "nothing else is left to prepare"

WAYS: Mapping[State, Mapping[str, Mapping[State, str]]] = {
    State.FETCHING: {
        "Fetched": {
            State.ZOOMING: "another model has taken over, and `zoom` is on",
            State.ENCODING: "otherwise",
        },
        "Failed": _FAILED,
    },
    State.ZOOMING: {
        "WasRead": {
            State.ENCODING: "close-ups were found, or another model has taken over",
            State.ESTIMATING: _BUDGETED,
            State.SENDING: _READY,
        },
        "Failed": _FAILED,
    },
    State.ENCODING: {
        "WasRead": {
            State.HINTING: "`hint` is on, and this is the first request",
            State.ESTIMATING: _BUDGETED,
            State.SENDING: _READY,
        },
        "Failed": _FAILED,
    },
    State.HINTING: {"WasRead": {State.ESTIMATING: _BUDGETED, State.SENDING: _READY}, "Failed": _FAILED},
    State.ESTIMATING: {
        "WasRead": {State.SENDING: "the budget has room", State.DONE: "the request would exceed the budget"},
        "Failed": _FAILED,
    },
    State.SENDING: {
        "Replied": {
            State.FETCHING: "a reask follows, by another model whose endpoint fetches no URLs",
            State.ZOOMING: "a reask follows, and `zoom` is on",
            State.ENCODING: "a reask follows, by another model",
            State.ESTIMATING: "a reask follows, or the same request again, and there is a budget",
            State.SENDING: "a reask follows; the body was no reply and retries are left; or the token limit was raised",
            State.CHECKING: "the record is valid, and `verify` is on",
            State.DONE: "the record is valid; or no reask is left, or none would help",
        },
        "Failed": {
            State.ESTIMATING: "the request is sent again, and there is a budget",
            State.SENDING: "the mode was refused, and another is left; or a retry policy may allow another attempt",
            **_FAILED,
        },
    },
    State.CHECKING: {
        "WasRead": {
            State.ZOOMING: "a reask challenges values that are printed nowhere, and `zoom` is on",
            State.ESTIMATING: "a reask challenges values, and there is a budget",
            State.SENDING: "a reask challenges values",
            State.DONE: "all values are printed; no reask is left; they were challenged before; or `verify` only warns",
        },
        "Failed": _FAILED,
    },
    State.DONE: {
        "Resumed": {
            State.ESTIMATING: "a retry policy rejects the record, and there is a budget",
            State.SENDING: "a retry policy rejects the record",
        }
    },
}
"""State -> what came -> the states that may be next, each with its condition in words.

"Stopped" leads from every state to DONE: the deadline has passed, or the caller's retry policy has given up.
"""


def check_way(state: State, came: str, following: State) -> None:
    """Raise AssertionError for a way that is not in the table: a mistake of ours, never of a caller."""
    stopped = came == "Stopped" and following is State.DONE
    assert stopped or following in WAYS[state].get(came, ()), f"no way from {state} by {came} to {following}"
