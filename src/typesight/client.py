"""Client: the calls a user makes, turned into a conversation and a drive.

`Client` and `AsyncClient` differ in colour alone; what a call means is worked out in `Calls`, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, overload

from typing_extensions import TypeVar

from typesight.calls import Call, Calls, Document, check_wanted, record_of
from typesight.conversation.extraction import Extraction
from typesight.drive import ask_once, ask_once_async, attempts_of, drive, drive_async
from typesight.images.profiles import VisionProfile
from typesight.providers.endpoint import Endpoint
from typesight.providers.modes import Mode
from typesight.providers.registry import endpoint_of, is_async, local_endpoint, named_endpoint

if TYPE_CHECKING:
    import anthropic
    import openai
    from anthropic.types import Message
    from openai.types.chat import ChatCompletion
    from openai.types.responses import Response
    from tenacity import AsyncRetrying, Retrying
    from typing_extensions import TypeForm

__all__ = [
    "AsyncClient",
    "Client",
    "Document",
    "extract",
    "from_anthropic",
    "from_local",
    "from_openai",
    "from_provider",
]

T = TypeVar("T")
C = TypeVar("C")
R = TypeVar("R", default=Any)  # of typing_extensions, which pydantic brings: `typing` has no default before 3.13
Api = Literal["auto", "chat", "responses"]


class Client(Calls, Generic[R]):
    """A synchronous client: pictures and a response_model in, records out. `R` is the SDK's own reply.

    `mode` and further keywords given at its making are the defaults of every call. Its calls also work where an event
    loop is running, as in a notebook, and hold that loop up while they do.
    """

    @property
    def chat(self) -> _Chat[Client[R]]:
        """`client.chat.completions.create` is `client.create`, on OpenAI always over Chat Completions."""
        return _Chat(self._over("chat"))

    @property
    def responses(self) -> Client[Response]:
        """`client.responses.create` is `client.create`, always over Responses. Raises AttributeError elsewhere."""
        over: Client[Response] = self._over("responses")
        return over

    @property
    def messages(self) -> Client[R]:
        """`client.messages.create` is `client.create`, for code written for the Anthropic SDK."""
        return self

    @overload
    def create(
        self, *, response_model: None = None, messages: Iterable[Any] | None = ..., model: str = ...,
        max_retries: int | Retrying = ..., mode: Mode | str | None = ..., **options: Any,
    ) -> R: ...  # fmt: skip

    @overload
    def create(
        self, *, response_model: type[T], messages: Iterable[Any] | None = ..., model: str = ...,
        max_retries: int | Retrying = ..., mode: Mode | str | None = ..., context: Any = ..., strict: bool = ...,
        **options: Any,
    ) -> T: ...  # fmt: skip

    @overload
    def create(
        self, *, response_model: TypeForm[T], messages: Iterable[Any] | None = ..., model: str = ...,
        max_retries: int | Retrying = ..., mode: Mode | str | None = ..., context: Any = ..., strict: bool = ...,
        **options: Any,
    ) -> T: ...  # fmt: skip

    def create(self, *, messages: Iterable[Any] | None = None, response_model: Any = None, **options: Any) -> Any:
        """Ask for a record: the validated value itself, or with `response_model=None` the SDK's own reply.

        `messages` are `{"role", "content"}` of any provider, for every provider; `content` is text or a list of
        text, Images, Pillow pictures and dict parts. On OpenAI `input` and `instructions` are understood as well, on
        Anthropic `system`. `mode` is one of `Mode`, the model's best where it is left out; `api` is "chat",
        "responses" or "auto". `max_retries` is the number of reasks after the first reply, or a tenacity `Retrying`
        that bounds everything. `context` and `strict` are pydantic's. `max_tokens` is spelled as the model wants it.
        `autodetect_images` (True or an `Autodetect`) makes Images of texts in content lists that are nothing but a
        path, a URL or a picture's data. `profile`, `max_side`, `max_pixels`, `tile`, `turn` and `downloads` say how
        pictures are made ready (see `Preparation`). Anything else goes to the SDK's call.

        Raises SchemaError and ModeError before any request, ImageError for a picture that cannot be sent,
        ExtractionFailed when no attempt gave a valid record; the SDK's own errors pass through.
        """
        call = self._call(messages, {**options, "response_model": response_model})
        if call.target is None:
            return ask_once(call.request, call.way, call.pictures())
        return record_of(self._drive(call))

    @overload
    def create_with_completion(
        self, *, response_model: type[T], messages: Iterable[Any] | None = ..., **options: Any
    ) -> tuple[T, R]: ...

    @overload
    def create_with_completion(
        self, *, response_model: TypeForm[T], messages: Iterable[Any] | None = ..., **options: Any
    ) -> tuple[T, R]: ...

    def create_with_completion(
        self, *, response_model: Any, messages: Iterable[Any] | None = None, **options: Any
    ) -> tuple[Any, Any]:
        """As `create`, with the SDK's last reply beside the record."""
        check_wanted(response_model)
        outcome = self._drive(self._call(messages, {**options, "response_model": response_model}))
        return record_of(outcome), getattr(outcome, "completion", None)

    @overload
    def extract(
        self, response_model: type[T], document: Document, *, prompt: str | None = ..., system: str | None = ...,
        **options: Any,
    ) -> Extraction[T]: ...  # fmt: skip

    @overload
    def extract(
        self, response_model: TypeForm[T], document: Document, *, prompt: str | None = ..., system: str | None = ...,
        **options: Any,
    ) -> Extraction[T]: ...  # fmt: skip

    def extract(
        self,
        response_model: Any,
        document: Document,
        *,
        prompt: str | None = None,
        system: str | None = None,
        **options: Any,
    ) -> Any:
        """Read one document into a record, and tell how: attempts, tokens, dollars, repairs.

        `document` is one picture (whatever `Image` takes), a PDF, or a list of them that together make one record.
        `prompt` replaces the library's own; `options` are those of `create`. Raises as `create` does.
        """
        call, source = self.extraction(response_model, document, prompt, system, options)
        return self._drive(call, source)

    def _drive(self, call: Call, source: str = "") -> Any:
        attempts = attempts_of(call.max_retries, is_async=False)
        return drive(call.conversation(source), call.asking, call.way, attempts, call.pictures())


