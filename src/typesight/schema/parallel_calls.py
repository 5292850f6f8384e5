"""Validates several tool calls as one list of records: each call's arguments are a record of its tool's type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import ValidationError

from typesight.schema.field_paths import FieldError, field_errors
from typesight.schema.repair import Repair
from typesight.schema.target import WRAPPER, Judged, Target

__all__ = ["judge_calls"]

At = TypeVar("At", FieldError, Repair)


def judge_calls(
    target: Target[Any], calls: Sequence[tuple[str, str]], *, context: Any = None, strict: bool = False
) -> Judged[Any]:
    """Validate tool calls, each (tool name, JSON text), as a list of several types; a record has its tool's type.

    Paths are the same as in a list that comes as one answer: `result.0.name`.
    """
    judged = [_judged(target, tool, text, context, strict) for tool, text in calls]
    data = [each.data for each in judged]
    faults = [_placed(fault, number) for number, each in enumerate(judged) for fault in each.faults]
    if faults:
        return Judged(None, {WRAPPER: data}, tuple(faults))
    try:
        value = target.adapter.validate_python([each.value for each in judged], context=context)
    except ValidationError as error:
        return Judged(None, {WRAPPER: data}, field_errors(error, data, (WRAPPER,)))
    repairs = [_placed(repair, number) for number, each in enumerate(judged) for repair in each.repairs]
    return Judged(value, {WRAPPER: data}, repairs=tuple(repairs))


def _judged(target: Target[Any], tool: str, text: str, context: Any, strict: bool) -> Judged[Any]:
    member = next((each for each in target.tools if each.name == tool), None)
    if member is None:
        names = ", ".join(each.name for each in target.tools)
        return Judged(None, None, (FieldError("", f"the tools to call are {names}", tool),))
    return member.judge(text, context=context, strict=strict or None)


def _placed(found: At, number: int) -> At:
    """A fault or a repair of one record, with its path in the list."""
    return replace(found, path=f"{WRAPPER}.{number}.{found.path}".rstrip("."))
