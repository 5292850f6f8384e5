"""The Sandbox: a loopback server that imitates the providers' endpoints and rejects what they would reject."""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Literal, Self

from typesight.testing.anthropic.messages import MESSAGES
from typesight.testing.loopback_server import HttpRequest, HttpResponse, LoopbackServer
from typesight.testing.openai.chat import CHAT
from typesight.testing.reader_answers import read_and_fill
from typesight.testing.received import SandboxRequest
from typesight.testing.rejections import FINAL, Refusal
from typesight.testing.routes import Route, route_at
from typesight.testing.sandbox_wire import Asked, Wire, loaded, refused
from typesight.testing.scripted_replies import BrokenOffError, Fault, Record, Reply, Responder, Script, resolved, whole
from typesight.testing.stand_ins import ENDPOINTS
from typesight.testing.verbatim import dumped

__all__ = ["Sandbox"]

CREDENTIALS = frozenset({"authorization", "proxy-authorization", "x-api-key", "api-key", "cookie"})


class Sandbox:
    """A server on this machine that speaks OpenAI Chat Completions and Responses, and Anthropic Messages.

    It rejects what the providers would reject, with their status codes and error bodies, and decodes every picture
    that arrives. `answer` decides what it replies: `"reader"` reads the pictures with the local reader and fills the
    requested schema; a list is a script, one entry per request; a callable gets the `SandboxRequest` and returns such
    an entry. An entry is a record (dict, pydantic model, anything that JSON can hold), a str (sent exactly as it is),
    a `Reply`, a `Fault`, a callable, or an exception (the connection is closed without a reply).

    `plays` names another endpoint to imitate instead of OpenAI and Anthropic, with its paths, limits and error
    messages: azure, bedrock, vertex, openrouter, infron, gemini, ollama, lmstudio or vllm.

        with Sandbox(answer=[{"total": "9.80"}]) as sandbox:
            client = openai.OpenAI(base_url=sandbox.openai_url, api_key="test", max_retries=0)

    It is a class with state because it owns a socket and keeps the requests.
    """

    def __init__(
        self,
        answer: Literal["reader"] | Sequence[object] | Callable[[SandboxRequest], object] = "reader",
        *,
        port: int = 0,
        plays: str = "",
    ) -> None:
        if plays not in ENDPOINTS:
            raise ValueError(f"plays={plays!r} is none of {', '.join(name for name in ENDPOINTS if name)}")
        self.requests: list[SandboxRequest] = []
        """Every request that was answered, rejected ones included, in the order of the replies."""
        self._routes = ENDPOINTS[plays]
        self._responder = _responder(answer)
        self._port = port
        self._server: LoopbackServer | None = None
        self._faults: deque[Fault] = deque()
        self._numbers = itertools.count(1)

    def start(self) -> Self:
        """Listen on 127.0.0.1. Entering the context manager does this."""
        if self._server is None:
            self._server = LoopbackServer(self._exchange, self._port)
        return self

    def close(self) -> None:
        """Stop and close open connections. Leaving the context manager does this; `requests` is kept."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """http://127.0.0.1:port, without a trailing slash."""
        if self._server is None:
            raise RuntimeError("the sandbox is not running: use it in a `with` block, or call start()")
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def openai_url(self) -> str:
        """The `base_url` for `openai.OpenAI`; it ends in /v1."""
        return f"{self.url}/v1"

    @property
    def anthropic_url(self) -> str:
        """The `base_url` for `anthropic.Anthropic`, without /v1, which that SDK adds itself."""
        return self.url

    def faults(self, *faults: Fault) -> None:
        """Answer the next valid requests with these faults, one each, before the script continues."""
        self._faults.extend(faults)

    def _exchange(self, http: HttpRequest) -> HttpResponse | None:
        """Answer one request; an error in the sandbox itself becomes a 500 for the client, so it is never hidden."""
        number = next(self._numbers)
        try:
            return self._judged(http, number)
        except Exception as error:
            words = f"the sandbox failed: {type(error).__name__}: {error}"
            found = route_at(self._routes, http.path)
            wire = found[0].wire if found else _guess(http)
            return _json(500, wire.spell_refusal(Refusal(words, 500), _request_id(number)), wire, number, FINAL)

    def _judged(self, http: HttpRequest, number: int) -> HttpResponse | None:
        path = http.path.partition("?")[0]
        found = route_at(self._routes, path)
        name = found[0].wire.name if found else ""
        request = SandboxRequest(path, _shown(http.headers), {}, http.raw or b"", (), 200, name)
        if found is None or http.method != "POST":
            wire = found[0].wire if found else _guess(http)
            return self._refuse(self._nowhere(http.method, path, known=bool(found)), wire, request, number)
        wire = found[0].wire
        asked, refusal = _checked(http, *found)
        request = replace(request, body=asked.body, pictures=asked.received)
        if refusal is not None:
            return self._refuse(refusal, wire, request, number)
        return self._answer(wire, asked, request, number)

    def _answer(self, wire: Wire, asked: Asked, request: SandboxRequest, number: int) -> HttpResponse | None:
        answer = resolved(self._next_responder(wire), request)
        if isinstance(answer, BaseException):
            self.requests.append(replace(request, status=0))
            return None
        if isinstance(answer, Fault):
            return self._fault(answer, wire, request, number)
        reply = wire.form(asked.body, answer.text) if isinstance(answer, Record) else answer
        self.requests.append(request)
        if asked.body.get("stream"):
            head = {"Content-Type": wire.stream_type, wire.request_id_header: _request_id(number)}
            return HttpResponse(200, b"", head, _events(wire, reply, asked, number))
        return _json(200, wire.spell(whole(reply), asked, number), wire, number)

    def _next_responder(self, wire: Wire) -> Responder:
        try:
            fault = self._faults.popleft()
        except IndexError:
            return self._responder or (lambda request: read_and_fill(request, wire.schema(request.body)))
        return lambda _: fault

    def _fault(self, fault: Fault, wire: Wire, request: SandboxRequest, number: int) -> HttpResponse:
        if fault.body is None:
            words = fault.message or f"the sandbox was told to answer {fault.status}"
            refusal = Refusal(words, status=fault.status, code=fault.code, headers=fault.headers)
            return self._refuse(refusal, wire, request, number)
        self.requests.append(replace(request, status=fault.status))
        body = fault.body if isinstance(fault.body, bytes) else fault.body.encode()
        kind = "text/html" if body.lstrip().startswith(b"<") else "application/json"
        headers = {"Content-Type": kind, wire.request_id_header: _request_id(number), **fault.headers}
        return HttpResponse(fault.status, body, headers)

    def _nowhere(self, method: str, path: str, *, known: bool) -> Refusal:
        if known:
            return Refusal(f"Method {method} is not allowed for {path}; use POST", status=405)
        paths = " and ".join(f"POST {route.path}" for route in self._routes)
        return Refusal(f"Invalid URL ({method} {path}): the sandbox knows {paths}", status=404)

    def _refuse(self, refusal: Refusal, wire: Wire, request: SandboxRequest, number: int) -> HttpResponse:
        self.requests.append(replace(request, status=refusal.status))
        body = wire.spell_refusal(refusal, _request_id(number))
        return _json(refusal.status, body, wire, number, refusal.headers)