class AsyncClient(Calls, Generic[R]):
    """An asynchronous client: the names of `Client`, awaited."""

    @property
    def chat(self) -> _Chat[AsyncClient[R]]:
        """`client.chat.completions.create` is `client.create`, on OpenAI always over Chat Completions."""
        return _Chat(self._over("chat"))

    @property
    def responses(self) -> AsyncClient[Response]:
        """`client.responses.create` is `client.create`, always over Responses. Raises AttributeError elsewhere."""
        over: AsyncClient[Response] = self._over("responses")
        return over

    @property
    def messages(self) -> AsyncClient[R]:
        """`client.messages.create` is `client.create`, for code written for the Anthropic SDK."""
        return self

    @overload
    async def create(
        self, *, response_model: None = None, messages: Iterable[Any] | None = ..., model: str = ...,
        max_retries: int | AsyncRetrying = ..., mode: Mode | str | None = ..., **options: Any,
    ) -> R: ...  # fmt: skip

    @overload
    async def create(
        self, *, response_model: type[T], messages: Iterable[Any] | None = ..., model: str = ...,
        max_retries: int | AsyncRetrying = ..., mode: Mode | str | None = ..., context: Any = ...,
        strict: bool = ..., **options: Any,
    ) -> T: ...  # fmt: skip

    @overload
    async def create(
        self, *, response_model: TypeForm[T], messages: Iterable[Any] | None = ..., model: str = ...,
        max_retries: int | AsyncRetrying = ..., mode: Mode | str | None = ..., context: Any = ...,
        strict: bool = ..., **options: Any,
    ) -> T: ...  # fmt: skip

    async def create(self, *, messages: Iterable[Any] | None = None, response_model: Any = None, **options: Any) -> Any:
        """As `Client.create`; a tenacity object is an `AsyncRetrying`, and may be shared between tasks."""
        call = self._call(messages, {**options, "response_model": response_model})
        if call.target is None:
            return await ask_once_async(call.request, call.way, call.pictures())
        return record_of(await self._drive(call))

    @overload
    async def create_with_completion(
        self, *, response_model: type[T], messages: Iterable[Any] | None = ..., **options: Any
    ) -> tuple[T, R]: ...

    @overload
    async def create_with_completion(
        self, *, response_model: TypeForm[T], messages: Iterable[Any] | None = ..., **options: Any
    ) -> tuple[T, R]: ...

    async def create_with_completion(
        self, *, response_model: Any, messages: Iterable[Any] | None = None, **options: Any
    ) -> tuple[Any, Any]:
        """As `create`, with the SDK's last reply beside the record."""
        check_wanted(response_model)
        outcome = await self._drive(self._call(messages, {**options, "response_model": response_model}))
        return record_of(outcome), getattr(outcome, "completion", None)

    @overload
    async def extract(
        self, response_model: type[T], document: Document, *, prompt: str | None = ..., system: str | None = ...,
        **options: Any,
    ) -> Extraction[T]: ...  # fmt: skip

    @overload
    async def extract(
        self, response_model: TypeForm[T], document: Document, *, prompt: str | None = ..., system: str | None = ...,
        **options: Any,
    ) -> Extraction[T]: ...  # fmt: skip

    async def extract(
        self,
        response_model: Any,
        document: Document,
        *,
        prompt: str | None = None,
        system: str | None = None,
        **options: Any,
    ) -> Any:
        """As `Client.extract`."""
        call, source = self.extraction(response_model, document, prompt, system, options)
        return await self._drive(call, source)

    async def _drive(self, call: Call, source: str = "") -> Any:
        attempts = attempts_of(call.max_retries, is_async=True)
        return await drive_async(call.conversation(source), call.asking, call.way, attempts, call.pictures())


