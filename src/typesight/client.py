"""Client: the calls a user makes, turned into a conversation and a drive.

`Client` and `AsyncClient` differ in colour alone; what a call means is worked out in `_Calls`, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

from typesight.conversation.conversation import Conversation
from typesight.conversation.extraction import Extraction
from typesight.drive import ask_once, ask_once_async, attempts_of, drive, drive_async
from typesight.errors import ModeError, SchemaError
from typesight.estimation import Estimate, estimate_request
from typesight.images.autodetect import Autodetect
from typesight.images.documents import pages_of
from typesight.images.image import Image
from typesight.images.prepare import Preparation
from typesight.images.profiles import VisionProfile
from typesight.images.sources import FileSource
from typesight.providers import words
from typesight.providers.endpoint import Endpoint
from typesight.providers.modes import Mode, capability
from typesight.providers.registry import endpoint_of, is_async, local_endpoint, named_endpoint
from typesight.providers.request import Request
from typesight.providers.turns import turns_of
from typesight.providers.wire import Row
from typesight.schema.target import Target, target_of

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

Document = Any  # one picture or PDF, or a list of them that together make one record

_OURS = ("response_model", "model", "mode", "max_retries", "context", "strict", "autodetect_images", "profile")
_PREPARATION = tuple(field.name for field in fields(Preparation))


@dataclass(frozen=True, slots=True)
class _Call:
    """What one call asks for, read from its arguments."""

    request: Request
    target: Target[Any] | None
    max_retries: Any
    how: Preparation
    context: Any
    strict: bool

    def conversation(self, source: str = "") -> Conversation[Any]:
        assert self.target is not None  # the callers branch on response_model=None first
        return Conversation(self.request, self.target, source=source, context=self.context, strict=self.strict)


class _Calls:
    """An endpoint and the defaults of its calls; shared by both colours."""

    def __init__(self, endpoint: Endpoint, *, mode: Mode | str | None = None, **defaults: Any) -> None:
        self._endpoint = endpoint
        self._defaults = {"mode": mode, **defaults}

    def __repr__(self) -> str:
        model = self._defaults.get("model")
        return f"<{type(self).__name__} {self._endpoint.vendor}{f' {model}' if model else ''}>"

    def estimate(
        self, *, messages: Iterable[Mapping[str, Any]], response_model: Any = None, **options: Any
    ) -> Estimate:
        """What the call with these arguments would take: tokens, bytes, dollars, and what would go wrong.

        Arguments as for `create`. Reads the pictures' headers; no pixel is decoded, nothing is sent or fetched.
        Raises SchemaError and ModeError, as `create` would; what is wrong with a picture is one of `problems`.
        """
        call = self._call(messages, {**options, "response_model": response_model})
        return estimate_request(call.request, self._endpoint.wire, call.how)

    def _call(self, messages: Iterable[Mapping[str, Any]], given: Mapping[str, Any]) -> _Call:
        options = {**self._defaults, **given}
        kind, model, mode, retries, context, strict, detect, profile = (options.pop(name, None) for name in _OURS)
        how = Preparation(**{name: options.pop(name) for name in _PREPARATION if name in options})
        if not model:
            raise TypeError("create needs a model, here or as a default of the client: model='gpt-6-luna'")
        target = None if kind is None else target_of(kind)
        request = Request(
            model=model,
            vendor=self._endpoint.vendor,
            turns=turns_of(messages, Autodetect() if detect is True else detect or None),
            profile=self._endpoint.profile(model, profile),
            target=target,
            mode=None if target is None else self._mode(mode, model, target),
            options=options,
        )
        return _Call(request, target, 2 if retries is None else retries, how, context, bool(strict))

    def _mode(self, wanted: Mode | str | None, model: str, target: Target[Any]) -> Mode:
        """The mode asked for, else the first of the model's that this wire has and that carries the target."""
        rows = self._endpoint.wire.MODES
        if wanted is None:
            modes = [mode for mode in capability(model).modes if mode in rows] or list(rows)
            return next((mode for mode in modes if _carries(rows[mode], target, model)), modes[0])
        try:
            mode = Mode(wanted)
        except ValueError:
            raise ModeError(f"there is no mode {wanted!r}; there are {', '.join(map(repr, Mode))}") from None
        if mode not in rows:
            raise ModeError(f"{self._endpoint.vendor} has no mode {mode}; it has {', '.join(map(str, rows))}")
        return mode

    def _extraction(
        self, response_model: Any, document: Document, prompt: str | None, system: str | None, given: Mapping[str, Any]
    ) -> tuple[_Call, str]:
        """The call of `extract`: the library's own prompt round the document's pictures."""
        _check_wanted(response_model)
        images = pages_of(document)
        shown: list[Any] = []
        for number, image in enumerate(images, start=1):
            shown += [words.label(number), image] if len(images) > 1 else [image]
        asked = prompt or words.PROMPT
        options = {"turn": "auto", **self._defaults, **given, "response_model": response_model}
        model = str(options.get("model") or "")
        text_first = bool(model) and self._endpoint.profile(model, options.get("profile")).text_first
        before = [{"role": "system", "content": system}] if system else []
        content = [asked, *shown] if text_first else [*shown, asked]
        call = self._call([*before, {"role": "user", "content": content}], options)
        return call, ", ".join(_named(image) for image in images)


