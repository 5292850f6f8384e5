"""Redirects: what is sent to an endpoint goes nowhere else, and every hop is one of the call's HTTP requests.

Both SDKs follow redirects wherever they lead, with the pictures, and with a key that stands in another header than
`Authorization` (`follow_redirects=True` in `_base_client.py` of openai 3.57 and anthropic 2.14). Here an SDK's HTTP
client is used through a class of its own kind that shares its connections and settings, and leaves it as it was.
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

__all__ = ["count_hops", "guard_http_client"]

_COUNT = "typesight.requests"
_BODILY = ("content-length", "content-encoding", "content-type", "transfer-encoding", "location")


@dataclass
class _RequestAllowance:
    """The HTTP requests of one call of the SDK, those it may take and those it took. Has state: it counts."""

    limit: int
    used: int = 0
    fault: Exception | None = None

    def count_request(self) -> None:
        """Count a request that is about to be sent. Raises the last fault where the hops have used up all of them."""
        if self.used >= self.limit and self.fault is not None:
            raise self.fault
        self.used += 1

    def handle_response(self, response: Any, *, follows: bool) -> Any:
        """What the SDK is given for a response; None for a redirect that is followed."""
        refused = None
        if follows and response.next_request is not None:
            refused = _find_refusal(response.next_request.url, response.request.url, self.limit - self.used)
            if refused is None:
                return None
        answer = response if refused is None else _make_error_response(response, refused)
        answer.extensions[_COUNT] = self.used
        if self.used >= self.limit and answer.is_error:
            answer.headers["x-should-retry"] = "false"  # both SDKs read it; their own count knows of no hop
        return answer


def guard_http_client(client: Any, most: int) -> Any:
    """An SDK's HTTP client, of httpx or httpx2, for one call: it sends `most` requests, none to another host."""
    kind: Any = type(client)
    guard: Any = object.__new__(_make_guard_class(kind))
    guard.__dict__ = client.__dict__
    guard.allowance = _RequestAllowance(most)
    return guard


def count_hops(response: Any) -> int | None:
    """How many HTTP requests it took to a response that came through a guarded client."""
    count: int | None = getattr(response, "extensions", {}).get(_COUNT)
    return count


@lru_cache(maxsize=32)
def _make_guard_class(kind: Any) -> type:
    guard = _AsyncGuard if inspect.iscoroutinefunction(kind.send) else _Guard
    return type(kind.__name__, (guard, kind), {})


class _Guard:
    __slots__ = ("allowance",)
    allowance: _RequestAllowance

    def __del__(self) -> None:
        """Nothing: the SDKs' own clients close their connections here, which are another's."""

    def send(self, request: Any, *, follow_redirects: Any = None, **given: Any) -> Any:
        follows = follow_redirects if isinstance(follow_redirects, bool) else self.follow_redirects  # type: ignore[attr-defined]  # httpx's
        response = self._send_once(request, given)
        while (answer := self.allowance.handle_response(response, follows=follows)) is None:
            response.close()
            response = self._send_once(response.next_request, given)
        if answer is not response:
            response.close()
        return answer

    def _send_once(self, request: Any, given: dict[str, Any]) -> Any:
        self.allowance.count_request()
        try:
            return super().send(request, follow_redirects=False, **given)  # type: ignore[misc]  # of the class beside it
        except Exception as error:
            self.allowance.fault = error
            raise


class _AsyncGuard:
    __slots__ = ("allowance",)
    allowance: _RequestAllowance

    def __del__(self) -> None:
        """As above."""

    async def send(self, request: Any, *, follow_redirects: Any = None, **given: Any) -> Any:
        follows = follow_redirects if isinstance(follow_redirects, bool) else self.follow_redirects  # type: ignore[attr-defined]  # httpx's
        response = await self._send_once(request, given)
        while (answer := self.allowance.handle_response(response, follows=follows)) is None:
            await response.aclose()
            response = await self._send_once(response.next_request, given)
        if answer is not response:
            await response.aclose()
        return answer

    async def _send_once(self, request: Any, given: dict[str, Any]) -> Any:
        self.allowance.count_request()
        try:
            streamed = {**given, "stream": True}
            response = await super().send(request, follow_redirects=False, **streamed)  # type: ignore[misc]  # as above
            return response if given.get("stream") else await _read_body_async(response)
        except Exception as error:
            self.allowance.fault = error
            raise


async def _read_body_async(response: Any) -> Any:
    """The response with its body, read with turns for other tasks: a read of 64 kB may hold thousands of chunks."""
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


def _find_refusal(to: Any, at: Any, left: int) -> str | None:
    """Why a redirect is not followed, in words; None for one that is."""
    if not _is_same_origin(to, at):
        return (
            f"the endpoint redirects to {_read_origin(to)}, and typesight sends neither documents nor keys to a host "
            "that you did not name: if it is the right one, set it as base_url"
        )
    if left <= 0:
        return (
            "the endpoint redirects, and no HTTP request is left to follow it: set base_url to the address that it "
            "redirects to, or raise max_retries of the SDK's client"
        )
    return None


def _read_origin(url: Any) -> str:
    return f"{url.scheme}://{url.host}{'' if url.port is None else f':{url.port}'}"


def _is_same_origin(to: Any, at: Any) -> bool:
    """Whether a URL is at the same origin as another, or at the same with encryption."""
    encrypted = (at.scheme, to.scheme, at.port, to.port) == ("http", "https", None, None)
    return to.host == at.host and (encrypted or (to.scheme, to.port) == (at.scheme, at.port))


def _make_error_response(response: Any, why: str) -> Any:
    """A redirect as the SDKs' errors tell it: in the shape of an endpoint's own error."""
    headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in _BODILY]
    error = {"type": "error", "error": {"type": "redirect_error", "code": None, "message": why}}
    return type(response)(
        response.status_code,
        headers=[*headers, ("content-type", "application/json"), ("x-should-retry", "false")],
        content=json.dumps(error).encode(),
        request=response.request,
    )
