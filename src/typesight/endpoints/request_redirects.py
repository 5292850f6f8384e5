"""Guards redirects: a request never goes to another host, and each redirect counts as one of its HTTP requests.

Both SDKs follow redirects to any host, and send it the pictures, and the key too if it is in another header than
`Authorization` (`follow_redirects=True` in `_base_client.py` of openai 3.57 and anthropic 2.14). So each call uses a
guard: a subclass of the HTTP client's class that shares its connections and settings. The client is not changed.
"""

from __future__ import annotations

import inspect
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from typesight.deadline import yield_to_loop
from typesight.endpoints.paced_requests import RequestPacing
from typesight.endpoints.refused_connections import is_connection_refused

__all__ = ["count_requests", "find_waited_seconds", "guard_http_client", "skip_vain_pauses"]

_COUNT = "typesight.requests"
_WAITED = "typesight.waited"
_BODILY = ("content-length", "content-encoding", "content-type", "transfer-encoding", "location")


@dataclass
class _RequestAllowance:
    """How many HTTP requests one call of the SDK may take, and how many it took. Has state: it counts."""

    limit: int
    used: int = 0
    fault: Exception | None = None

    def count_request(self) -> None:
        """Count a request about to be sent. Raises the last error if redirects have used up the allowance."""
        if self.is_hopeless and self.fault is not None:
            raise self.fault
        self.used += 1

    def remember_fault(self, error: Exception) -> None:
        """Remember the last error; after a refused connection no further request is allowed."""
        self.fault = error
        if is_connection_refused(error):
            self.limit = self.used

    @property
    def is_hopeless(self) -> bool:
        """Whether the next request would be answered with the last error, so that no pause before it is of use."""
        return self.fault is not None and self.used >= self.limit

    def handle_response(self, response: Any, *, follows: bool) -> Any:
        """Return the response for the SDK, or None for a redirect to follow."""
        refused = None
        if follows and response.next_request is not None:
            refused = _find_refusal(response.next_request.url, response.request.url, self.limit - self.used)
            if refused is None:
                return None
        answer = response if refused is None else _make_error_response(response, refused)
        answer.extensions[_COUNT] = self.used
        if self.used >= self.limit and answer.is_error:
            answer.headers["x-should-retry"] = "false"  # both SDKs obey it; they do not count redirects themselves
        return answer


def guard_http_client(client: Any, max_requests: int, pacing: RequestPacing) -> Any:
    """Wrap an SDK's HTTP client (httpx or httpx2) for one call: at most `max_requests`, none to another host.

    Each of the requests, repeated and redirected ones included, takes its turn in `pacing`.
    """
    kind: Any = type(client)
    guard: Any = object.__new__(_make_guard_class(kind))
    guard.__dict__ = client.__dict__
    guard.allowance = _RequestAllowance(max_requests)
    guard.pacing = pacing
    return guard


def skip_vain_pauses(client: Any, guard: Any) -> None:
    """Make an SDK's client, a copy for one call, repeat a request without a pause where the guard lets none through.

    The SDKs repeat every connection error; the repetition then ends in the guard, and the SDK raises its own error.
    """
    pause = client._calculate_retry_timeout

    def paused(*args: Any, **kwargs: Any) -> float:
        return 0.0 if guard.allowance.is_hopeless else float(pause(*args, **kwargs))

    client._calculate_retry_timeout = paused


def count_requests(outcome: Any) -> int:
    """Count the HTTP requests behind an SDK's raw reply or error, including redirects."""
    response = getattr(outcome, "http_response", None) or getattr(outcome, "response", None)
    counted: int | None = getattr(response, "extensions", {}).get(_COUNT)
    return counted or getattr(outcome, "retries_taken", 0) + 1


def find_waited_seconds(reply: Any) -> float:
    """The seconds that an SDK's raw reply waited for its turns in the pace of a run; 0 without one."""
    return float(getattr(reply.http_response, "extensions", {}).get(_WAITED, 0.0))


@lru_cache(maxsize=32)
def _make_guard_class(kind: Any) -> type:
    guard = _AsyncGuard if inspect.iscoroutinefunction(kind.send) else _Guard
    return type(kind.__name__, (guard, kind), {})


