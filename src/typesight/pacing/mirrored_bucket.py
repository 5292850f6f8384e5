"""MirroredBucket: what one of a provider's limits holds now, as far as this process can know.

A provider's bucket fills up steadily, and every process of the account drains it. A reply says what it held when the
request came. Since then it has filled further, and this run has begun more requests; what other processes take shows
in the next reply.

The pace that it allows is `SPEED` times what remains, in the time until it is full. All processes see the same bucket,
so all keep the same pace, whenever each began: that is how they get equal shares. Where the bucket settles depends on
how many they are: with one process at a fifth of the limit, with two at a ninth, with eight at a thirty-third.
"""

from __future__ import annotations

from typesight.pacing.limit_headers import MAX_WAIT, RateLimit

__all__ = ["MirroredBucket"]

# A higher speed leaves less unused, but several processes with few requests left then meet in the bucket. At 60
# requests a minute two processes met no 429 with 2 and 4, and 0.3 % with 8; four met 0.5 %, 2 % and 6 % (simulated runs
# of five minutes, as in tests/simulated_runs.py, 2026-12).
SPEED = 4.0
_FILL_SECONDS = 60.0  # OpenAI and Anthropic both state their limits per minute
_RESET_ERROR = 1.0  # seconds: Anthropic's resets are rounded to whole ones
_FORGETTING = 0.9  # of the tokens seen so far, what the next reply leaves: an average over about ten replies
_FIRST_SHARE = 0.1  # of the limit: the most that one request is taken to need before a second reply has come
_LEAST = 1e-6  # seconds or tokens: no division by zero


class MirroredBucket:
    """One limit. Has state because it changes with every request; its owner's lock guards it. Times are in seconds."""

    def __init__(self, stated: RateLimit, begun_at: float, number: int, now: float, begun: int) -> None:
        self._stated = stated
        self._rate = _find_rate(stated)
        self._sum_taken = min(stated.limit - stated.remaining, stated.limit * _FIRST_SHARE)
        self._sum_requests = 1.0
        self._own_need: float | None = None
        self._set_level(stated, begun_at, number, now, begun)

    def update(self, stated: RateLimit, begun_at: float, number: int, now: float, begun: int) -> None:
        """Take over what a reply states.

        The request was the run's `number`th, at the time `begun_at`; by `now`, `begun` were begun. Replies come in any
        order, and what an older request was told is no news.
        """
        if number < self._number:
            return
        if number > self._number:
            filled = min(self._stated.limit, self._stated.remaining + self._rate * max(0.0, begun_at - self._begun_at))
            self._sum_taken = self._sum_taken * _FORGETTING + max(0.0, filled - stated.remaining)
            self._sum_requests = self._sum_requests * _FORGETTING + number - self._number
        self._stated, self._rate = stated, _find_rate(stated)
        self._set_level(stated, begun_at, number, now, begun)

    def _set_level(self, stated: RateLimit, begun_at: float, number: int, now: float, begun: int) -> None:
        """The level now. The statement was made at some time between the request and the reply, so take the lower."""
        unseen = max(0.0, (begun - number) * self.need - self._rate * (now - begun_at))
        self._level, self._at, self._begun = stated.remaining - unseen, now, begun
        self._begun_at, self._number = begun_at, number

    def learn_need(self, tokens: float) -> None:
        """Take over how many tokens an average request of this run takes.

        Without this, what other processes take looks like need of the own requests, so that the slower of two
        processes would stay the slower one.
        """
        self._own_need = tokens

    @property
    def need(self) -> float:
        """What one request takes: 1, or the tokens of an average one; those of other processes count, if need be."""
        if self._stated.counts_requests:
            return 1.0
        seen = self._sum_taken / self._sum_requests if self._own_need is None else self._own_need
        return min(self._stated.limit, seen)

    def find_level(self, now: float, begun: int) -> float:
        """What it holds by `now`, when `begun` requests of the run were begun; below 0 if it holds too little."""
        filled = min(self._stated.limit, self._level + self._rate * (now - self._at))
        return filled - (begun - self._begun) * self.need

    def find_wait(self, now: float, begun: int) -> float:
        """Seconds until it holds enough for a request; 0 also for a statement of long ago, which says nothing now."""
        missing = self.need - self.find_level(now, begun)
        if missing <= 0:
            return 0.0
        return max(0.0, min(missing / self._rate, self._at + MAX_WAIT - now))

    def find_spacing(self, now: float, begun: int) -> float:
        """Seconds between two requests at the pace that it allows, at most a quarter of a minute.

        A limit per day is not spread over the day: of its bucket, too, the pace uses the most part within a minute.
        """
        level = max(self.find_level(now, begun), self.need, _LEAST)
        seconds_to_full = min(_FILL_SECONDS, max(0.0, self._stated.limit - level) / self._rate)
        return self.need * seconds_to_full / (SPEED * level)


def _find_rate(stated: RateLimit) -> float:
    """How much it fills in a second: in a minute as a whole, unless what the reply says does not agree with that."""
    usual = stated.limit / _FILL_SECONDS
    missing = stated.limit - stated.remaining
    slowest = missing / (stated.reset + _RESET_ERROR)
    fastest = missing / max(stated.reset - _RESET_ERROR, _LEAST)
    if missing <= 0 or slowest <= usual <= fastest:
        return usual
    return missing / max(stated.reset, _LEAST)
