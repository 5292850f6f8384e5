"""A bounded client: a copy of an SDK's client whose requests end with a call's deadline, and begin no later.

The SDK sends a request again by itself, and its HTTP library waits for a free connection and follows redirects, all in
one call that nothing from outside can stop in synchronous code. So the deadline is asked where each of these begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import iscoroutinefunction
from typing import Any

from typesight.deadline import Deadline

__all__ = ["apply_deadline"]


def apply_deadline(client: Any, deadline: Deadline) -> Any:
    """The client, which must be a copy made for one call, with a deadline for each of its requests.

    `_prepare_request` is the SDKs' own hook for a request that is about to be sent, a repeated one too;
    `_calculate_retry_timeout` gives the seconds that they sleep before they repeat one (openai 2.20 to 3.57, anthropic
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
    """The timeouts of one request as its client or call has them, each no longer than what is left.

    The HTTP library looks one up where a part of its work begins: "pool" and "connect" on every hop, "write" before the
    head is sent, "read" before it waits (httpcore 1.0 and httpcore2 2.16). There it meets a deadline that is over.
    """

    def __init__(self, deadline: Deadline, timeouts: Mapping[str, float | None]) -> None:
        super().__init__(timeouts)
        self._deadline = deadline

    def __getitem__(self, part: str) -> float:
        return self._deadline.cap(super().__getitem__(part))

    def get(self, part: str, default: Any = None) -> Any:
        """As of a dict; what is not said is what is left."""
        return self._deadline.cap(super().get(part, default))
