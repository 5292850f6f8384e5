"""A pace keeps a run within limits, gives each of two runs its share, and never moves a clock itself."""

from __future__ import annotations

import random
from typing import Any

import pytest

from simulated_runs import SimulatedRun, simulate
from typesight.pacing.pace import Pace, RequestTurn
from typesight.testing import RateLimits


class Clock:
    """Seconds, moved by the test."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def take(pace: Pace) -> RequestTurn:
    turn = pace.take_turn()
    assert turn.delay == 0
    return turn


def stated(limit: int, remaining: int, reset: str, kind: str = "requests") -> dict[str, str]:
    return {
        f"x-ratelimit-limit-{kind}": str(limit),
        f"x-ratelimit-remaining-{kind}": str(remaining),
        f"x-ratelimit-reset-{kind}": reset,
    }


def test_the_window_doubles_in_a_round_trip_until_it_is_full(clock: Clock) -> None:
    pace, sizes = Pace(32, 4, now=clock), []
    for _ in range(4):
        sizes.append(pace.window)
        for turn in [take(pace) for _ in range(pace.window)]:
            pace.tell_reply(turn, 200, {})
    assert sizes == [4, 8, 16, 32]


@pytest.mark.parametrize("status", [429, 503, 529])
def test_a_limit_halves_the_window_once_in_a_round_trip_and_it_grows_by_one_in_each(status: int, clock: Clock) -> None:
    pace = Pace(32, 16, now=clock)
    for turn in [take(pace) for _ in range(16)]:
        pace.tell_reply(turn, status, {"retry-after": "1"})
    assert (pace.window, pace.limited) == (8, 16)
    sizes = []
    for _ in range(3):
        for _ in range(pace.window):
            clock.now += 10
            pace.tell_reply(take(pace), 200, {})
        sizes.append(pace.window)
    assert sizes == [8, 9, 10]


@pytest.mark.parametrize("status", [400, 401, 404, 408, 500, 502])
def test_any_other_error_says_nothing_about_limits(status: int, clock: Clock) -> None:
    pace = Pace(32, 16, now=clock)
    pace.tell_reply(take(pace), status, {"retry-after": "30"})
    pace.tell_error(take(pace))
    assert (pace.window, pace.limited, pace.hold_seconds, pace.in_flight) == (16, 0, 0, 0)


def test_one_document_is_always_in_flight(clock: Clock) -> None:
    pace = Pace(32, 16, now=clock)
    for _ in range(10):
        pace.tell_reply(take(pace), 529, {})
    assert pace.window == 1


@pytest.mark.parametrize(("most", "start", "size"), [(1, 8, 1), (8, 0, 1), (8, 99, 8)])
def test_the_window_begins_between_one_and_the_most(most: int, start: int, size: int) -> None:
    assert Pace(most, start).window == size


def test_none_in_flight_is_no_run() -> None:
    with pytest.raises(ValueError, match="most=0: give the number of documents"):
        Pace(0, 1)


def test_retry_after_holds_every_request_and_then_lets_no_burst_out(clock: Clock) -> None:
    pace = Pace(32, 16, now=clock)
    turns = [take(pace) for _ in range(16)]
    clock.now = 1.0
    pace.tell_reply(turns.pop(), 429, {"retry-after": "20"})
    for turn in turns:
        pace.tell_reply(turn, 200, {})
    assert (pace.take_turn().delay, pace.find_delay(), pace.hold_seconds) == (20, 20, 20)
    clock.now = 21.0
    gone = 0
    while pace.take_turn().delay == 0:
        gone += 1
    assert 1 <= gone <= pace.window / 4


def test_a_later_and_shorter_hold_does_not_end_a_longer_one(clock: Clock) -> None:
    pace = Pace(32, 16, now=clock)
    first, second = take(pace), take(pace)
    pace.tell_reply(first, 429, {"retry-after": "20"})
    pace.tell_reply(second, 429, {"retry-after": "1"})
    assert pace.hold_seconds == 20


def test_a_429_without_a_time_holds_the_run_for_longer_each_time(clock: Clock) -> None:
    pace, holds = Pace(32, 16, now=clock), []
    for _ in range(8):
        pace.tell_reply(take(pace), 429, {})
        holds.append(pace.hold_seconds)
        clock.now += 1_000
    assert holds == [1, 2, 4, 8, 16, 32, 60, 60]
    pace.tell_reply(take(pace), 200, {})
    clock.now += 1_000
    pace.tell_reply(take(pace), 429, {})
    assert pace.hold_seconds == 1


def test_an_empty_bucket_is_waited_for(clock: Clock) -> None:
    """60 a minute is one a second."""
    pace = Pace(32, 16, now=clock)
    pace.tell_reply(take(pace), 200, stated(60, 0, "60s"))
    assert pace.take_turn().delay >= 1
    clock.now = 0.5
    assert pace.take_turn().delay >= 0.5


def test_a_bucket_of_tokens_is_drained_by_what_a_request_takes(clock: Clock) -> None:
    """Of 60,000 a minute 500 are left: a request of 2,000 has to wait for 1.5 seconds."""
    pace = Pace(32, 16, now=clock)
    pace.tell_tokens(1_500, 500)
    pace.tell_reply(take(pace), 200, stated(60_000, 500, "59.5s", "tokens"))
    pace.tell_tokens(1_500, 500)
    clock.now = 1.4
    assert pace.take_turn().delay > 0
    clock.now = 20.0
    assert pace.take_turn().delay == 0


def test_requests_under_way_count_against_what_remains(clock: Clock) -> None:
    """All thirty left before the first reply, which says that 31 of the 60 remain."""
    pace = Pace(32, 30, now=clock)
    turns = [take(pace) for _ in range(30)]
    pace.tell_reply(turns[0], 200, stated(60, 31, "29s"))
    gone = 0
    while pace.take_turn().delay == 0:
        gone += 1
    assert gone <= 2


def test_an_old_reply_is_no_news(clock: Clock) -> None:
    pace = Pace(32, 16, now=clock)
    old, new = take(pace), take(pace)
    pace.tell_reply(new, 200, stated(60, 0, "60s"))
    delay = pace.find_delay()
    pace.tell_reply(old, 200, stated(60, 59, "1s"))
    assert pace.find_delay() == delay >= 1


def test_what_a_reply_said_of_limits_ten_minutes_ago_stops_nobody(clock: Clock) -> None:
    pace = Pace(32, 16, now=clock)
    pace.tell_reply(take(pace), 200, stated(20, 0, "23h59m0s"))
    assert pace.find_delay() == 600
    clock.now = 600.0
    assert pace.take_turn().delay == 0


def test_a_run_that_is_stopped_says_so() -> None:
    pace = Pace(8, 8)
    assert not pace.is_stopped
    pace.stop()
    assert pace.is_stopped


def find_share(runs: list[SimulatedRun], since: float) -> float:
    """The first run's share of the good replies since then."""
    counts = [run.count_good(since) for run in runs]
    return counts[0] / sum(counts)


