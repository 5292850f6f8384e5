"""Runs of many documents against one simulated provider, on a clock that only the simulation moves."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from typesight.pacing.pace import Pace, RequestTurn
from typesight.testing import RateLimits
from typesight.testing.limits.limiter import Limiter

__all__ = ["SimulatedRun", "simulate"]

REFUSING = 0.05  # seconds that the provider takes to answer 429


@dataclass
class SimulatedRun:
    """One process: it has documents without end, and a pace."""

    pace: Pace
    good: list[float] = field(default_factory=list)
    """When its good replies came, in seconds."""
    limited: list[float] = field(default_factory=list)
    working: int = 0

    def count_good(self, since: float = 0.0) -> int:
        """How many good replies came from then on."""
        return sum(at >= since for at in self.good)


def simulate(
    limits: RateLimits,
    starts: tuple[float, ...],
    seconds: float,
    *,
    latency: float = 1.0,
    tokens: Callable[[random.Random], int] = lambda _: 1,
    headers: bool = True,
    wire: str = "openai_chat",
    most: int = 32,
) -> list[SimulatedRun]:
    """Runs that begin at these times, until `seconds`; a reply takes 0.5 to 1.5 times the latency."""
    clock, chance, number = [0.0], random.Random(7), iter(range(10**9))
    limiter = Limiter(limits, lambda: clock[0])
    runs = [SimulatedRun(Pace(most, 8, now=lambda: clock[0])) for _ in starts]
    agenda: list[tuple[float, int, Callable[[], Iterator[Any]]]] = []

    def plan(after: float, act: Callable[[], Any]) -> None:
        heapq.heappush(agenda, (clock[0] + after, next(number), act))

    def fill(run: SimulatedRun) -> None:
        while run.working < run.pace.window:
            run.working += 1
            ask(run)

    def ask(run: SimulatedRun) -> None:
        turn = run.pace.take_turn()
        if turn.delay:
            plan(min(turn.delay, 1.0) + chance.uniform(0, 0.002), lambda: ask(run))
            return
        taken = tokens(chance)
        verdict = limiter.judge(wire, taken)
        stated = {**verdict.headers, **(verdict.refusal.headers if verdict.refusal else {})}
        shown = stated if headers else {name: each for name, each in stated.items() if name == "retry-after"}
        if verdict.refusal:
            plan(REFUSING, lambda: refuse(run, turn, shown))
        else:
            plan(latency * chance.uniform(0.5, 1.5), lambda: reply(run, turn, shown, taken))

    def refuse(run: SimulatedRun, turn: RequestTurn, stated: dict[str, str]) -> None:
        run.pace.tell_reply(turn, 429, stated)
        run.limited.append(clock[0])
        ask(run)

    def reply(run: SimulatedRun, turn: RequestTurn, stated: dict[str, str], taken: int) -> None:
        run.pace.tell_reply(turn, 200, stated)
        run.pace.tell_tokens(taken, 0)
        run.good.append(clock[0])
        run.working -= 1
        fill(run)

    for run, start in zip(runs, starts, strict=True):
        plan(start, lambda run=run: fill(run))  # type: ignore[misc]  # each its own
    while agenda and agenda[0][0] <= seconds:
        clock[0], _, act = heapq.heappop(agenda)
        act()
    return runs
