"""Checks of single options of a call: each reads what the caller gave, or says what may be given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from typesight.budget import Budget
from typesight.conversation.reask_option import Reasking
from typesight.errors import ImageError, MissingExtra
from typesight.exchange.request import Request
from typesight.exchange.turns import ToolResult, Turn
from typesight.exchange.wire import Wire
from typesight.loop.terms import Verify
from typesight.ocr.engine import is_ocr_installed

__all__ = ["check_budget", "check_result_images", "read_hint", "read_verify"]


def read_hint(given: Any) -> bool:
    """Read the option `hint`. Raises ValueError, and MissingExtra if OCR is not installed."""
    if given not in {None, "ocr"}:
        raise ValueError(f"hint={given!r}: give 'ocr' or None")
    if given and not is_ocr_installed():
        raise MissingExtra("local", "hint='ocr'")
    return bool(given)


def read_verify(given: Any) -> Verify:
    """Read the option `verify`. Raises ValueError, and MissingExtra if OCR is not installed."""
    if given not in get_args(Verify):
        raise ValueError(f"verify={given!r} is not one of {', '.join(get_args(Verify))}")
    if given != "off" and not is_ocr_installed():
        raise MissingExtra("local", f"verify={given!r}")
    verify: Verify = given
    return verify


def check_budget(budget: Any, request: Request, reasking: Reasking) -> None:
    """Raise TypeError or ValueError for a budget that cannot be enforced with this model or one in `escalate`."""
    if not isinstance(budget, Budget):
        raise TypeError(f"budget must be a Budget(usd=..., tokens=...), not {type(budget).__name__}")
    budget.check(model=request.model, vendor=request.vendor)
    for each in reasking.escalate:
        vendor, model = (request.vendor, each) if isinstance(each, str) else (each[0]._endpoint.vendor, each[1])
        budget.check(model=model, vendor=vendor)


def check_result_images(turns: Iterable[Turn], wire: Wire) -> None:
    """Raise ImageError for a picture in a tool result if the wire takes only text there."""
    for number, turn in enumerate(turns):
        if not wire.PICTURES_IN_RESULTS and any(isinstance(part, ToolResult) and part.images for part in turn.parts):
            raise ImageError(
                f"messages[{number}] holds an image in a tool's result, where {wire.NAME} takes only text: put it "
                "into a user turn after the result, or use api='responses'"
            )
