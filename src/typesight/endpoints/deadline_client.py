"""Applies a call's deadline to an SDK's client: no request starts or lasts beyond it.

The SDK repeats requests, and its HTTP library waits for a free connection and follows redirects, all in one call that
synchronous code cannot interrupt. So the deadline is checked where each of these steps begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import iscoroutinefunction
from typing import Any

from typesight.deadline import Deadline

__all__ = ["apply_deadline"]


def apply_deadline(client: Any, deadline: Deadline) -> Any:
    """Make each request of the client end at the deadline; the client must be a copy for one call.

    `_prepare_request` is the SDKs' own hook before each request, including repeated ones;
    `_calculate_retry_timeout` returns the seconds to sleep before a repeated one (openai 2.20 to 3.57, anthropic
    0.93 to 2.14: `_base_client.py`).
    """
    prepare, pause = client._prepare_request, client._calculate_retry_timeout

    def prepared(request: Any) -> Any:
        deadline.check()
        request.extensions["timeout"] = _Timeouts(deadline, request.extensions.get("timeout") or {})
        return prepare(request)

    def paused(*args: Any, **kwargs: Any) -> float:
        deadline.pause(pause(*args, **kwargs))
        return 0.0

    client._prepare_request = prepared
    if not iscoroutinefunction(prepare):  # an asynchronous sleep is cancelled
        client._calculate_retry_timeout = paused
    return client


class _Timeouts(dict[str, float | None]):
    """The timeouts of one request, each cut to the time that is left when it is looked up.

    The HTTP library looks one up at the start of each step: "pool" and "connect" on every hop, "write" before it sends
    the headers, "read" before it waits (httpcore 1.0 and httpcore2 2.16). If the deadline has passed, that raises.
    """

    def __init__(self, deadline: Deadline, timeouts: Mapping[str, float | None]) -> None:
        super().__init__(timeouts)
        self._deadline = deadline

    def __getitem__(self, part: str) -> float:
        return self._deadline.cap(super().__getitem__(part))

    def get(self, part: str, default: Any = None) -> Any:
        """As `dict.get`, but no longer than the time that is left, also if the timeout is missing."""
        return self._deadline.cap(super().get(part, default))
