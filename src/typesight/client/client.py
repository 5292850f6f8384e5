"""Client: the methods that synchronous code calls; each runs a conversation with the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from typesight.drive.raw_reply import ask_once
from typesight.drive.run import drive
from typesight.drive.stream import stream
from typesight.drive.stream_views import ItemsView, RecordView, View
from typesight.many.extraction_run import ExtractionRun

if TYPE_CHECKING:
    from openai.types.responses import Response
    from tenacity import Retrying
    from typing_extensions import TypeForm

__all__ = ["Client"]

T = TypeVar("T")
R = TypeVar("R", default=Any)  # of typing_extensions, which pydantic requires: `typing` has no default before 3.13


class Client(CommonClient, Generic[R]):
    """A synchronous client: pictures and a response_model in, records out. `R` is the SDK's own reply.

    Make one with `from_openai`, `from_anthropic`, `from_provider` or `from_local`; the options that these are given are
    the defaults of every call. The calls also work while an event loop is running, as in a notebook, but block that
    loop.
    """

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
        self, *, response_model: None = None, messages: Iterable[Any] | None = ...,
        **options: Unpack[CreateOptions[Retrying]],
    ) -> R: ...  # fmt: skip

    @overload
    def create(
        self, *, response_model: type[T], messages: Iterable[Any] | None = ...,
        **options: Unpack[CreateOptions[Retrying]],
    ) -> T: ...  # fmt: skip

    @overload
    def create(
        self, *, response_model: TypeForm[T], messages: Iterable[Any] | None = ...,
        **options: Unpack[CreateOptions[Retrying]],
    ) -> T: ...  # fmt: skip

    def create(self, *, messages: Iterable[Any] | None = None, response_model: Any = None, **options: Any) -> Any:
        """Ask for a record and return the validated value, or with `response_model=None` the SDK's own reply.

        `messages` are `{"role", "content"}` dicts in any provider's format, for every provider; `content` is text or a
        list of text, Images, Pillow pictures and dict parts. OpenAI clients also take `input` and `instructions`,
        Anthropic clients `system`. `options` are those of `CreateOptions`; docs/options.md has the table. What the
        SDK's own call takes goes there; `max_tokens` is sent under the name that the model takes.

        Raises SchemaError and ModeError before any request, ImageError for a picture that cannot be sent,
        ExtractionFailed if no attempt gave a valid record, TypeError for an option that does not exist and ValueError
        for a wrong value; the SDK's own errors pass through.
        """
        call = self._read_call(messages, response_model, options)
        if call.target is None:
            return ask_once(call.request, call.wire_mode, call.make_pictures(), self._make_means(call))
        return unwrap_record(self._drive(call))

    @overload
    def create_with_completion(
        self,
        *,
        response_model: type[T],
        messages: Iterable[Any] | None = ...,
        **options: Unpack[CreateOptions[Retrying]],
    ) -> tuple[T, R]: ...

    @overload
    def create_with_completion(
        self,
        *,
        response_model: TypeForm[T],
        messages: Iterable[Any] | None = ...,
        **options: Unpack[CreateOptions[Retrying]],
    ) -> tuple[T, R]: ...

    def create_with_completion(
        self, *, response_model: Any, messages: Iterable[Any] | None = None, **options: Any
    ) -> tuple[Any, Any]:
        """As `create`, but return the record and the SDK's last reply."""
        require_response_model(response_model)
        outcome = self._drive(self._read_call(messages, response_model, options))
        return unwrap_record(outcome), getattr(outcome, "completion", None)

    @overload
    def extract(
        self, response_model: type[T], document: Document, **options: Unpack[ExtractOptions[Retrying]]
    ) -> Extraction[T]: ...

    @overload
    def extract(
        self, response_model: TypeForm[T], document: Document, **options: Unpack[ExtractOptions[Retrying]]
    ) -> Extraction[T]: ...

    def extract(self, response_model: Any, document: Document, **options: Any) -> Any:
        """Read one document into a record, returned with its attempts, tokens, cost in dollars and repairs.

        `document` is one picture (anything that `Image` takes), a PDF, or a list of them that together make one record.
        `options` are those of `ExtractOptions`: those of `create`, but for its messages, and `prompt`, `system`,
        `verify` and `hint`. Raises the same errors as `create`.
        """
        call, source = self._read_extraction_call(response_model, document, options)
        return self._drive(call, source)

    @overload
    def extract_many(
        self, response_model: type[T], documents: Iterable[Document], **options: Unpack[ManyOptions[Retrying]]
    ) -> ExtractionRun[T]: ...

    @overload
    def extract_many(
        self, response_model: TypeForm[T], documents: Iterable[Document], **options: Unpack[ManyOptions[Retrying]]
    ) -> ExtractionRun[T]: ...

    def extract_many(self, response_model: Any, documents: Any, **options: Any) -> ExtractionRun[Any]:
        """Read many documents, several at a time; iterate over the result for an Extraction or a Failure of each.

        `documents` are those of `extract`, or a mapping of names to them; each is opened when its turn comes. `options`
        are those of `extract`, for each document, and those of `ManyOptions` for the run: `ledger`, `concurrency`,
        `run_budget`, `only_failed`, `progress`.

        One document never ends the run; the errors that do are told at `ExtractionRun`. Raises SchemaError, ModeError
        and LedgerError before any request, TypeError and ValueError for wrong options.
        """
        return ExtractionRun(read_run(self, response_model, options), *name_documents(documents))

    @overload
    def create_partial(
        self, *, response_model: type[T], messages: Iterable[Any] | None = ...,
        **options: Unpack[PartialOptions[Retrying]],
    ) -> Iterator[T]: ...  # fmt: skip

    @overload
    def create_partial(
        self, *, response_model: TypeForm[T], messages: Iterable[Any] | None = ...,
        **options: Unpack[PartialOptions[Retrying]],
    ) -> Iterator[T]: ...  # fmt: skip

    def create_partial(
        self, *, response_model: Any, messages: Iterable[Any] | None = None, **options: Any
    ) -> Iterator[Any]:
        """Yield snapshots of the record while the reply streams, and last the record itself.

        A snapshot has the record's fields, each of them None until its value is complete, and is not validated.
        `growing_text` also shows texts that are still incomplete. A reply that fails is reasked as by `create`, without
        streaming. Raises the same errors as `create`; a stream that is cut, refused or stopped raises an
        ExtractionFailed whose `partial` is what had arrived. Leaving the iterator closes the connection.
        """
        call = self._read_streamed_call(response_model, messages, options, PARTIAL)
        return self._iterate(call, RecordView(call.required_target, growing_text=call.growing_text))

    @overload
    def create_iterable(
        self,
        *,
        response_model: type[T],
        messages: Iterable[Any] | None = ...,
        **options: Unpack[CreateOptions[Retrying]],
    ) -> Iterator[T]: ...

    @overload
    def create_iterable(
        self,
        *,
        response_model: TypeForm[T],
        messages: Iterable[Any] | None = ...,
        **options: Unpack[CreateOptions[Retrying]],
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

    def _drive(self, call: Call, source: str = "", **of_run: Any) -> Any:
        return drive(call.make_run(replace(self._make_means(call, source), **of_run)))

    def _iterate(self, call: Call, view: View) -> Iterator[Any]:
        return stream(call.make_run(self._make_means(call)), view)
