"""FakeModel: scripted replies for unit tests, through the real SDKs and without a socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

import typesight
from typesight.client.options.call_options import MakerOptions
from typesight.errors import MissingExtra
from typesight.ocr.engine import is_ocr_installed
from typesight.testing.fake.in_process import build_sdk_client
from typesight.testing.kit_errors import RepliesUsedUp
from typesight.testing.received import SandboxRequest, read_texts
from typesight.testing.sandbox_app import SandboxApp
from typesight.testing.scripted_replies import Responder, Script, ScriptedAnswer, build_answer
from typesight.testing.stand_ins.endpoint_rules import STAND_INS

if TYPE_CHECKING:
    from anthropic.types import Message
    from openai.types.chat import ChatCompletion
    from openai.types.responses import Response

    from typesight import AsyncClient, Client

__all__ = ["FakeModel"]

# Rows: provider -> its real address, by which its limits are known, and the model of a client that names none.
_PROVIDERS = {
    "openai": ("https://api.openai.com/v1", "gpt-6-luna"),
    "anthropic": ("https://api.anthropic.com", "claude-haiku-5-5"),
}
_MOST_QUOTED = 1500  # characters: a whole complaint, and the beginning of a long prompt


class FakeModel:
    """A model for unit tests: it answers what you script, and keeps what it was asked.

        model = FakeModel([{"total": "9.80"}])
        record = model.client().extract(Receipt, "receipt.jpg").record

    `replies` is a list, one entry per request; a callable that gets each `SandboxRequest` and returns such an entry; or
    "reader", which reads the pictures with the local reader. An entry is a record (dict, pydantic model, anything that
    JSON can hold), a str (JSON text, sent exactly as it is), a `Reply`, a `Fault`, a callable, or an exception. An
    `OSError` is a broken connection: the SDK raises its `APIConnectionError`, or for a `TimeoutError` its
    `APITimeoutError`. Any other exception comes out of the call as it is.

    A request that the provider would refuse is refused, and takes no reply. Raises TypeError for anything else, and
    MissingExtra for "reader" without the extra `local`. It is a class with state because it keeps the requests.
    """

    def __init__(self, replies: Literal["reader"] | Sequence[object] | Callable[[SandboxRequest], object]) -> None:
        self._app = SandboxApp(_make_answer(replies), STAND_INS[""])

    @property
    def requests(self) -> list[SandboxRequest]:
        """Every request that was answered, refused ones included, in the order of the replies."""
        return self._app.requests

    @overload
    def client(
        self,
        provider: Literal["openai"] = "openai",
        *,
        async_client: Literal[False] = False,
        api: Literal["auto", "chat"] = "auto",
        sdk: Mapping[str, Any] | None = None,
        **options: Unpack[MakerOptions[Any]],
    ) -> Client[ChatCompletion]: ...

    @overload
    def client(
        self,
        provider: Literal["openai"] = "openai",
        *,
        async_client: Literal[False] = False,
        api: Literal["responses"],
        sdk: Mapping[str, Any] | None = None,
        **options: Unpack[MakerOptions[Any]],
    ) -> Client[Response]: ...

    @overload
    def client(
        self,
        provider: Literal["openai"] = "openai",
        *,
        async_client: Literal[True],
        api: Literal["auto", "chat"] = "auto",
        sdk: Mapping[str, Any] | None = None,
        **options: Unpack[MakerOptions[Any]],
    ) -> AsyncClient[ChatCompletion]: ...

    @overload
    def client(
        self,
        provider: Literal["openai"] = "openai",
        *,
        async_client: Literal[True],
        api: Literal["responses"],
        sdk: Mapping[str, Any] | None = None,
        **options: Unpack[MakerOptions[Any]],
    ) -> AsyncClient[Response]: ...

    @overload
    def client(
        self,
        provider: Literal["anthropic"],
        *,
        async_client: Literal[False] = False,
        sdk: Mapping[str, Any] | None = None,
        **options: Unpack[MakerOptions[Any]],
    ) -> Client[Message]: ...

    @overload
    def client(
        self,
        provider: Literal["anthropic"],
        *,
        async_client: Literal[True],
        sdk: Mapping[str, Any] | None = None,
        **options: Unpack[MakerOptions[Any]],
    ) -> AsyncClient[Message]: ...

    def client(
        self,
        provider: str = "openai",
        *,
        async_client: bool = False,
        sdk: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Client[Any] | AsyncClient[Any]:
        """Make a typesight client over the provider's real SDK, whose requests come here.

        `options` are those of `from_openai` and `from_anthropic`; `model` is a current one of the provider if you give
        none. `sdk` are arguments of the SDK's own client; it repeats nothing unless you say `{"max_retries": 2}`.
        Several clients share the replies. Raises ValueError for another provider, MissingExtra without its SDK.
        """
        if provider not in _PROVIDERS:
            names = " or ".join(map(repr, _PROVIDERS))
            raise ValueError(f"a FakeModel has clients for {names}, not {provider!r}; Sandbox(plays=...) has others")
        base_url, model = _PROVIDERS[provider]
        arguments = {"base_url": base_url, "api_key": "fake", "max_retries": 0, **(sdk or {})}
        made = build_sdk_client(provider, self._app.respond, is_async=async_client, arguments=arguments)
        make: Any = typesight.from_openai if provider == "openai" else typesight.from_anthropic
        client: Client[Any] | AsyncClient[Any] = make(made, **{"model": model, **options})
        return client


def _make_answer(replies: object) -> object:
    """What the app takes as its answer. Raises TypeError for what is no list of replies, MissingExtra without OCR."""
    if replies == "reader":
        if not is_ocr_installed():
            raise MissingExtra("local", "FakeModel('reader')")
        return replies
    if callable(replies):
        return _let_errors_out(replies)
    if isinstance(replies, Sequence) and not isinstance(replies, (str, bytes)):
        return _let_errors_out(Script(replies, at_end=_refuse))
    raise TypeError(
        f"replies is a list with one reply for each request, such as FakeModel([{{'total': 7}}]), a function or "
        f"'reader', not {type(replies).__name__}"
    )


def _let_errors_out(responder: Responder) -> Responder:
    """A responder whose own errors, such as those of an assert in a callable, are replies: they leave the call."""

    def answer(request: SandboxRequest) -> ScriptedAnswer:
        try:
            return build_answer(responder(request), request)
        except Exception as error:
            return error

    return answer


def _refuse(request: SandboxRequest, number: int, count: int) -> RepliesUsedUp:
    given = f"{count} {'reply' if count == 1 else 'replies'}"
    asked = next(reversed(read_texts(request.body)), "")
    quoted = asked if len(asked) <= _MOST_QUOTED else f"{asked[:_MOST_QUOTED]}…"
    return RepliesUsedUp(f"the fake model has {given}, and this is request {number}. It ends with:\n{quoted}")
