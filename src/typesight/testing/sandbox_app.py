"""What answers the Sandbox's requests, one at a time and without a socket."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from typesight.caches.recorded import Recorded
from typesight.testing.anthropic.messages import MESSAGES
from typesight.testing.faults.fault import Fault
from typesight.testing.faults.fault_plan import FaultPlan
from typesight.testing.faulty_replies import FAULTY_REPLIES, BodyEdit, build_fault_headers, spoil_response
from typesight.testing.limits.limiter import Limiter
from typesight.testing.limits.rate_limits import RateLimits
from typesight.testing.loopback.http_messages import HttpRequest, HttpResponse
from typesight.testing.openai.chat import CHAT
from typesight.testing.reader_answers import read_and_fill
from typesight.testing.received import SandboxRequest
from typesight.testing.recorded_answers import answer_recorded
from typesight.testing.rejections import NO_RETRY_HEADERS, Rejection
from typesight.testing.routes import Route, find_route
from typesight.testing.sandbox_wire import ParsedRequest, SandboxWire, find_rejection, parse_body
from typesight.testing.scripted_replies import (
    BrokenOffError,
    Reply,
    Responder,
    Script,
    ScriptedRecord,
    ask_responder,
    join_pieces,
)
from typesight.testing.token_counts import count_openai_image_tokens, count_prompt_tokens
from typesight.testing.verbatim import dump_verbatim

__all__ = ["SandboxAnswer", "SandboxApp"]

CREDENTIAL_HEADERS = frozenset({"authorization", "proxy-authorization", "x-api-key", "api-key", "cookie"})

SandboxAnswer: TypeAlias = HttpResponse | BaseException
"""An exception stands for a connection that breaks before there is a response."""


class SandboxApp:
    """Answers HTTP requests as the routes' endpoints would, with replies from a responder.

    `answer` and `limits` are what `Sandbox` takes. It is a class with state because it keeps the requests and the
    queued faults.
    """

    def __init__(self, answer: object, routes: tuple[Route, ...], limits: RateLimits | None = None) -> None:
        self.requests: list[SandboxRequest] = []
        """Every request that was answered, rejected ones included, in the order of the replies."""
        self._routes = routes
        self._responder = _make_responder(answer)
        self._plan = FaultPlan()
        self._limiter = Limiter(limits or RateLimits())
        self._numbers = itertools.count(1)

    def plan_faults(self, faults: tuple[Fault, ...], probability: float | None, seed: int) -> None:
        """Answer the next valid requests with these faults, or with a probability each further one."""
        if probability is None:
            self._plan.add(faults)
        else:
            self._plan.set_mix(faults, probability, seed)

    def respond(self, http: HttpRequest) -> SandboxAnswer:
        """Answer one request; an error in the sandbox itself becomes a 500 for the client, so it is never hidden."""
        number = next(self._numbers)
        return self._report_errors(lambda: self._process(http, number), http, number)

    def _report_errors(self, work: Callable[[], SandboxAnswer], http: HttpRequest, number: int) -> SandboxAnswer:
        try:
            return work()
        except Exception as error:
            refusal = Rejection(f"the sandbox failed: {type(error).__name__}: {error}", 500, headers=NO_RETRY_HEADERS)
            return _build_error(refusal, self._find_wire(http), number)

    def _find_wire(self, http: HttpRequest) -> SandboxWire:
        """The wire in whose format a request is answered, also one for an unknown path."""
        found = find_route(self._routes, _read_path(http))
        return found[0].wire if found else _guess_wire(http)

    def _process(self, http: HttpRequest, number: int) -> SandboxAnswer:
        path, wire = _read_path(http), self._find_wire(http)
        found = find_route(self._routes, path)
        name = wire.name if found else ""
        request = SandboxRequest(path, _drop_credentials(http.headers), {}, http.raw or b"", (), 200, name, http.method)
        exchange = _Exchange(http, number, wire, ParsedRequest(http.headers, {}, ()), request)
        if found is None or http.method != "POST":
            return self._reject(self._reject_path(http.method, path, known=bool(found)), exchange)
        asked, refusal = _check_request(http, *found)
        request = replace(request, body=asked.body, pictures=asked.received_pictures)
        exchange = replace(exchange, asked=asked, request=request)
        if refusal is not None:
            return self._reject(refusal, exchange)
        verdict = self._limiter.judge(wire.name, _count_tokens(asked))
        answer = self._answer_valid(exchange) if verdict.refusal is None else self._reject(verdict.refusal, exchange)
        if isinstance(answer, HttpResponse):
            return replace(answer, headers={**answer.headers, **verdict.headers})
        return answer

    def _answer_valid(self, exchange: _Exchange) -> SandboxAnswer:
        fault = self._plan.take()
        return self._answer(exchange) if fault is None else self._answer_fault(fault, exchange)

    def _answer(self, exchange: _Exchange) -> SandboxAnswer:
        wire, request = exchange.wire, exchange.request
        answer = ask_responder(self._responder or _make_reader(wire), request)
        if isinstance(answer, BaseException):
            self._keep(request, 0)
            return answer
        if isinstance(answer, Fault):
            return self._answer_fault(answer, exchange)
        reply = wire.build_reply(exchange.asked.body, answer.text) if isinstance(answer, ScriptedRecord) else answer
        self._keep(request, 200)
        return _send_reply(reply, exchange)

    def _answer_fault(self, fault: Fault, exchange: _Exchange) -> SandboxAnswer:
        if fault.kind == "status" or (fault.kind == "stream_error" and not exchange.is_streamed):
            return self._answer_status(fault, exchange)
        if fault.kind == "late" and fault.reply is None:
            return self._answer_late(fault, exchange)
        how = fault.delivery
        sends_nothing = fault.kind == "broken" and how is not None and 0 in (how.stall_after, how.stop_after)
        self._keep(exchange.request, 0 if sends_nothing else 200)
        row = FAULTY_REPLIES[fault.kind]
        return spoil_response(_send_reply(row.say(fault, exchange.wire, exchange.asked), exchange, row.edit), fault)

    def _answer_late(self, fault: Fault, exchange: _Exchange) -> SandboxAnswer:
        """The next reply of the script, dripped or stalled; a stall before it takes none from a client that leaves."""
        if fault.delivery is None or fault.delivery.stall_after != 0:
            response = self._answer(exchange)
            return spoil_response(response, fault) if isinstance(response, HttpResponse) else response

        def answer_now() -> SandboxAnswer:
            self.requests.remove(exchange.request)  # the answer adds it again, with its status
            return self._answer(exchange)

        self._keep(exchange.request, 200)
        later = partial(self._report_errors, answer_now, exchange.http, exchange.number)
        return HttpResponse(200, b"", {}, delivery=fault.delivery, then=later)

    def _answer_status(self, fault: Fault, exchange: _Exchange) -> HttpResponse:
        headers = build_fault_headers(fault)
        if fault.body is None:
            words = fault.message or f"the sandbox was told to answer {fault.status}"
            return self._reject(Rejection(words, status=fault.status, code=fault.code, headers=headers), exchange)
        self._keep(exchange.request, fault.status)
        body = fault.body if isinstance(fault.body, bytes) else fault.body.encode()
        kind = "text/html" if body.lstrip().startswith(b"<") else "application/json"
        return HttpResponse(fault.status, body, {**_build_head(exchange.wire, exchange.number, kind), **headers})

    def _reject_path(self, method: str, path: str, *, known: bool) -> Rejection:
        if known:
            return Rejection(f"Method {method} is not allowed for {path}; use POST", status=405)
        paths = " and ".join(f"POST {route.path}" for route in self._routes)
        return Rejection(f"Invalid URL ({method} {path}): the sandbox knows {paths}", status=404)

    def _reject(self, refusal: Rejection, exchange: _Exchange) -> HttpResponse:
        self._keep(exchange.request, refusal.status)
        return _build_error(refusal, exchange.wire, exchange.number)

    def _keep(self, request: SandboxRequest, status: int) -> None:
        self.requests.append(replace(request, status=status))


@dataclass(frozen=True)
class _Exchange:
    """One request on its way to its answer: as it came, as its wire reads it, and as tests see it in `requests`."""

    http: HttpRequest
    number: int
    """Counts the requests of the sandbox from 1; it goes into ids."""
    wire: SandboxWire
    asked: ParsedRequest
    request: SandboxRequest

    @property
    def is_streamed(self) -> bool:
        return bool(self.asked.body.get("stream"))


def _send_reply(reply: Reply, exchange: _Exchange, edit: BodyEdit = lambda body: body) -> HttpResponse:
    """The response with a reply, whole or streamed; `edit` changes its body, or each of its events."""
    wire, number = exchange.wire, exchange.number
    if exchange.is_streamed:
        head = _build_head(wire, number, wire.stream_type)
        return HttpResponse(200, b"", head, _stream_reply(reply, exchange, edit))
    body = edit(wire.encode_reply(join_pieces(reply), exchange.asked, number))
    return HttpResponse(200, dump_verbatim(body).encode(), _build_head(wire, number))


def _stream_reply(reply: Reply, exchange: _Exchange, edit: BodyEdit) -> Iterator[bytes]:
    """The bytes of a streamed reply, event by event."""
    wire, number, sent = exchange.wire, exchange.number, 0
    try:
        for event in wire.stream_events(reply, exchange.asked, number):
            yield wire.encode_event(edit(event))
            sent += 1
    except BrokenOffError as broken:
        (fault,) = broken.args
        refusal = Rejection(fault.message or "the sandbox was told to break off", status=fault.status, code=fault.code)
        yield wire.encode_stream_error(refusal, _make_request_id(number), sent)
        return
    yield wire.stream_end


def _make_reader(wire: SandboxWire) -> Responder:
    """What answers where there is no script: the wire itself, or the local reader."""
    unscripted = wire.answer_unscripted
    if unscripted is not None:
        return lambda request: unscripted(request.body)
    return lambda request: read_and_fill(request, wire.find_reply_schema(request.body))


def _make_responder(answer: object) -> Responder | None:
    """The callable that answers requests; None for the local reader, which needs to know the wire first."""
    if answer == "reader":
        return None
    if isinstance(answer, Recorded):
        return answer_recorded(answer)
    if callable(answer):
        return answer
    if isinstance(answer, Sequence) and not isinstance(answer, (str, bytes)):
        return Script(answer)
    hint = "; put a single reply into a list" if isinstance(answer, Mapping) else ""
    raise TypeError(
        f"answer is 'reader', a list of replies, a callable or a Recorded, not {type(answer).__name__}{hint}"
    )


def _check_request(http: HttpRequest, route: Route, said: Mapping[str, str]) -> tuple[ParsedRequest, Rejection | None]:
    """The parsed request and the first rejection, or None if it is valid."""
    wire = route.wire
    bare = ParsedRequest(http.headers, {}, ())
    no_key = find_rejection(wire.key_rules, bare)
    if no_key is not None:
        return bare, no_key
    if http.raw is None or len(http.raw) > wire.max_request_bytes:
        return bare, wire.too_large
    body = parse_body(http.raw)
    if body is None:
        return bare, wire.invalid_json
    headers, body = route.adapt_request(http.headers, body, said)
    asked = ParsedRequest(headers, body, tuple(wire.find_pictures(body)))
    return asked, find_rejection(wire.rules, asked)


def _count_tokens(asked: ParsedRequest) -> int:
    """What a request takes of a limit of tokens: its text and its pictures."""
    return count_prompt_tokens(asked.body) + count_openai_image_tokens(asked.received_pictures)


def _drop_credentials(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in CREDENTIAL_HEADERS}


def _read_path(http: HttpRequest) -> str:
    return http.path.partition("?")[0]


def _guess_wire(http: HttpRequest) -> SandboxWire:
    """The wire whose error format answers an unknown path."""
    return MESSAGES if "anthropic-version" in http.headers else CHAT


def _make_request_id(number: int) -> str:
    return f"req_sandbox_{number:06d}"


def _build_error(refusal: Rejection, wire: SandboxWire, number: int) -> HttpResponse:
    body = dump_verbatim(wire.encode_error(refusal, _make_request_id(number)))
    return HttpResponse(refusal.status, body.encode(), {**_build_head(wire, number), **refusal.headers})


def _build_head(wire: SandboxWire, number: int, kind: str = "application/json") -> dict[str, str]:
    """The headers of a response whose body is of this media type."""
    return {"Content-Type": kind, wire.request_id_header: _make_request_id(number)}
