"""The message of an error that an endpoint sends inside a reply is found; where there is none, nothing is searched."""

from __future__ import annotations

import sys
from types import FrameType, SimpleNamespace
from typing import Any

import pytest

from typesight.exchange.in_band_errors import read_error_message


@pytest.mark.parametrize(
    "told",
    [
        "out of memory",
        {"error": "out of memory"},
        {"error": {"message": "out of memory", "param": None}},
        {"detail": [{"msg": "out of memory"}]},
        SimpleNamespace(error=SimpleNamespace(message="out of memory", detail=None)),
    ],
)
def test_an_error_is_told_in_its_own_words(told: Any) -> None:
    assert read_error_message(told) == "out of memory"


@pytest.mark.parametrize("told", [None, {}, SimpleNamespace(error=None), {"error": {}, "message": None}])
def test_what_holds_no_error_has_no_message_and_costs_no_search(told: Any) -> None:
    """Every reply is asked for its error, and nearly none has one."""
    calls = 0

    def count(frame: FrameType, event: str, arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        message = read_error_message(told)
    finally:
        sys.setprofile(before)
    assert message is None
    assert calls < 40