def _named(image: Image) -> str:
    """What a picture is called where it came from: a file by the path that was given."""
    return image.source.path if isinstance(image.source, FileSource) else str(image.source)


def _carries(row: Row, target: Target[Any], model: str) -> bool:
    try:
        row.ask(target, model)
    except SchemaError:
        return False
    return True


def _check_wanted(response_model: Any) -> None:
    if response_model is None:
        raise TypeError("a response_model is needed here; create(response_model=None) gives the SDK's own reply")


def _find_turns(how: Preparation) -> Callable[[Image], int] | None:
    """What tells how a picture's text lies, where that is wanted and the local reader is installed."""
    if how.turn != "auto" or find_spec("rapidocr") is None:
        return None
    from typesight.reader.turning import turns_of as quarter_turns  # the extra `local`

    return quarter_turns


def _record(outcome: Any) -> Any:
    """The record of an Extraction; what a tenacity callback returned passes as it is."""
    return outcome.record if isinstance(outcome, Extraction) else outcome


class Client(_Calls):
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
            return ask_once(call.request, self._endpoint, call.how, _find_turns(call.how))
        return _record(self._drive(call))

    def create_with_completion(
        self, *, response_model: type[T], messages: Iterable[Mapping[str, Any]], **options: Any
    ) -> tuple[T, Any]:
        """As `create`, with the SDK's last reply beside the record."""
        if response_model is None:
            raise TypeError(
                "create_with_completion needs a response_model; create(response_model=None) gives the reply"
            )
        outcome = self._drive(self._call(messages, {**options, "response_model": response_model}))
        return _record(outcome), getattr(outcome, "completion", None)

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
        call, source = self._extraction(response_model, document, prompt, system, options)
        return self._drive(call, source)  # type: ignore[no-any-return]  # Any only for a tenacity callback's result

    def _drive(self, call: _Call, source: str = "") -> Any:
        attempts = attempts_of(call.max_retries, is_async=False)
        return drive(call.conversation(source), self._endpoint, attempts, call.how, _find_turns(call.how))


class AsyncClient(_Calls):
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
            return await ask_once_async(call.request, self._endpoint, call.how, _find_turns(call.how))
        return _record(await self._drive(call))

    async def create_with_completion(
        self, *, response_model: type[T], messages: Iterable[Mapping[str, Any]], **options: Any
    ) -> tuple[T, Any]:
        """As `create`, with the SDK's last reply beside the record."""
        if response_model is None:
            raise TypeError(
                "create_with_completion needs a response_model; create(response_model=None) gives the reply"
            )
        outcome = await self._drive(self._call(messages, {**options, "response_model": response_model}))
        return _record(outcome), getattr(outcome, "completion", None)

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
        call, source = self._extraction(response_model, document, prompt, system, options)
        return await self._drive(call, source)  # type: ignore[no-any-return]  # Any only for a tenacity callback's result

    async def _drive(self, call: _Call, source: str = "") -> Any:
        attempts = attempts_of(call.max_retries, is_async=True)
        return await drive_async(call.conversation(source), self._endpoint, attempts, call.how, _find_turns(call.how))


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
