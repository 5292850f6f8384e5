"""AsyncClient: the calls of asynchronous code, under the names of `Client`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING, Any, Generic, Self, overload

from typing_extensions import TypeVar

from typesight.client.calls import Call, Calls, ChatPath, Document, check_wanted, item_list, record_of
from typesight.conversation.extraction import Extraction
from typesight.drive.course import Course
from typesight.drive.run import ask_once_async, drive_async
from typesight.drive.stream import stream_async
from typesight.drive.stream_views import ItemsView, RecordView, View
from typesight.models.modes import Mode

if TYPE_CHECKING:
    from openai.types.responses import Response
    from tenacity import AsyncRetrying
    from typing_extensions import TypeForm

__all__ = ["AsyncClient"]

T = TypeVar("T")
C = TypeVar("C")
R = TypeVar("R", default=Any)  # of typing_extensions, which pydantic brings: `typing` has no default before 3.13


class AsyncClient(Calls, Generic[R]):
    """An asynchronous client: the names of `Client`, awaited."""

    is_async = True

    @property
    def chat(self) -> ChatPath[AsyncClient[R]]:
        """`client.chat.completions.create` is `client.create`, on OpenAI always over Chat Completions."""
        return ChatPath(self._over("chat"))

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
            return await ask_once_async(call.request, call.way, call.pictures(), call.deadline)
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

    @overload
    def create_partial(
        self, *, response_model: type[T], messages: Iterable[Any] | None = ..., growing_text: bool = ...,
        **options: Any,
    ) -> AsyncIterator[T]: ...  # fmt: skip

    @overload
    def create_partial(
        self, *, response_model: TypeForm[T], messages: Iterable[Any] | None = ..., growing_text: bool = ...,
        **options: Any,
    ) -> AsyncIterator[T]: ...  # fmt: skip

    def create_partial(
        self, *, response_model: Any, messages: Iterable[Any] | None = None, growing_text: bool = False, **options: Any
    ) -> AsyncIterator[Any]:
        """As `Client.create_partial`, for `async for`."""
        call = self.streamed(response_model, messages, options)
        return _shown_async(call, RecordView(call.wanted, growing_text=growing_text))

    @overload
    def create_iterable(
        self, *, response_model: type[T], messages: Iterable[Any] | None = ..., **options: Any
    ) -> AsyncIterator[T]: ...

    @overload
    def create_iterable(
        self, *, response_model: TypeForm[T], messages: Iterable[Any] | None = ..., **options: Any
    ) -> AsyncIterator[T]: ...

    def create_iterable(
        self, *, response_model: Any, messages: Iterable[Any] | None = None, **options: Any
    ) -> AsyncIterator[Any]:
        """As `Client.create_iterable`, for `async for`."""
        call = self.streamed(item_list(response_model), messages, options)
        return _shown_async(call, ItemsView(response_model, context=call.context, strict=call.strict))

    async def close(self) -> None:
        """As `Client.close`, for `async with`."""
        await self._endpoint.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _drive(self, call: Call, source: str = "") -> Any:
        return await drive_async(call.course(is_async=True, source=source))


def _shown_async(call: Call, view: View) -> AsyncIterator[Any]:
    course = call.course(is_async=True)
    return stream_async(course, view) if course.streams else _ended_async(course, view)


async def _ended_async(course: Course[Any], view: View) -> AsyncIterator[Any]:
    for each in view.end(await drive_async(course)):
        yield each
