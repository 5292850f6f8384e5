"""Client: the methods that synchronous code calls; each runs a conversation with the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, Self, overload

from typing_extensions import TypeVar

from typesight.client.calls import (
    Call,
    ChatPath,
    CommonClient,
    Document,
    make_list_type,
    require_response_model,
)
from typesight.conversation.extraction import Extraction, unwrap_record
from typesight.drive.raw_reply import ask_once
from typesight.drive.run import drive
from typesight.drive.stream import stream
from typesight.drive.stream_views import ItemsView, RecordView, View
from typesight.models.modes import Mode

if TYPE_CHECKING:
    from openai.types.responses import Response
    from tenacity import Retrying
    from typing_extensions import TypeForm

__all__ = ["Client"]

T = TypeVar("T")
R = TypeVar("R", default=Any)  # of typing_extensions, which pydantic requires: `typing` has no default before 3.13


class Client(CommonClient, Generic[R]):
    """A synchronous client: pictures and a response_model in, records out. `R` is the SDK's own reply.

    `mode` and further keywords passed to the constructor are the defaults of every call. The calls also work while an
    event loop is running, as in a notebook, but block that loop.
    """

    is_async = False

    @property
    def chat(self) -> ChatPath[Client[R]]:
        """`client.chat.completions.create` is `client.create`; on OpenAI it always uses Chat Completions."""
        return ChatPath(self._with_api("chat"))

    @property
    def responses(self) -> Client[Response]:
        """`client.responses.create` is `client.create` over Responses. Raises AttributeError where there is none."""
        client: Client[Response] = self._with_api("responses")
        return client

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
        """Ask for a record and return the validated value, or with `response_model=None` the SDK's own reply.

        `messages` are `{"role", "content"}` dicts in any provider's format, for every provider; `content` is text or a
        list of text, Images, Pillow pictures and dict parts. OpenAI clients also take `input` and `instructions`,
        Anthropic clients `system`. `mode` is one of `Mode`; by default the best one for the model. `api` is "chat",
        "responses" or "auto". `max_retries` is the number of reasks after the first reply, or a tenacity `Retrying`
        that limits all requests. `context` and `strict` are pydantic's. `max_tokens` is sent under the name that the
        model takes. `autodetect_images` (True or an `Autodetect`) turns a text in a content list into an Image if it
        is nothing but a path, a URL or a picture's data. `profile`, `max_side`, `max_pixels`, `tile`, `turn` and
        `downloads` say how pictures are prepared (see `Preparation`). All other options go to the SDK's call.

        Raises SchemaError and ModeError before any request, ImageError for a picture that cannot be sent,
        ExtractionFailed if no attempt gave a valid record; the SDK's own errors pass through.
        """
        call = self._read_call(messages, {**options, "response_model": response_model})
        if call.target is None:
            return ask_once(call.request, call.wire_mode, call.make_pictures(), self._make_means(call))
        return unwrap_record(self._drive(call))

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
        """As `create`, but return the record and the SDK's last reply."""
        require_response_model(response_model)
        outcome = self._drive(self._read_call(messages, {**options, "response_model": response_model}))
        return unwrap_record(outcome), getattr(outcome, "completion", None)

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
        """Read one document into a record, returned with its attempts, tokens, cost in dollars and repairs.

        `document` is one picture (anything that `Image` takes), a PDF, or a list of them that together make one record.
        `prompt` replaces the library's own; `options` are those of `create`. Raises the same errors as `create`.
        """
        call, source = self._read_extraction_call(response_model, document, prompt, system, options)
        return self._drive(call, source)

    @overload
    def create_partial(
        self, *, response_model: type[T], messages: Iterable[Any] | None = ..., growing_text: bool = ...,
        **options: Any,
    ) -> Iterator[T]: ...  # fmt: skip

    @overload
    def create_partial(
        self, *, response_model: TypeForm[T], messages: Iterable[Any] | None = ..., growing_text: bool = ...,
        **options: Any,
    ) -> Iterator[T]: ...  # fmt: skip

    def create_partial(
        self, *, response_model: Any, messages: Iterable[Any] | None = None, growing_text: bool = False, **options: Any
    ) -> Iterator[Any]:
        """Yield snapshots of the record while the reply streams, and last the record itself.

        A snapshot has the record's fields, each of them None until its value is complete, and is not validated.
        `growing_text` also shows texts that are still incomplete. A reply that fails is reasked as by `create`, without
        streaming. Raises the same errors as `create`; a stream that is cut, refused or stopped raises an
        ExtractionFailed whose `partial` is what had arrived. Leaving the iterator closes the connection.
        """
        call = self._read_streamed_call(response_model, messages, options)
        return self._iterate(call, RecordView(call.required_target, growing_text=growing_text))

    @overload
    def create_iterable(
        self, *, response_model: type[T], messages: Iterable[Any] | None = ..., **options: Any
    ) -> Iterator[T]: ...

    @overload
    def create_iterable(
        self, *, response_model: TypeForm[T], messages: Iterable[Any] | None = ..., **options: Any
    ) -> Iterator[T]: ...

    def create_iterable(
        self, *, response_model: Any, messages: Iterable[Any] | None = None, **options: Any
    ) -> Iterator[Any]:
        """Yield the records of a document that holds several, each a `response_model`, as soon as each is complete.

        An invalid item and all items after it are yielded once the whole list is valid, which may take a reask. If a
        reask changes items that were already yielded, this raises InvalidRecord. Other errors are those of
        `create_partial`.
        """
        call = self._read_streamed_call(make_list_type(response_model), messages, options)
        return self._iterate(call, ItemsView(response_model, context=call.context, strict=call.strict))

    def close(self) -> None:
        """Close the connections of the SDK's client, even of one that you passed in. A `with` block does this."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _iterate(self, call: Call, view: View) -> Iterator[Any]:
        return stream(call.make_run(self._make_means(call), is_async=False), view)

    def _drive(self, call: Call, source: str = "") -> Any:
        return drive(call.make_run(self._make_means(call), is_async=False, source=source))
