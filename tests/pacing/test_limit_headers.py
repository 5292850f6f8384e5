"""What the headers of a reply say of limits, and that no header can break or stop a run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typesight.pacing.limit_headers import MAX_WAIT, RateLimit, read_rate_limits, read_retry_after
from typesight.pacing.pace import Pace

NOON = 1_796_126_400.0  # 2026-12-01T12:00:00Z


def test_openai_states_requests_and_tokens() -> None:
    headers = {
        "x-ratelimit-limit-requests": "500",
        "x-ratelimit-remaining-requests": "499",
        "x-ratelimit-reset-requests": "120ms",
        "x-ratelimit-limit-tokens": "30000",
        "x-ratelimit-remaining-tokens": "10000",
        "x-ratelimit-reset-tokens": "40s",
    }
    expected = (RateLimit("requests", 500, 499, 0.12), RateLimit("tokens", 30_000, 10_000, 40))
    assert read_rate_limits(headers, NOON) == expected


def test_anthropic_states_four_limits_with_dates() -> None:
    names = {
        "requests": "requests",
        "tokens": "tokens",
        "input-tokens": "input tokens",
        "output-tokens": "output tokens",
    }
    headers: dict[str, str] = {}
    for name in names:
        headers |= {
            f"anthropic-ratelimit-{name}-limit": "50",
            f"anthropic-ratelimit-{name}-remaining": "20",
            f"anthropic-ratelimit-{name}-reset": "2026-12-01T12:00:36Z",
        }
    assert read_rate_limits(headers, NOON) == tuple(RateLimit(kind, 50, 20, 36) for kind in names.values())


def test_a_wrong_clock_of_this_machine_does_not_shift_the_dates() -> None:
    headers = {
        "date": "Tue, 01 Dec 2026 12:00:00 GMT",
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "20",
        "anthropic-ratelimit-requests-reset": "2026-12-01T12:00:36Z",
    }
    assert read_rate_limits(headers, NOON - 3_600)[0].reset == 36
    assert read_retry_after(headers | {"retry-after": "Tue, 01 Dec 2026 12:00:07 GMT"}, NOON + 5_000) == 7


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("1s", 1), ("6m0s", 360), ("120ms", 0.12), ("1h2m3.5s", 3_723.5), ("12", 12), ("0s", 0), ("1d", 86_400)],
)
def test_a_reset_is_a_duration(said: str, seconds: float) -> None:
    (limit,) = read_rate_limits(limit_of(reset=said), NOON)
    assert limit.reset == pytest.approx(seconds)


@pytest.mark.parametrize("said", ["1796126436", "1796126436.0", "1796126436000"])
def test_a_reset_of_a_gateway_may_be_a_time_since_1970(said: str) -> None:
    assert read_rate_limits(limit_of(reset=said), NOON)[0].reset == 36
    assert read_rate_limits(limit_of(reset=said), NOON + 100)[0].reset == 0


@pytest.mark.parametrize("said", ["0", "0.5", "5e-324"])
def test_a_limit_below_one_request_is_no_limit(said: str) -> None:
    assert read_rate_limits(limit_of(limit=said, remaining="0"), NOON) == ()


@pytest.mark.parametrize(
    "said", ["", "soon", "-1s", "nan", "1e99", "inf", "s", "1x", "9" * 400, "2026-13-45T00:00:00Z"]
)
def test_a_reset_that_makes_no_sense_is_no_limit(said: str) -> None:
    assert read_rate_limits(limit_of(reset=said), NOON) == ()


@pytest.mark.parametrize("said", ["", "none", "-1", "nan", "1e99", "inf", "0x10"])
def test_a_number_that_makes_no_sense_is_no_limit(said: str) -> None:
    assert read_rate_limits(limit_of(remaining=said), NOON) == ()
    assert read_rate_limits(limit_of(limit=said), NOON) == ()


def test_more_than_the_limit_never_remains() -> None:
    assert read_rate_limits(limit_of(remaining="900"), NOON)[0].remaining == 500


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after-ms": "oops", "retry-after": "2"}, 2),
        ({"retry-after": "Tue, 01 Dec 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Tue, 01 Dec 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, MAX_WAIT),
        ({"retry-after": "86400"}, MAX_WAIT),
        ({"retry-after": "1e99"}, MAX_WAIT),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "later"}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert read_retry_after(headers, NOON) == seconds


HOSTILE = st.one_of(
    st.text(max_size=30),
    st.floats().map(str),
    st.integers().map(str),
    st.datetimes().map(lambda date: f"{date.isoformat()}Z"),
    st.sampled_from(["0", "1", "500", "5e-324", "6m0s", "1796126436"]),
    st.sampled_from(["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"]),
)
NAMES = (
    *(f"x-ratelimit-{part}-{kind}" for part in ("limit", "remaining", "reset") for kind in ("requests", "tokens")),
    *(f"anthropic-ratelimit-requests-{part}" for part in ("limit", "remaining", "reset")),
    *("retry-after", "retry-after-ms", "date"),
)


@given(
    replies=st.lists(st.tuples(st.sampled_from([200, 429, 503, 529]), st.dictionaries(st.sampled_from(NAMES), HOSTILE)))
)
def test_no_header_breaks_a_run_or_stops_it_for_more_than_ten_minutes(
    replies: list[tuple[int, dict[str, str]]],
) -> None:
    clock = [0.0]
    pace = Pace(8, 4, now=lambda: clock[0], wall_time=lambda: NOON + clock[0])
    for status, headers in replies:
        turn = pace.take_turn()
        assert 0 <= turn.delay <= MAX_WAIT
        if turn.delay:
            clock[0] += MAX_WAIT
            turn = pace.take_turn()
            assert turn.delay == 0
        pace.tell_reply(turn, status, headers)
        assert 1 <= pace.window <= 8


def limit_of(limit: str = "500", remaining: str = "499", reset: str = "120ms") -> dict[str, str]:
    return {
        "x-ratelimit-limit-requests": limit,
        "x-ratelimit-remaining-requests": remaining,
        "x-ratelimit-reset-requests": reset,
    }
