"""The Sandbox: a loopback server that imitates the providers' endpoints and rejects what they would reject."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Literal, Self

from typesight.caches.recorded import Recorded
from typesight.testing.faults.fault import Fault
from typesight.testing.limits.rate_limits import RateLimits
from typesight.testing.loopback.http_messages import HttpRequest, HttpResponse
from typesight.testing.loopback.loopback_server import LoopbackServer
from typesight.testing.received import SandboxRequest
from typesight.testing.sandbox_app import SandboxApp
from typesight.testing.stand_ins.endpoint_rules import STAND_INS

__all__ = ["Sandbox"]


class Sandbox:
    """A server on this machine that speaks OpenAI Chat Completions and Responses, and Anthropic Messages.

    It rejects what the providers would reject, with their status codes and error bodies, and decodes every picture
    that arrives. `answer` decides what it replies: `"reader"` reads the pictures with the local reader and fills the
    requested schema; a `Recorded` gives each request the reply that was recorded for it; a list is a script, one entry
    per request; a callable gets the `SandboxRequest` and returns such an entry. An entry is a record (dict, pydantic
    model, anything that JSON can hold), a str (sent exactly as it is), a `Reply`, a `Fault`, a callable, or an
    exception (the connection is closed without a reply).

    `plays` names another endpoint to imitate instead of OpenAI and Anthropic, with its paths, limits and error
    messages: "azure", "openrouter", or another of the names for `from_provider`. `limits` are the rate limits of all
    clients together; a request above them gets a 429.

        with Sandbox(answer=[{"total": "9.80"}]) as sandbox:
            client = openai.OpenAI(base_url=sandbox.openai_url, api_key="test", max_retries=0)

    It is a class with state because it owns a socket; the requests are kept by its app.
    """

    def __init__(
        self,
        answer: Literal["reader"] | Sequence[object] | Callable[[SandboxRequest], object] | Recorded = "reader",
        *,
        port: int = 0,
        plays: str = "",
        limits: RateLimits | None = None,
    ) -> None:
        if plays not in STAND_INS:
            raise ValueError(f"plays={plays!r} is not one of {', '.join(name for name in STAND_INS if name)}")
        self._app = SandboxApp(answer, STAND_INS[plays], limits)
        self._port = port
        self._server: LoopbackServer | None = None

    @property
    def requests(self) -> list[SandboxRequest]:
        """Every request that was answered, rejected ones included, in the order of the replies."""
        return self._app.requests

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

    def faults(self, *faults: Fault, probability: float | None = None, seed: int = 0) -> None:
        """Answer the next valid requests with these faults, one each, before the script continues.

        With a `probability` from 0 to 1, each further valid request for which none is queued meets one of them by
        chance instead: the same requests each time for the same `seed`, as long as they come in the same order. It
        replaces an earlier probability: `faults(probability=0)` ends it, `faults(fault, probability=1)` is for all.

        Raises:
            TypeError: an argument is no `Fault`.
            ValueError: a probability outside 0 to 1, or above 0 without a fault.

        """
        self._app.plan_faults(faults, probability, seed)

    def _exchange(self, http: HttpRequest) -> HttpResponse | None:
        """The response to send; None, which closes the connection, where the script has an exception."""
        response = self._app.respond(http)
        return response if isinstance(response, HttpResponse) else None
