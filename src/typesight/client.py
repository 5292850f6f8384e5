"""Client: the calls a user makes, turned into a conversation and a drive.

`Client` and `AsyncClient` differ in colour alone; what a call means is worked out in `Calls`, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

from typesight.calls import Call, Calls, Document, find_turns, record_of
from typesight.conversation.extraction import Extraction
from typesight.drive import ask_once, ask_once_async, attempts_of, drive, drive_async
from typesight.images.profiles import VisionProfile
from typesight.providers.endpoint import Endpoint
from typesight.providers.modes import Mode
from typesight.providers.registry import endpoint_of, is_async, local_endpoint, named_endpoint

if TYPE_CHECKING:
    import anthropic
    import openai
    from tenacity import AsyncRetrying, Retrying

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


class Client(Calls):
    """A synchronous client: pictures and a response_model in, records out.

    `mode` and further keywords given at its making are the defaults of every call.
    """

    @property
    def chat(self) -> _Chat[Client]:
        """`client.chat.completions.create` is `client.create`, for code written for the OpenAI SDK."""
        return _Chat(self)

    @property
    def messages(self) -> Client:
        """`client.messages.create` is `client.create`, for code written for the Anthropic SDK."""
        return self

    @overload
    def create(
        self, *, response_model: type[T], messages: Iterable[Mapping[str, Any]], model: str = ...,
        max_retries: int | Retrying = ..., mode: Mode | str | None = ..., context: Any = ..., strict: bool = ...,
        **options: Any,
    ) -> T: ...  # fmt: skip

    @overload
    def create(
        self, *, messages: Iterable[Mapping[str, Any]], response_model: None = None, model: str = ...,
        max_retries: int | Retrying = ..., **options: Any,
    ) -> Any: ...  # fmt: skip

    def create(self, *, messages: Iterable[Mapping[str, Any]], response_model: Any = None, **options: Any) -> Any:
        """Ask for a record: the validated value itself, or with `response_model=None` the SDK's own reply.

        `messages` are OpenAI-style `{"role", "content"}` for every provider; `content` is text or a list of
        text, Images, Pillow pictures and dict parts. `max_retries` is the number of reasks after the first
        reply, or a tenacity `Retrying` that bounds everything. `context` and `strict` are pydantic's.
        `autodetect_images` (True or an `Autodetect`) makes Images of texts in content lists that are nothing but a
        path, a URL or a picture's data. `profile`, `max_side`, `max_pixels`, `tile`, `turn` and `downloads` say how
        pictures are made ready (see `Preparation`). Anything else goes to the SDK's call.

        Raises SchemaError and ModeError before any request, ImageError for a picture that cannot be sent,
        ExtractionFailed when no attempt gave a valid record; the SDK's own errors pass through.
        """
        call = self._call(messages, {**options, "response_model": response_model})
        if call.target is None:
            return ask_once(call.request, self._endpoint, call.how, find_turns(call.how))
        return record_of(self._drive(call))

    def create_with_completion(
        self, *, response_model: type[T], messages: Iterable[Mapping[str, Any]], **options: Any
    ) -> tuple[T, Any]:
        """As `create`, with the SDK's last reply beside the record."""
        if response_model is None:
            raise TypeError(
                "create_with_completion needs a response_model; create(response_model=None) gives the reply"
            )
        outcome = self._drive(self._call(messages, {**options, "response_model": response_model}))
        return record_of(outcome), getattr(outcome, "completion", None)

    def extract(
        self,
        response_model: type[T],
        document: Document,
        *,
        prompt: str | None = None,
        system: str | None = None,
        **options: Any,
    ) -> Extraction[T]:
        """Read one document into a record, and tell how: attempts, tokens, dollars.

        `document` is one picture (whatever `Image` takes), a PDF, or a list of them that together make one record.
        `prompt` replaces the library's own; `options` are those of `create`. Raises as `create` does.
        """
        call, source = self.extraction(response_model, document, prompt, system, options)
        return self._drive(call, source)  # type: ignore[no-any-return]  # Any only for a tenacity callback's result

    def _drive(self, call: Call, source: str = "") -> Any:
        attempts = attempts_of(call.max_retries, is_async=False)
        return drive(call.conversation(source), self._endpoint, attempts, call.how, find_turns(call.how))


