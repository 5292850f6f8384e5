"""What becomes of an error of the application's tracer or meter: a log line, since a call's result is worth more."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from typesight.logger import LOGGER

__all__ = ["log_faults"]

P = ParamSpec("P")


def log_faults(step: Callable[P, None]) -> Callable[P, None]:
    """Make a function log the class of its error in place of raising it."""

    @wraps(step)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            step(*args, **kwargs)
        except Exception as error:
            LOGGER.error("telemetry failed: step=%s error=%s", step.__name__, type(error).__name__)

    return guarded
