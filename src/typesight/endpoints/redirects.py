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

from typesight.deadline import give_turn

__all__ = ["guarded", "requests_in"]

_COUNT = "typesight.requests"
_BODILY = ("content-length", "content-encoding", "content-type", "transfer-encoding", "location")


@dataclass
class _Allowance:
    """The HTTP requests of one call of the SDK, those it may take and those it took. Has state: it counts."""

    most: int
    sent: int = 0
    fault: Exception | None = None

    def take(self) -> None:
        """Count a request that is about to be sent. Raises the last fault where the hops have used up all of them."""
        if self.sent >= self.most and self.fault is not None:
            raise self.fault
        self.sent += 1

    def answer(self, response: Any, *, follows: bool) -> Any:
        """What the SDK is given for a response; None for a redirect that is followed."""
        refused = None
        if follows and response.next_request is not None:
            refused = _refusal(response.next_request.url, response.request.url, self.most - self.sent)
            if refused is None:
                return None
        answer = response if refused is None else _told(response, refused)
        answer.extensions[_COUNT] = self.sent
        if self.sent >= self.most and answer.is_error:
            answer.headers["x-should-retry"] = "false"  # both SDKs read it; their own count knows of no hop
        return answer


def guarded(client: Any, most: int) -> Any:
    """An SDK's HTTP client, of httpx or httpx2, for one call: it sends `most` requests, none to another host."""
    kind: Any = type(client)
    guard: Any = object.__new__(_guarded_class(kind))
    guard.__dict__ = client.__dict__
    guard.allowance = _Allowance(most)
    return guard


def requests_in(response: Any) -> int | None:
    """How many HTTP requests it took to a response that came through a guarded client."""
    count: int | None = getattr(response, "extensions", {}).get(_COUNT)
    return count


@lru_cache(maxsize=32)
def _guarded_class(kind: Any) -> type:
    guard = _AsyncGuard if inspect.iscoroutinefunction(kind.send) else _Guard
    return type(kind.__name__, (guard, kind), {})


class _Guard:
    __slots__ = ("allowance",)
    allowance: _Allowance

    def __del__(self) -> None:
        """Nothing: the SDKs' own clients close their connections here, which are another's."""

    def send(self, request: Any, *, follow_redirects: Any = None, **given: Any) -> Any:
        follows = follow_redirects if isinstance(follow_redirects, bool) else self.follow_redirects  # type: ignore[attr-defined]  # httpx's
        response = self._ask(request, given)
        while (answer := self.allowance.answer(response, follows=follows)) is None:
            response.close()
            response = self._ask(response.next_request, given)
        if answer is not response:
            response.close()
        return answer

    def _ask(self, request: Any, given: dict[str, Any]) -> Any:
        self.allowance.take()
        try:
            return super().send(request, follow_redirects=False, **given)  # type: ignore[misc]  # of the class beside it
        except Exception as error:
            self.allowance.fault = error
            raise


class _AsyncGuard:
    __slots__ = ("allowance",)
    allowance: _Allowance

    def __del__(self) -> None:
        """As above."""

    async def send(self, request: Any, *, follow_redirects: Any = None, **given: Any) -> Any:
        follows = follow_redirects if isinstance(follow_redirects, bool) else self.follow_redirects  # type: ignore[attr-defined]  # httpx's
        response = await self._ask(request, given)
        while (answer := self.allowance.answer(response, follows=follows)) is None:
            await response.aclose()
            response = await self._ask(response.next_request, given)
        if answer is not response:
            await response.aclose()
        return answer

    async def _ask(self, request: Any, given: dict[str, Any]) -> Any:
        self.allowance.take()
        try:
            streamed = {**given, "stream": True}
            response = await super().send(request, follow_redirects=False, **streamed)  # type: ignore[misc]  # as above
            return response if given.get("stream") else await _read(response)
        except Exception as error:
            self.allowance.fault = error
            raise


async def _read(response: Any) -> Any:
    """The response with its body, read with turns for other tasks: a read of 64 kB may hold thousands of chunks."""
    response.aiter_raw = partial(_paced, response.aiter_raw)
    try:
        await response.aread()
    except BaseException:
        await response.aclose()
        raise
    return response


async def _paced(parts: Callable[[], AsyncIterator[bytes]]) -> AsyncIterator[bytes]:
    began = time.monotonic()
    async for part in parts():
        yield part
        began = await give_turn(began)


def _refusal(to: Any, at: Any, left: int) -> str | None:
    """Why a redirect is not followed, in words; None for one that is."""
    if not _stays(to, at):
        return (
            f"the endpoint redirects to {_origin(to)}, and typesight sends neither documents nor keys to a host that "
            "you did not name: if it is the right one, set it as base_url"
        )
    if left <= 0:
        return (
            "the endpoint redirects, and no HTTP request is left to follow it: set base_url to the address that it "
            "redirects to, or raise max_retries of the SDK's client"
        )
    return None


def _origin(url: Any) -> str:
    return f"{url.scheme}://{url.host}{'' if url.port is None else f':{url.port}'}"


def _stays(to: Any, at: Any) -> bool:
    """Whether a URL is at the same origin as another, or at the same with encryption."""
    encrypted = (at.scheme, to.scheme, at.port, to.port) == ("http", "https", None, None)
    return to.host == at.host and (encrypted or (to.scheme, to.port) == (at.scheme, at.port))


def _told(response: Any, why: str) -> Any:
    """A redirect as the SDKs' errors tell it: in the shape of an endpoint's own error."""
    headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in _BODILY]
    error = {"type": "error", "error": {"type": "redirect_error", "code": None, "message": why}}
    return type(response)(
        response.status_code,
        headers=[*headers, ("content-type", "application/json"), ("x-should-retry", "false")],
        content=json.dumps(error).encode(),
        request=response.request,
    )
