"""A real SDK's client whose requests are answered by a function of this process instead of a server.

Its HTTP library has a transport for this, `MockTransport`, which the SDK's own default client takes. Everything above
it is the SDK's: how it builds a request, reads a reply, repeats after an error and raises.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import Any, TypeAlias

from typesight.errors import MissingExtra
from typesight.testing.loopback.delivery import deliver_pieces
from typesight.testing.loopback.http_messages import HttpRequest, HttpResponse

__all__ = ["InProcessServer", "build_sdk_client"]

InProcessServer: TypeAlias = Callable[[HttpRequest], HttpResponse | BaseException]
"""Answers a request; an exception is raised in place of the response. May be called from many threads at once."""

_CLIENTS = {"openai": "OpenAI", "anthropic": "Anthropic"}
_END: Any = object()


def build_sdk_client(package: str, server: InProcessServer, *, is_async: bool, arguments: Mapping[str, Any]) -> Any:
    """Build a client of the SDK `package` ("openai" or "anthropic"); `arguments` are those of its own class.

    An `OSError` that the server answers with is what a broken connection is to the SDK. Any other exception leaves the
    SDK's call as it is, at once. Raises MissingExtra if the SDK is not installed.
    """
    try:
        sdk = import_module(package)
    except ImportError as error:
        raise MissingExtra(package, f"a fake model of {package}") from error
    prefix = "Async" if is_async else ""
    make_http_client = getattr(sdk, f"Default{prefix}HttpxClient")
    library = _find_http_library(make_http_client)
    answer = _answer_async if is_async else _answer
    transport = library.MockTransport(lambda request: answer(library, server, request))
    http_client = make_http_client(transport=transport, trust_env=False)
    return _make_class(getattr(sdk, f"{prefix}{_CLIENTS[package]}"))(http_client=http_client, **arguments)


def _find_http_library(kind: type) -> ModuleType:
    """The library of an SDK's HTTP client: httpx, or httpx2 in newer SDKs."""
    names = [each.__module__.partition(".")[0] for each in kind.__mro__]
    return import_module(next(name for name in names if name in {"httpx", "httpx2"}))


def _answer(library: ModuleType, server: InProcessServer, request: Any) -> Any:
    response = _check_answer(library, server(_read_request(request)), request)
    pieces = _deliver(response)
    content = response.body if pieces is None else _cut_at_errors(library, pieces)
    return library.Response(response.status, headers=dict(response.headers), content=content)


async def _answer_async(library: ModuleType, server: InProcessServer, request: Any) -> Any:
    """As `_answer`, with the server in a thread, as another process would be: it may wait for what the loop does."""
    answer = await asyncio.to_thread(server, _read_request(request))
    response = _check_answer(library, answer, request)
    pieces = _deliver(response)
    content = response.body if pieces is None else _iterate_in_thread(library, pieces)
    return library.Response(response.status, headers=dict(response.headers), content=content)


def _read_request(request: Any) -> HttpRequest:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return HttpRequest(request.method, request.url.raw_path.decode("ascii"), headers, request.content)


def _check_answer(library: ModuleType, answer: HttpResponse | BaseException, request: Any) -> HttpResponse:
    """Return a response, and raise an exception as the SDK would meet it; a stall without end is a timeout."""
    while isinstance(answer, HttpResponse) and answer.then is not None:
        answer = answer.then()
    if isinstance(answer, HttpResponse):
        how = answer.delivery
        if how is not None and how.is_endless:
            raise library.ReadTimeout("the response does not come", request=request)
        if how is not None and how.stop_after == 0:
            raise library.ReadError("the connection ended before the response", request=request)
        return answer
    if isinstance(answer, TimeoutError):
        raise library.ReadTimeout(str(answer), request=request) from answer
    if isinstance(answer, OSError):
        raise library.ReadError(str(answer), request=request) from answer
    raise _Thrown(answer)


def _deliver(response: HttpResponse) -> Iterator[bytes] | None:
    """The pieces of a response that does not come as one; no pause lasts, since there is nobody to see it."""
    if response.delivery is None:
        return response.stream
    pieces = iter((response.body,)) if response.stream is None else response.stream
    return deliver_pieces(pieces, response.delivery, lambda *_: True)


def _cut_at_errors(library: ModuleType, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces of a stream; where their iterator raises, the connection breaks."""
    try:
        yield from pieces
    except Exception as error:
        raise library.ReadError(str(error)) from error


async def _iterate_in_thread(library: ModuleType, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    whole = _cut_at_errors(library, pieces)
    try:
        while (piece := await asyncio.to_thread(next, whole, _END)) is not _END:
            yield piece
    finally:
        with suppress(ValueError):  # a piece is still being made, in its thread
            getattr(whole, "close", lambda: None)()


class _Thrown(BaseException):
    """Carries an exception through the SDK, which repeats a request after any Exception and raises another."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(error)
        self.error = error


def _make_class(kind: Any) -> Any:
    """A client class of an SDK whose requests raise what was thrown; under its own name, which it is known by."""
    carrier = _AsyncCatcher if inspect.iscoroutinefunction(kind.request) else _Catcher
    return type(kind.__name__, (carrier, kind), {"__module__": kind.__module__})


class _Catcher:
    def request(self, *arguments: Any, **options: Any) -> Any:
        try:
            return super().request(*arguments, **options)  # type: ignore[misc]  # the SDK's
        except _Thrown as thrown:
            raise thrown.error from None


class _AsyncCatcher:
    async def request(self, *arguments: Any, **options: Any) -> Any:
        try:
            return await super().request(*arguments, **options)  # type: ignore[misc]  # the SDK's
        except _Thrown as thrown:
            raise thrown.error from None