def _events(wire: Wire, reply: Reply, asked: Asked, number: int) -> Iterator[bytes]:
    """The bytes of a streamed reply, event by event."""
    try:
        for event in wire.stream(reply, asked, number):
            yield wire.frame(event)
    except BrokenOffError as broken:
        (fault,) = broken.args
        refusal = Refusal(fault.message or "the sandbox was told to break off", status=fault.status, code=fault.code)
        error = wire.spell_refusal(refusal, _request_id(number))
        yield b"event: error\ndata: " + json.dumps(error).encode() + b"\n\n"
        return
    yield wire.done


def _responder(answer: object) -> Responder | None:
    """The callable that answers requests; None for the local reader, which needs to know the wire first."""
    if answer == "reader":
        return None
    if callable(answer):
        return answer
    if isinstance(answer, Sequence) and not isinstance(answer, (str, bytes)):
        return Script(answer)
    raise TypeError(f"answer is 'reader', a list of replies or a callable, not {type(answer).__name__}")


def _checked(http: HttpRequest, route: Route, said: Mapping[str, str]) -> tuple[Asked, Refusal | None]:
    """The parsed request and the first rejection, or None if it is valid."""
    wire = route.wire
    bare = Asked(http.headers, {}, ())
    no_key = refused(wire.key_rules, bare)
    if no_key is not None:
        return bare, no_key
    if http.raw is None or len(http.raw) > wire.max_request:
        return bare, wire.too_large
    body = loaded(http.raw)
    if body is None:
        return bare, wire.unparsable
    headers, body = route.complete(http.headers, body, said)
    asked = Asked(headers, body, tuple(wire.pictures(body)))
    return asked, refused(wire.rules, asked)


def _shown(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in CREDENTIALS}


def _guess(http: HttpRequest) -> Wire:
    """The wire whose error format answers an unknown path."""
    return MESSAGES if "anthropic-version" in http.headers else CHAT


def _request_id(number: int) -> str:
    return f"req_sandbox_{number:06d}"


def _json(status: int, body: object, wire: Wire, number: int, headers: Mapping[str, str] | None = None) -> HttpResponse:
    head = {"Content-Type": "application/json", wire.request_id_header: _request_id(number), **(headers or {})}
    return HttpResponse(status, dumped(body).encode(), head)