class AsyncClient(Calls):
    """An asynchronous client: the names of `Client`, awaited."""

    @property
    def chat(self) -> _Chat[AsyncClient]:
        """`client.chat.completions.create` is `client.create`, for code written for the OpenAI SDK."""
        return _Chat(self)

    @property
    def messages(self) -> AsyncClient:
        """`client.messages.create` is `client.create`, for code written for the Anthropic SDK."""
        return self

    @overload
    async def create(
        self, *, response_model: type[T], messages: Iterable[Mapping[str, Any]], model: str = ...,
        max_retries: int | AsyncRetrying = ..., mode: Mode | str | None = ..., context: Any = ...,
        strict: bool = ..., **options: Any,
    ) -> T: ...  # fmt: skip

    @overload
    async def create(
        self, *, messages: Iterable[Mapping[str, Any]], response_model: None = None, model: str = ...,
        max_retries: int | AsyncRetrying = ..., **options: Any,
    ) -> Any: ...  # fmt: skip

    async def create(self, *, messages: Iterable[Mapping[str, Any]], response_model: Any = None, **options: Any) -> Any:
        """As `Client.create`; a tenacity object is an `AsyncRetrying`, and may be shared between tasks."""
        call = self._call(messages, {**options, "response_model": response_model})
        if call.target is None:
            return await ask_once_async(call.request, self._endpoint, call.how, find_turns(call.how))
        return record_of(await self._drive(call))

    async def create_with_completion(
        self, *, response_model: type[T], messages: Iterable[Mapping[str, Any]], **options: Any
    ) -> tuple[T, Any]:
        """As `create`, with the SDK's last reply beside the record."""
        if response_model is None:
            raise TypeError(
                "create_with_completion needs a response_model; create(response_model=None) gives the reply"
            )
        outcome = await self._drive(self._call(messages, {**options, "response_model": response_model}))
        return record_of(outcome), getattr(outcome, "completion", None)

    async def extract(
        self,
        response_model: type[T],
        document: Document,
        *,
        prompt: str | None = None,
        system: str | None = None,
        **options: Any,
    ) -> Extraction[T]:
        """As `Client.extract`."""
        call, source = self.extraction(response_model, document, prompt, system, options)
        return await self._drive(call, source)  # type: ignore[no-any-return]  # Any only for a tenacity callback's result

    async def _drive(self, call: Call, source: str = "") -> Any:
        attempts = attempts_of(call.max_retries, is_async=True)
        return await drive_async(call.conversation(source), self._endpoint, attempts, call.how, find_turns(call.how))


@dataclass(frozen=True, slots=True)
class _Chat(Generic[C]):
    """The attribute path of the OpenAI SDK, `chat.completions`, leading back to the client."""

    completions: C


@overload
def from_openai(
    client: openai.OpenAI,
    *,
    mode: Mode | str | None = None,
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> Client: ...


@overload
def from_openai(
    client: openai.AsyncOpenAI,
    *,
    mode: Mode | str | None = None,
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> AsyncClient: ...


def from_openai(
    client: Any, *, mode: Mode | str | None = None, profile: str | VisionProfile | None = None, **defaults: Any
) -> Client | AsyncClient:
    """A typesight client over an OpenAI client, or one of an endpoint that speaks Chat Completions.

    `profile` tells what an opaque model name can do: a model's name ("gpt-4o") or a VisionProfile. `defaults`
    (model, max_retries, ...) hold for every call. Raises TypeError for another SDK's client.
    """
    return _client(endpoint_of(client, "openai", profile), is_async(client), mode, defaults)


@overload
def from_anthropic(
    client: anthropic.Anthropic,
    *,
    mode: Mode | str | None = None,
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> Client: ...


@overload
def from_anthropic(
    client: anthropic.AsyncAnthropic,
    *,
    mode: Mode | str | None = None,
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> AsyncClient: ...


def from_anthropic(
    client: Any, *, mode: Mode | str | None = None, profile: str | VisionProfile | None = None, **defaults: Any
) -> Client | AsyncClient:
    """A typesight client over an Anthropic client; arguments as for `from_openai`."""
    return _client(endpoint_of(client, "anthropic", profile), is_async(client), mode, defaults)


@overload
def from_local(*, async_client: Literal[False] = False, **defaults: Any) -> Client: ...


@overload
def from_local(*, async_client: Literal[True], **defaults: Any) -> AsyncClient: ...


def from_local(*, async_client: bool = False, **defaults: Any) -> Client | AsyncClient:
    """A client that reads pictures on this machine: no key, no network. Raises MissingExtra without `local`."""
    return _client(local_endpoint(asynchronous=async_client), async_client, None, {"model": "local", **defaults})


@overload
def from_provider(name: str, *, async_client: Literal[False] = False, **sdk_options: Any) -> Client: ...


@overload
def from_provider(name: str, *, async_client: Literal[True], **sdk_options: Any) -> AsyncClient: ...


def from_provider(name: str, *, async_client: bool = False, **sdk_options: Any) -> Client | AsyncClient:
    """A client by name: "openai/gpt-6-luna", "anthropic/claude-haiku-5-5" or "local".

    `sdk_options` (api_key, base_url, timeout, ...) go to the SDK's own client. Raises ValueError for a name
    nobody here knows, MissingExtra when the SDK is not installed.
    """
    endpoint, model = named_endpoint(name, asynchronous=async_client, **sdk_options)
    return _client(endpoint, async_client, None, {"model": model})


def extract(response_model: type[T], document: Document, *, model: str, **options: Any) -> Extraction[T]:
    """Read one document into a record without making a client: `extract(Receipt, "r.jpg", model="local")`.

    `model` is a name as `from_provider` takes it; arguments otherwise as for `Client.extract`.
    """
    return from_provider(model).extract(response_model, document, **options)


def _client(
    endpoint: Endpoint, asynchronous: bool, mode: Mode | str | None, defaults: Mapping[str, Any]
) -> Client | AsyncClient:
    kind = AsyncClient if asynchronous else Client
    return kind(endpoint, mode=mode, **defaults)
