"""Client: the calls of synchronous code, turned into a conversation and a drive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, Self, overload

from typing_extensions import TypeVar

from typesight.client.calls import Call, Calls, ChatPath, Document, check_wanted, item_list, record_of
from typesight.conversation.extraction import Extraction
from typesight.drive.course import Course
from typesight.drive.run import ask_once, drive
from typesight.drive.stream import stream
from typesight.drive.stream_views import ItemsView, RecordView, View
from typesight.models.modes import Mode

if TYPE_CHECKING:
    from openai.types.responses import Response
    from tenacity import Retrying
    from typing_extensions import TypeForm

__all__ = ["Client"]

T = TypeVar("T")
C = TypeVar("C")
R = TypeVar("R", default=Any)  # of typing_extensions, which pydantic brings: `typing` has no default before 3.13


class Client(Calls, Generic[R]):
    """A synchronous client: pictures and a response_model in, records out. `R` is the SDK's own reply.

    `mode` and further keywords given at its making are the defaults of every call. Its calls also work where an event
    loop is running, as in a notebook, and hold that loop up while they do.
    """

    is_async = False

    @property
    def chat(self) -> ChatPath[Client[R]]:
        """`client.chat.completions.create` is `client.create`, on OpenAI always over Chat Completions."""
        return ChatPath(self._over("chat"))

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
            return ask_once(call.request, call.way, call.pictures(), call.deadline)
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
        """The record as it grows while the reply streams; the last that is given is the record itself.

        What is given before has the record's fields, each of them None until its value is complete, and is not
        validated. `growing_text` shows texts that are still coming, too. A reply that fails is asked for again,
        unstreamed, as `create` would. Raises as `create` does; a stream that is cut, refused or stopped is an
        ExtractionFailed whose `partial` is what had come. Leaving the iterator closes the connection.
        """
        call = self.streamed(response_model, messages, options)
        return _shown(call, RecordView(call.wanted, growing_text=growing_text))

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
        """The records of a document that holds several, `response_model` each, given as soon as each is complete.

        An item that is not valid, and what follows it, is given when the list as a whole is, which may take a reask;
        a reask that changes items that were given already is an InvalidRecord. Raises otherwise as `create_partial`.
        """
        call = self.streamed(item_list(response_model), messages, options)
        return _shown(call, ItemsView(response_model, context=call.context, strict=call.strict))

    def close(self) -> None:
        """Close the connections of the SDK's client, also one that was handed over. A `with` block does this."""
        self._endpoint.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _drive(self, call: Call, source: str = "") -> Any:
        return drive(call.course(is_async=False, source=source))


def _shown(call: Call, view: View) -> Iterator[Any]:
    """What a call shows as it streams; on a wire that does not stream, what it shows at its end."""
    course = call.course(is_async=False)
    return stream(course, view) if course.streams else _ended(course, view)


def _ended(course: Course[Any], view: View) -> Iterator[Any]:
    yield from view.end(drive(course))