def find_limited_share(runs: list[SimulatedRun]) -> float:
    """The share of 429s in all requests."""
    limited = sum(len(run.limited) for run in runs)
    return limited / (limited + sum(run.count_good() for run in runs))


# Rows: requests a minute, seconds that a reply takes, seconds simulated.
ACCOUNTS = [(60, 1, 240), (60, 5, 240), (500, 1, 180), (500, 5, 180), (600, 0.05, 120), (1_200, 0.2, 90)]


@pytest.mark.parametrize("wire", ["openai_chat", "anthropic_messages"])
@pytest.mark.parametrize(("rate", "latency", "seconds"), ACCOUNTS)
def test_two_runs_at_one_limit_get_half_each_though_one_began_much_earlier(
    rate: float, latency: float, seconds: float, wire: str
) -> None:
    start = seconds / 4
    runs = simulate(RateLimits(requests_per_minute=rate), (0, start), seconds, latency=latency, wire=wire)
    assert runs[0].pace.window == 32
    assert 0.4 <= find_share(runs, start) <= 0.6
    assert find_limited_share(runs) <= 0.01


@pytest.mark.parametrize(("rate", "latency", "seconds"), ACCOUNTS)
def test_a_run_alone_uses_its_limit(rate: float, latency: float, seconds: float) -> None:
    (run,) = simulate(RateLimits(requests_per_minute=rate), (0,), seconds, latency=latency)
    able = min(rate * (1 + seconds / 60), 32 / latency * seconds)
    assert run.count_good() >= 0.88 * able
    assert run.limited == []


def test_two_runs_share_a_limit_of_tokens(wire: str = "openai_chat") -> None:
    def draw(chance: random.Random) -> int:
        return chance.randint(500, 1_500)

    limits = RateLimits(requests_per_minute=5_000, tokens_per_minute=200_000)
    runs = simulate(limits, (0, 60), 240, latency=2, tokens=draw, wire=wire)
    assert 0.4 <= find_share(runs, 60) <= 0.6
    assert find_limited_share(runs) <= 0.01
    assert sum(run.count_good() for run in runs) >= 0.9 * 200 * 5


@pytest.mark.parametrize(
    "case", [{"rate": 60, "latency": 1}, {"rate": 500, "latency": 2}, {"rate": 1_200, "latency": 0.2}]
)
def test_a_provider_that_states_no_limits_is_not_stormed(case: dict[str, Any]) -> None:
    limits = RateLimits(requests_per_minute=case["rate"])
    (run,) = simulate(limits, (0,), 240, latency=case["latency"], headers=False)
    assert find_limited_share([run]) <= 0.05
    assert run.count_good() >= 0.9 * min(case["rate"] * 5, 32 / case["latency"] * 240)
