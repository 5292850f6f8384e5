"""Four times the reply is four times the work, for its validation and for the reask that it needs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from decimal import Decimal
from types import FrameType

import pytest
from pydantic import BaseModel, Field

from typesight.conversation.partial_reask import plan_partial_reask
from typesight.schema.target import make_target


class Item(BaseModel):
    name: str
    price: Decimal = Field(gt=0)
    count: int = 1


class Bill(BaseModel):
    shop: str
    items: list[Item]


TARGET = make_target(Bill)
# Rows: which items fail in the first reply -> which items the answer gives.
REASKS: dict[str, tuple[Callable[[int], bool], Callable[[int], bool]]] = {
    "one of them": (lambda number: number == 5, lambda number: number == 5),
    "one of them, all given": (lambda number: number == 5, lambda number: True),
    "half of them": (lambda number: number % 2 == 0, lambda number: True),
}


def write_bill(numbers: list[int], fails: Callable[[int], bool]) -> str:
    items = [
        {"name": f"item {number}", "price": "?" if fails(number) else number + 0.5, "count": None} for number in numbers
    ]
    return json.dumps({"shop": "Corner", "items": items})


def count_calls(work: Callable[[], None]) -> int:
    calls = 0

    def count(frame: FrameType, event: str, arg: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("case", REASKS)
def test_the_work_for_a_reask_is_linear_in_the_reply(case: str) -> None:
    fails, gives = REASKS[case]

    def reask(count: int) -> None:
        numbers = list(range(count))
        judged = TARGET.judge(write_bill(numbers, fails))
        assert len(judged.faults) == len([number for number in numbers if fails(number)])
        again = plan_partial_reask(judged, TARGET, "fields", keyed=False)
        assert again is not None
        answer = TARGET.judge(write_bill([number for number in numbers if gives(number)], lambda number: False))
        after = again.judge_answer(answer, TARGET, context=None, strict=None)
        assert after.value is not None
        assert len(after.value.items) == count

    reask(10)  # what is made once, for the type
    assert count_calls(lambda: reask(800)) < 4.2 * count_calls(lambda: reask(200))