class _Guard:
    __slots__ = ("allowance", "pacing")
    allowance: _RequestAllowance
    pacing: RequestPacing

    def __del__(self) -> None:
        """Do nothing: the SDKs' clients close their connections here, but these belong to the original client."""

    def send(self, request: Any, *, follow_redirects: Any = None, **options: Any) -> Any:
        follows = follow_redirects if isinstance(follow_redirects, bool) else self.follow_redirects  # type: ignore[attr-defined]  # httpx's
        response = self._send_once(request, options)
        while (answer := self.allowance.handle_response(response, follows=follows)) is None:
            response.close()
            response = self._send_once(response.next_request, options)
        if answer is not response:
            response.close()
        answer.extensions[_WAITED] = self.pacing.waited
        return answer

    def _send_once(self, request: Any, options: dict[str, Any]) -> Any:
        self.allowance.count_request()
        turn = self.pacing.wait()
        try:
            with self.pacing.watch_request(turn) as tell:
                response = super().send(request, follow_redirects=False, **options)  # type: ignore[misc]  # httpx's
                tell(response)
            return response
        except Exception as error:
            self.allowance.remember_fault(error)
            raise


class _AsyncGuard:
    __slots__ = ("allowance", "pacing")
    allowance: _RequestAllowance
    pacing: RequestPacing

    def __del__(self) -> None:
        """Do nothing, since the connections belong to the original client, which the SDKs' `__del__` would close."""

    async def send(self, request: Any, *, follow_redirects: Any = None, **options: Any) -> Any:
        follows = follow_redirects if isinstance(follow_redirects, bool) else self.follow_redirects  # type: ignore[attr-defined]  # httpx's
        response = await self._send_once(request, options)
        while (answer := self.allowance.handle_response(response, follows=follows)) is None:
            await response.aclose()
            response = await self._send_once(response.next_request, options)
        if answer is not response:
            await response.aclose()
        answer.extensions[_WAITED] = self.pacing.waited
        return answer

    async def _send_once(self, request: Any, options: dict[str, Any]) -> Any:
        self.allowance.count_request()
        turn = await self.pacing.wait_async()
        try:
            streamed = {**options, "stream": True}
            with self.pacing.watch_request(turn) as tell:
                response = await super().send(request, follow_redirects=False, **streamed)  # type: ignore[misc]  # httpx's
                tell(response)
            return response if options.get("stream") else await _read_body_async(response)
        except Exception as error:
            self.allowance.remember_fault(error)
            raise


async def _read_body_async(response: Any) -> Any:
    """Read the body, and let other tasks run in between: a read of 64 kB may hold thousands of chunks."""
    response.aiter_raw = partial(_pace, response.aiter_raw)
    try:
        await response.aread()
    except BaseException:
        await response.aclose()
        raise
    return response


async def _pace(parts: Callable[[], AsyncIterator[bytes]]) -> AsyncIterator[bytes]:
    began = time.monotonic()
    async for part in parts():
        yield part
        began = await yield_to_loop(began)


def _find_refusal(target: Any, current: Any, requests_left: int) -> str | None:
    """Describe why a redirect is not followed; None if it is."""
    if not _is_same_origin(target, current):
        return (
            f"the endpoint redirects to {_split_origin(target)}, and typesight sends neither documents nor keys to a "
            "host that you did not name: if it is the right one, set it as base_url"
        )
    if requests_left <= 0:
        return (
            "the endpoint redirects, and no HTTP request is left to follow it: set base_url to the address that it "
            "redirects to, or raise max_retries of the SDK's client"
        )
    return None


def _split_origin(url: Any) -> str:
    return f"{url.scheme}://{url.host}{'' if url.port is None else f':{url.port}'}"


def _is_same_origin(target: Any, current: Any) -> bool:
    """Whether a URL has the same origin as another, or the same host over HTTPS instead of HTTP."""
    encrypted = (current.scheme, target.scheme, current.port, target.port) == ("http", "https", None, None)
    return target.host == current.host and (encrypted or (target.scheme, target.port) == (current.scheme, current.port))


def _make_error_response(response: Any, why: str) -> Any:
    """Turn a redirect into an error response in the endpoints' format, so that the SDKs raise it as their own."""
    headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in _BODILY]
    error = {"type": "error", "error": {"type": "redirect_error", "code": None, "message": why}}
    return type(response)(
        response.status_code,
        headers=[*headers, ("content-type", "application/json"), ("x-should-retry", "false")],
        content=json.dumps(error).encode(),
        request=response.request,
    )