@dataclass(frozen=True, slots=True)
class _Chat(Generic[C]):
    """The attribute path of the OpenAI SDK, `chat.completions`, leading back to the client."""

    completions: C


@overload
def from_openai(
    client: openai.OpenAI,
    *,
    mode: Mode | str | None = None,
    api: Literal["auto", "chat"] = "auto",
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> Client[ChatCompletion]: ...


@overload
def from_openai(
    client: openai.OpenAI,
    *,
    mode: Mode | str | None = None,
    api: Literal["responses"],
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> Client[Response]: ...


@overload
def from_openai(
    client: openai.AsyncOpenAI,
    *,
    mode: Mode | str | None = None,
    api: Literal["auto", "chat"] = "auto",
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> AsyncClient[ChatCompletion]: ...


@overload
def from_openai(
    client: openai.AsyncOpenAI,
    *,
    mode: Mode | str | None = None,
    api: Literal["responses"],
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> AsyncClient[Response]: ...


def from_openai(
    client: Any,
    *,
    mode: Mode | str | None = None,
    api: Api = "auto",
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> Client[Any] | AsyncClient[Any]:
    """A typesight client over an OpenAI client, or one of an endpoint that speaks Chat Completions.

    `api` is the wire: "chat", "responses", or "auto", which is Chat unless the model needs Responses for the mode that
    is wanted. `profile` tells what an opaque model name can do: a model's name ("gpt-4o") or a VisionProfile.
    `defaults` (model, max_retries, ...) hold for every call. Raises TypeError for another SDK's client.
    """
    return _client(endpoint_of(client, "openai", profile), is_async(client), mode, {"api": api, **defaults})


@overload
def from_anthropic(
    client: anthropic.Anthropic,
    *,
    mode: Mode | str | None = None,
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> Client[Message]: ...


@overload
def from_anthropic(
    client: anthropic.AsyncAnthropic,
    *,
    mode: Mode | str | None = None,
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> AsyncClient[Message]: ...


def from_anthropic(
    client: Any, *, mode: Mode | str | None = None, profile: str | VisionProfile | None = None, **defaults: Any
) -> Client[Any] | AsyncClient[Any]:
    """A typesight client over an Anthropic client; arguments as for `from_openai`, which alone has two wires."""
    return _client(endpoint_of(client, "anthropic", profile), is_async(client), mode, defaults)


@overload
def from_local(*, async_client: Literal[False] = False, **defaults: Any) -> Client[Any]: ...


@overload
def from_local(*, async_client: Literal[True], **defaults: Any) -> AsyncClient[Any]: ...


def from_local(*, async_client: bool = False, **defaults: Any) -> Client[Any] | AsyncClient[Any]:
    """A client that reads pictures on this machine: no key, no network. Raises MissingExtra without `local`."""
    return _client(local_endpoint(asynchronous=async_client), async_client, None, {"model": "local", **defaults})


@overload
def from_provider(name: str, *, async_client: Literal[False] = False, **sdk_options: Any) -> Client[Any]: ...


@overload
def from_provider(name: str, *, async_client: Literal[True], **sdk_options: Any) -> AsyncClient[Any]: ...


def from_provider(name: str, *, async_client: bool = False, **sdk_options: Any) -> Client[Any] | AsyncClient[Any]:
    """A client by name: "openai/gpt-6-luna", "anthropic/claude-haiku-5-5" or "local".

    `sdk_options` (api_key, base_url, timeout, ...) go to the SDK's own client. Raises ValueError for a name
    nobody here knows, MissingExtra when the SDK is not installed.
    """
    endpoint, model = named_endpoint(name, asynchronous=async_client, **sdk_options)
    return _client(endpoint, async_client, None, {"model": model})


@overload
def extract(response_model: type[T], document: Document, *, model: str, **options: Any) -> Extraction[T]: ...


@overload
def extract(response_model: TypeForm[T], document: Document, *, model: str, **options: Any) -> Extraction[T]: ...


def extract(response_model: Any, document: Document, *, model: str, **options: Any) -> Any:
    """Read one document into a record without making a client: `extract(Receipt, "r.jpg", model="local")`.

    `model` is a name as `from_provider` takes it; arguments otherwise as for `Client.extract`.
    """
    return from_provider(model).extract(response_model, document, **options)


def _client(
    endpoint: Endpoint, asynchronous: bool, mode: Mode | str | None, defaults: Mapping[str, Any]
) -> Client[Any] | AsyncClient[Any]:
    kind: type[Client[Any]] | type[AsyncClient[Any]] = AsyncClient if asynchronous else Client
    return kind(endpoint, mode=mode, **defaults)
