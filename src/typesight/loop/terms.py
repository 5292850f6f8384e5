"""Terms: the limits and checks of one call: how often to ask, what to check, what to spend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from typesight.budget import Budget
from typesight.endpoints.endpoint import Endpoint

__all__ = ["Successor", "Terms", "Verify"]

Verify = Literal["off", "warn", "reask"]
"""What happens if values are not printed in the picture: nothing, a warning, or one reask."""


@dataclass(frozen=True, slots=True)
class Successor:
    """A model that takes over, at another endpoint or, with None, at the one that the call is at.

    `place` is where the driver sends to that endpoint, as in `Send`, `max_retries` how often the SDK's client there
    repeats a request after a transport error.
    """

    model: str
    endpoint: Endpoint | None = None
    place: int = 0
    max_retries: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """The limits and checks of one call.

    `reasks` is how many reasks may follow the first reply; None if a tenacity object of the caller decides, which then
    decides about every request: neither transport retries nor a raised token limit come on top of it. `zoom`, `verify`
    and `hint` are the options of these names, `successors` the models of `escalate`.
    """

    reasks: int | None = 2
    budget: Budget | None = None
    zoom: bool = False
    verify: Verify = "off"
    hint: bool = False
    successors: tuple[Successor, ...] = ()
