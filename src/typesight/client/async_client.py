"""AsyncClient: the methods of `Client`, for asynchronous code."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, Self, Unpack, overload

from typing_extensions import TypeVar

from typesight.client.calls import Call
from typesight.client.common_client import (
    ChatPath,
    CommonClient,
    Document,
    make_list_type,
    require_response_model,
)
from typesight.client.many_documents import name_documents, read_run
from typesight.client.options.call_options import CreateOptions, ExtractOptions, PartialOptions
from typesight.client.options.many_options import ManyOptions
from typesight.client.options.read_options import PARTIAL
from typesight.conversation.extraction import Extraction, unwrap_record
from typesight.drive.raw_reply import ask_once_async
from typesight.drive.run import drive_async
from typesight.drive.stream import stream_async
from typesight.drive.stream_views import ItemsView, RecordView, View
from typesight.many.async_extraction_run import AsyncExtractionRun

if TYPE_CHECKING:
    from openai.types.responses import Response
    from tenacity import AsyncRetrying
    from typing_extensions import TypeForm

__all__ = ["AsyncClient"]

T = TypeVar("T")
R = TypeVar("R", default=Any)  # of typing_extensions, which pydantic requires: `typing` has no default before 3.13


class AsyncClient(CommonClient, Generic[R]):
    """An asynchronous client: it has the methods of `Client`, to be awaited."""

    _is_async = True

    @property
    def chat(self) -> ChatPath[AsyncClient[R]]:
        """`client.chat.completions.create` is `client.create`; on OpenAI it always uses Chat Completions."""
        return ChatPath(self._with_api("chat"))

    @property
    def responses(self) -> AsyncClient[Response]:
        """`client.responses.create` is `client.create` over Responses. Raises AttributeError where there is none."""
        client: AsyncClient[Response] = self._with_api("responses")
        return client

    @property
    def messages(self) -> AsyncClient[R]:
        """`client.messages.create` is `client.create`, for code written for the Anthropic SDK."""
        return self

    @overload
    async def create(
        self, *, response_model: None = None, messages: Iterable[Any] | None = ...,
        **options: Unpack[CreateOptions[AsyncRetrying]],
    ) -> R: ...  # fmt: skip

    @overload
    async def create(
        self, *, response_model: type[T], messages: Iterable[Any] | None = ...,
        **options: Unpack[CreateOptions[AsyncRetrying]],
    ) -> T: ...  # fmt: skip

    @overload
    async def create(
        self, *, response_model: TypeForm[T], messages: Iterable[Any] | None = ...,
        **options: Unpack[CreateOptions[AsyncRetrying]],
    ) -> T: ...  # fmt: skip

    async def create(self, *, messages: Iterable[Any] | None = None, response_model: Any = None, **options: Any) -> Any:
        """As `Client.create`, but a tenacity object must be an `AsyncRetrying`; tasks may share it."""
        call = self._read_call(messages, response_model, options)
        if call.target is None:
            return await ask_once_async(call.request, call.wire_mode, call.make_pictures(), self._make_means(call))
        return unwrap_record(await self._drive(call))

    @overload
    async def create_with_completion(
        self,
        *,
        response_model: type[T],
        messages: Iterable[Any] | None = ...,
        **options: Unpack[CreateOptions[AsyncRetrying]],
    ) -> tuple[T, R]: ...

    @overload
    async def create_with_completion(
        self,
        *,
        response_model: TypeForm[T],
        messages: Iterable[Any] | None = ...,
        **options: Unpack[CreateOptions[AsyncRetrying]],
    ) -> tuple[T, R]: ...

    async def create_with_completion(
        self, *, response_model: Any, messages: Iterable[Any] | None = None, **options: Any
    ) -> tuple[Any, Any]:
        """As `create`, but return the record and the SDK's last reply."""
        require_response_model(response_model)
        outcome = await self._drive(self._read_call(messages, response_model, options))
        return unwrap_record(outcome), getattr(outcome, "completion", None)

    @overload
    async def extract(
        self, response_model: type[T], document: Document, **options: Unpack[ExtractOptions[AsyncRetrying]]
    ) -> Extraction[T]: ...

    @overload
    async def extract(
        self, response_model: TypeForm[T], document: Document, **options: Unpack[ExtractOptions[AsyncRetrying]]
    ) -> Extraction[T]: ...

    async def extract(self, response_model: Any, document: Document, **options: Any) -> Any:
        """As `Client.extract`, to be awaited."""
        call, source = self._read_extraction_call(response_model, document, options)
        return await self._drive(call, source)

    @overload
    def extract_many(
        self, response_model: type[T], documents: Iterable[Document] | AsyncIterable[Document],
        **options: Unpack[ManyOptions[AsyncRetrying]],
    ) -> AsyncExtractionRun[T]: ...  # fmt: skip

    @overload
    def extract_many(
        self, response_model: TypeForm[T], documents: Iterable[Document] | AsyncIterable[Document],
        **options: Unpack[ManyOptions[AsyncRetrying]],
    ) -> AsyncExtractionRun[T]: ...  # fmt: skip

    def extract_many(self, response_model: Any, documents: Any, **options: Any) -> AsyncExtractionRun[Any]:
        """As `Client.extract_many`, for `async for`; `documents` may be an asynchronous iterable."""
        named = (documents, None) if isinstance(documents, AsyncIterable) else name_documents(documents)
        return AsyncExtractionRun(read_run(self, response_model, options), *named)

    @overload
    def create_partial(
        self, *, response_model: type[T], messages: Iterable[Any] | None = ...,
        **options: Unpack[PartialOptions[AsyncRetrying]],
    ) -> AsyncIterator[T]: ...  # fmt: skip

    @overload
    def create_partial(
        self, *, response_model: TypeForm[T], messages: Iterable[Any] | None = ...,
        **options: Unpack[PartialOptions[AsyncRetrying]],
    ) -> AsyncIterator[T]: ...  # fmt: skip

    def create_partial(
        self, *, response_model: Any, messages: Iterable[Any] | None = None, **options: Any
    ) -> AsyncIterator[Any]:
        """As `Client.create_partial`, for `async for`."""
        call = self._read_streamed_call(response_model, messages, options, PARTIAL)
        return self._iterate(call, RecordView(call.required_target, growing_text=call.growing_text))

    @overload
    def create_iterable(
        self,
        *,
        response_model: type[T],
        messages: Iterable[Any] | None = ...,
        **options: Unpack[CreateOptions[AsyncRetrying]],
    ) -> AsyncIterator[T]: ...

    @overload
    def create_iterable(
        self,
        *,
        response_model: TypeForm[T],
        messages: Iterable[Any] | None = ...,
        **options: Unpack[CreateOptions[AsyncRetrying]],
    ) -> AsyncIterator[T]: ...

    def create_iterable(
        self, *, response_model: Any, messages: Iterable[Any] | None = None, **options: Any
    ) -> AsyncIterator[Any]:
        """As `Client.create_iterable`, for `async for`."""
        call = self._read_streamed_call(make_list_type(response_model), messages, options)
        return self._iterate(call, ItemsView(response_model, context=call.context, strict=call.strict))

    async def close(self) -> None:
        """As `Client.close`, to be awaited. An `async with` block does this."""
        await self._connection.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _drive(self, call: Call, source: str = "", **of_run: Any) -> Any:
        return await drive_async(call.make_run(replace(self._make_means(call, source), **of_run)))

    def _iterate(self, call: Call, view: View) -> AsyncIterator[Any]:
        return stream_async(call.make_run(self._make_means(call)), view)
