"""Checks on dates: within a range, and in chronological order."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

from pydantic import AfterValidator, model_validator

from typesight.checks.model_paths import called, values_at

__all__ = ["dated", "in_order"]

Moment = date | timedelta | Literal["today"]


def dated(*, after: Moment | None = None, before: Moment | None = None) -> AfterValidator:
    """A check that a date lies in a range, both ends included; use it in `Annotated[date, ...]`.

    An end is a date, "today", or a timedelta from today (`after=timedelta(days=-365)`). An end counted from today gets
    one day of slack, because of time zones.
    """

    def check(value: date) -> date:
        day = _date(value)
        earliest, latest = _day(after, -1), _day(before, 1)
        if earliest and day < earliest:
            raise ValueError(f"{day} is before {earliest}, the earliest it can be: read day, month and year again")
        if latest and day > latest:
            raise ValueError(f"{day} is after {latest}, the latest it can be: read day, month and year again")
        return value

    return AfterValidator(check)


def in_order(*names: str) -> Any:
    """A check that dates are in chronological order, or equal: `in_order("issued", "due")`. None is skipped.

    Assign it to a name in the model's body.
    """
    if len(names) < 2:
        raise TypeError("in_order takes at least two paths")

    def check(self: Any) -> Any:
        given = [(name, values_at(self, name)[0]) for name in names]
        dates = [(name, value) for name, value in given if value is not None]
        for (first, one), (second, other) in pairwise(dates):
            if (one > other) if type(one) is type(other) else (_date(one) > _date(other)):
                raise ValueError(
                    f"{called(self, first)} is {one}, which is after {called(self, second)}, {other}: read both again"
                )
        return self

    return model_validator(mode="after")(check)


def _date(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _day(moment: Moment | None, slack: int) -> date | None:
    if moment is None or isinstance(moment, date):
        return None if moment is None else _date(moment)
    today = date.today() + timedelta(days=slack)
    return today if isinstance(moment, str) else today + moment
