"""Readers of options: each checks what a caller gave, and returns what the code works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike, fsdecode
from typing import Any, get_args

from typesight.budget import Budget
from typesight.caches.recorded import Recorded
from typesight.caches.reply_cache import check_cache
from typesight.conversation.reask_option import Ask, Reasking, parse_reasking
from typesight.deadline import start_deadline
from typesight.errors import MissingExtra, ModeError
from typesight.images.autodetect import Autodetect
from typesight.loop.terms import Verify
from typesight.models.modes import Mode
from typesight.ocr.engine import is_ocr_installed

__all__ = [
    "expect_choice",
    "expect_type",
    "parse_budget",
    "parse_concurrency",
    "parse_count",
    "parse_number",
    "parse_switch",
    "read_autodetect",
    "read_cache",
    "read_concurrency",
    "read_deadline",
    "read_hint",
    "read_ledger",
    "read_mode",
    "read_progress",
    "read_reask",
    "read_verify",
]

_SWITCHES: Mapping[str, Any] = {"auto": "auto", "on": True, "off": False}


def expect_type(name: str, *kinds: type, takes: str) -> Callable[[Any], Any]:
    """Make a reader that takes None and values of these types, and nothing else: True does not count as a number."""

    def read(given: Any) -> Any:
        if given is None or (isinstance(given, kinds) and (bool in kinds or not isinstance(given, bool))):
            return given
        raise TypeError(f"{name} must be {takes}, not {type(given).__name__}")

    return read


def expect_choice(name: str, *choices: str) -> Callable[[Any], Any]:
    """Make a reader that takes one of these texts."""

    def read(given: Any) -> Any:
        if not isinstance(given, str) or given not in choices:
            raise ValueError(f"{name}={given!r} is not one of {', '.join(choices)}")
        return given

    return read


def read_mode(given: Any) -> Mode | None:
    """Read the option `mode`. Raises ModeError for one that does not exist."""
    try:
        return None if given is None else Mode(given)
    except ValueError:
        raise ModeError(f"there is no mode {given!r}; the modes are {', '.join(map(repr, map(str, Mode)))}") from None


def read_reask(given: Any) -> Reasking:
    """Read the option `reask`. Raises TypeError or ValueError."""
    return parse_reasking(expect_choice("reask", *get_args(Ask))(given) if isinstance(given, str) else given)


def read_autodetect(given: Any) -> Autodetect | None:
    """Read the option `autodetect_images`. Raises TypeError."""
    if isinstance(given, bool) or given is None:
        return Autodetect() if given else None
    if not isinstance(given, Autodetect):
        raise TypeError(f"autodetect_images must be True, False or an Autodetect, not {type(given).__name__}")
    return given


def read_cache(given: Any) -> Any:
    """Check the option `cache`: a cache of replies, or a Recorded. Raises TypeError."""
    if given is not None and not isinstance(given, Recorded):
        check_cache(given)
    return given


def read_deadline(given: Any) -> Any:
    """Check the option `deadline`, which starts with each call. Raises TypeError or ValueError."""
    start_deadline(given)
    return given


def read_hint(given: Any) -> bool:
    """Read the option `hint`. Raises ValueError, and MissingExtra if OCR is not installed."""
    if given not in (None, "ocr"):
        raise ValueError(f"hint={given!r}: give 'ocr' or None")
    if given and not is_ocr_installed():
        raise MissingExtra("local", "hint='ocr'")
    return bool(given)


def read_verify(given: Any) -> Verify:
    """Read the option `verify`. Raises ValueError, and MissingExtra if OCR is not installed."""
    verify: Verify = expect_choice("verify", *get_args(Verify))(given)
    if verify != "off" and not is_ocr_installed():
        raise MissingExtra("local", f"verify={given!r}")
    return verify


def parse_count(text: str) -> int:
    """Parse a whole number, 0 or more. Raises ValueError."""
    if not text.isdecimal():
        raise ValueError(f"{text} is not a whole number (0 or more)")
    return int(text)


def parse_number(text: str) -> float:
    """Parse a number. Raises ValueError."""
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text} is not a number") from None


def parse_switch(text: str) -> Any:
    """Parse "auto", "on" or "off". Raises ValueError."""
    if text not in _SWITCHES:
        raise ValueError(f"{text} is not one of {', '.join(_SWITCHES)}")
    return _SWITCHES[text]


def parse_budget(text: str) -> Budget:
    """Parse a budget on the command line: "usd=0.05", "tokens=20000" or both with a comma. Raises ValueError."""
    limits: dict[str, Any] = {}
    for part in text.split(","):
        name, _, number = part.strip().partition("=")
        try:
            limits[name] = {"usd": float, "tokens": int}[name](number)
        except (KeyError, ValueError):
            raise ValueError(f"{text} is not a budget: give usd=0.05, tokens=20000, or both with a comma") from None
    return Budget(**limits)


def read_ledger(given: Any) -> str | None:
    """Read the option `ledger`: the path of a file. Raises TypeError or ValueError."""
    if given is None:
        return None
    if not isinstance(given, str | PathLike):
        raise TypeError(f"ledger must be the path of a file, not {type(given).__name__}")
    path = fsdecode(given)
    if not path:
        raise ValueError("ledger='': give the path of a file")
    return path


def read_concurrency(given: Any) -> int | None:
    """Read the option `concurrency`: a number of documents; None for "auto". Raises TypeError or ValueError."""
    if given is None or (isinstance(given, str) and given == "auto"):
        return None
    if isinstance(given, bool) or not isinstance(given, int):
        raise TypeError(f'concurrency must be "auto" or a number of documents, not {given!r}'[:200])
    if given < 1:
        raise ValueError(f"concurrency={given}: give at least 1")
    return given


def parse_concurrency(text: str) -> int | None:
    """The value of the flag `--concurrency`. Raises ValueError."""
    return None if text == "auto" else parse_count(text)


def read_progress(given: Any) -> bool | None:
    """Read the option `progress`: None for "auto". Raises TypeError or ValueError."""
    if given is None or isinstance(given, bool):
        return given
    if isinstance(given, str) and given == "auto":
        return None
    raise ValueError(f'progress={given!r}: give "auto", True or False'[:200])
