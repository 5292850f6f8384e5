"""Hooks: the functions that a client or a call tells its events."""

from __future__ import annotations

import inspect
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, cast

from typesight.logger import LOGGER
from typesight.text.nearest_name import find_nearest
from typesight.watch.events import (
    EVENTS,
    ComplaintEvent,
    Event,
    EventName,
    FailureEvent,
    RecordEvent,
    ReplyEvent,
    RequestEvent,
)

__all__ = ["HookList", "HookWarning", "Hooks", "NamedHook", "read_hooks", "tell_hooks"]

Hook = Callable[[Any], object]
NamedHook = tuple[EventName, Hook]


class HookWarning(RuntimeWarning):
    """A hook raised an exception; the call went on without it."""


class Hooks(TypedDict, total=False):
    """The option `hooks`: for the name of an event, one function or several, which are called with it."""

    request: Callable[[RequestEvent], object] | Sequence[Callable[[RequestEvent], object]]
    reply: Callable[[ReplyEvent], object] | Sequence[Callable[[ReplyEvent], object]]
    complaint: Callable[[ComplaintEvent], object] | Sequence[Callable[[ComplaintEvent], object]]
    record: Callable[[RecordEvent], object] | Sequence[Callable[[RecordEvent], object]]
    failure: Callable[[FailureEvent], object] | Sequence[Callable[[FailureEvent], object]]


@dataclass(slots=True)
class HookList:
    """The hooks of a client; has state because `on` and `off` change it. Calls that run keep those they began with."""

    hooks: tuple[NamedHook, ...] = ()

    def add(self, name: str, hook: Hook) -> None:
        """Add a hook. Raises ValueError for an unknown event, TypeError for what cannot be called."""
        self.hooks = (*self.hooks, _check_hook(name, hook))

    def remove(self, name: str, hook: Hook | None = None) -> None:
        """Remove a hook, or all of an event. Raises ValueError for an unknown event or a hook that is not there."""
        _check_name(name)
        kept = tuple(each for each in self.hooks if each[0] != name or (hook and each[1] != hook))
        if hook and len(kept) == len(self.hooks):
            raise ValueError(f"{_describe(hook)} is not a hook for {name!r}")
        self.hooks = kept


def read_hooks(given: Any) -> tuple[NamedHook, ...]:
    """Read the option `hooks`. Raises TypeError, and ValueError for an unknown event."""
    if given is None:
        return ()
    if not isinstance(given, Mapping):
        raise TypeError(f"hooks must be a dict of functions by event, not {type(given).__name__}")
    return tuple(_list_hooks(given))


def _list_hooks(given: Mapping[Any, Any]) -> Iterator[NamedHook]:
    for name, hooks in given.items():
        for each in hooks if isinstance(hooks, Iterable) and not callable(hooks) else (hooks,):
            yield _check_hook(name, each)


def _check_hook(name: Any, hook: Any) -> NamedHook:
    """Return a hook with its event's name. Raises TypeError or ValueError."""
    _check_name(name)
    if not callable(hook):
        raise TypeError(f"a hook for {name!r} must be a function of one event, not {type(hook).__name__}")
    if inspect.iscoroutinefunction(hook) or inspect.iscoroutinefunction(getattr(hook, "__call__", None)):  # noqa: B004
        raise TypeError(
            f"{_describe(hook)} is a coroutine function: hooks are called, not awaited, also by an AsyncClient; "
            "start a task in it if it has to wait for something"
        )
    return cast(EventName, name), hook


def _check_name(name: Any) -> None:
    if name not in EVENTS:
        nearest = find_nearest(name, EVENTS) if isinstance(name, str) else None
        meant = f"did you mean {nearest!r}?" if nearest else f"there are {', '.join(EVENTS)}"
        raise ValueError(f"there is no event {name!r}: {meant}")


def tell_hooks(hooks: Iterable[NamedHook], event: Event) -> None:
    """Tell an event to the hooks for it. One that raises does not end the call: it is logged and warned of."""
    for name, hook in hooks:
        if EVENTS[name] is type(event):
            try:
                hook(event)
            except Exception as error:
                _report_broken_hook(name, hook, error)


def _report_broken_hook(name: str, hook: Hook, error: Exception) -> None:
    """Report an exception of a hook; the log line leaves out its message, which may quote values."""
    kind, place = type(error).__name__, _find_place(error)
    LOGGER.error("hook failed: event=%s hook=%s error=%s at=%s", name, _describe(hook), kind, place)
    with suppress(HookWarning):  # where warnings are errors: the call's own result is worth more
        warnings.warn(
            f"the hook {_describe(hook)} for {name!r} raised {kind} at {place}: {error}", HookWarning, stacklevel=2
        )


def _find_place(error: Exception) -> str:
    """The file and line where an exception was raised: "hooks.py:12"."""
    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    return f"{Path(frame.f_code.co_filename).name}:{line}"


def _describe(hook: Any) -> str:
    return str(getattr(hook, "__qualname__", type(hook).__name__))
