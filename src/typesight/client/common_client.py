"""CommonClient: an endpoint and the options of its calls, which read their arguments into a Call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeVar, Unpack, overload

from typesight.caches.open_call_replies import open_call_replies
from typesight.client.call_checks import (
    COLOURED_OPTIONS,
    check_api,
    check_budget,
    check_colour,
    describe_missing_responses,
)
from typesight.client.call_messages import check_result_images, read_call_turns, write_messages
from typesight.client.calls import Call
from typesight.client.options.call_options import CreateOptions
from typesight.client.options.read_options import CREATE, EXTRACT, MAKER, Options, Place, read_defaults
from typesight.client.options.unknown_options import list_taken_names, refuse_unknown
from typesight.conversation.estimate import Estimate, estimate_request
from typesight.deadline import start_deadline
from typesight.drive.perform import Means
from typesight.endpoints.connections import Connection
from typesight.endpoints.endpoint import Endpoint
from typesight.endpoints.mode_selection import ModeSelector, WireMode
from typesight.exchange.request import Request
from typesight.images.documents import name_sources, split_document
from typesight.images.image import Image
from typesight.models.profiles import VisionProfile
from typesight.schema.response_models import check_response_model
from typesight.schema.target import Target, make_target
from typesight.watch.call_watch import CallWatch
from typesight.watch.events import ComplaintEvent, EventName, FailureEvent, RecordEvent, ReplyEvent, RequestEvent
from typesight.watch.hooks import HookList

__all__ = [
    "ChatPath",
    "CommonClient",
    "Document",
    "make_list_type",
    "read_client_options",
    "require_response_model",
]

C = TypeVar("C")
Document = Any  # one picture or PDF, or a list of them that together make one record


@dataclass(frozen=True, slots=True)
class _Selected:
    """The wire and the mode of a call, its model's profile, and the arguments of the SDK's call."""

    selector: ModeSelector
    wire_mode: WireMode
    profile: VisionProfile
    arguments: dict[str, Any]


class CommonClient:
    """An endpoint and the options of its calls: what Client and AsyncClient share."""

    _is_async = False
    _drive: Callable[..., Any]  # runs a call, in the client's colour

    def __init__(self, connection: Connection, options: Options) -> None:
        self._connection = connection
        self._options = options.set_value("hooks", ())
        self._hooks = HookList(options.own["hooks"])
        self._parameters = list_taken_names(connection)

    @property
    def _endpoint(self) -> Endpoint:
        """Where this client's requests go."""
        return self._connection.endpoint

    def __repr__(self) -> str:
        model = self._options.own["model"]
        return f"<{type(self).__name__} {self._endpoint.vendor}{f' {model}' if model else ''}>"

    def _with_api(self, api: str) -> Any:
        """A copy that always uses one API, or itself if there is only one. Raises AttributeError without Responses."""
        if api in self._endpoint.wires:
            bound = copy(self)
            bound._options = self._options.set_value("api", api)
            return bound
        if api == "responses":
            raise AttributeError(describe_missing_responses(self._endpoint))
        return self

    @overload
    def on(self, event: Literal["request"], hook: Callable[[RequestEvent], object]) -> None: ...

    @overload
    def on(self, event: Literal["reply"], hook: Callable[[ReplyEvent], object]) -> None: ...

    @overload
    def on(self, event: Literal["complaint"], hook: Callable[[ComplaintEvent], object]) -> None: ...

    @overload
    def on(self, event: Literal["record"], hook: Callable[[RecordEvent], object]) -> None: ...

    @overload
    def on(self, event: Literal["failure"], hook: Callable[[FailureEvent], object]) -> None: ...

    def on(self, event: str, hook: Callable[[Any], object]) -> None:
        """Call `hook` with each event of this name, in every call that begins from now on.

        The events are `request`, `reply`, `complaint`, `record` and `failure`, each with a frozen value of its own. A
        hook must not block; one that raises is logged and warned of, and the call goes on. Raises ValueError for an
        unknown event, TypeError for what cannot be called, or has to be awaited.
        """
        self._hooks.add(event, hook)

    def off(self, event: EventName, hook: Callable[[Any], object] | None = None) -> None:
        """Take a hook off an event, or all of its hooks. Raises ValueError for a hook that is not there."""
        self._hooks.remove(event, hook)

    def estimate(
        self,
        *,
        messages: Iterable[Any] | None = None,
        response_model: Any = None,
        **options: Unpack[CreateOptions[Any]],
    ) -> Estimate:
        """Estimate what the call with these arguments would take: tokens, bytes, dollars, and what would go wrong.

        The arguments are those of `create`. This reads the pictures' headers; it decodes no pixel, sends nothing and
        fetches nothing. Raises SchemaError and ModeError, as `create` would; unsendable pictures are in `problems`.
        """
        call = self._read_call(messages, response_model, options)
        return estimate_request(call.request, call.wire_mode.wire, call.preparation)

    def _make_means(self, call: Call, source: str = "") -> Means:
        """The connection, the deadline and the watch of a call."""
        watch = CallWatch((*self._hooks.hooks, *call.hooks), source)
        replies = open_call_replies(call.cache, blocks=not self._is_async)
        return Means((self._connection,), call.deadline, watch, replies)

    def _read_options(self, given: Mapping[str, Any], place: Place) -> Options:
        """Read the options of a call over the client's own. Raises TypeError or ValueError for one that is wrong."""
        if not given:
            return self._options
        foreign = given.keys() - place.rows.keys()
        if foreign and not any(self._takes(foreign, api, place) for api in self._parameters):
            refuse_unknown(foreign, place, self._connection, self._endpoint.wires.values())
        options = self._options.update(given, place)
        if not COLOURED_OPTIONS.isdisjoint(given):
            check_colour(options, is_async=self._is_async)
        if "api" in given:
            check_api(options, self._endpoint)
        return options

    def _takes(self, names: AbstractSet[str], api: str, place: Place) -> bool:
        """Whether the SDK's call of an API takes all these parameters, if they are given in this place."""
        taken = self._parameters[api]
        return taken is None or names <= taken - place.foreign

    def _read_call(self, messages: Iterable[Any] | None, response_model: Any, given: Mapping[str, Any]) -> Call:
        """Read the arguments of `create`."""
        options = self._read_options(given, CREATE)
        if response_model is not None and options.sdk.get("stream"):
            raise TypeError(
                "stream=True needs response_model=None: to stream records, use create_partial or create_iterable"
            )
        target = None if response_model is None else make_target(response_model)
        return self._build_call(options, self._select(options, target), messages)

    def _read_streamed_call(
        self,
        response_model: Any,
        messages: Iterable[Any] | None,
        given: Mapping[str, Any],
        place: Place = CREATE,
    ) -> Call:
        """Read the arguments of `create_partial` and `create_iterable`."""
        require_response_model(response_model)
        options = self._read_options(given, place)
        target = make_target(response_model, has_tools=False)  # one tool call that grows, not several
        return self._build_call(options, self._select(options, target), messages)

    def _read_extraction_call(
        self, response_model: Any, document: Document, given: Mapping[str, Any]
    ) -> tuple[Call, str]:
        """Read the arguments of `extract`; return the call and the names of the document's files."""
        require_response_model(response_model)
        options = self._read_document_options(given)
        call, images = self._build_document_call(options, make_target(response_model), document)
        return call, options.own["source"] or name_sources(images)

    def _read_document_options(self, given: Mapping[str, Any], place: Place = EXTRACT) -> Options:
        """Read the options of `extract` or `extract_many`, which have a default of their own about pictures."""
        options = self._read_options(given, place)
        return replace(options, preparation=options.document_preparation)

    def _build_document_call(
        self, options: Options, target: Target[Any], document: Document
    ) -> tuple[Call, Sequence[Image]]:
        """Build the call for a document, and return its pages too."""
        selected = self._select(options, target)
        images = split_document(document)
        text_first = selected.profile.text_first
        messages = write_messages(images, options.own["prompt"], options.own["system"], text_first=text_first)
        return self._build_call(options, selected, messages), images

    def _select(self, options: Options, target: Target[Any] | None) -> _Selected:
        """Select the wire and the mode of a call. Raises ModeError, SchemaError, and TypeError without a model."""
        own, arguments = options.own, dict(options.sdk)
        if not own["model"]:
            raise TypeError("no model given: pass model= to the call or to the client, such as model='gpt-6-luna'")
        profile = self._endpoint.find_profile(own["model"], own["profile"])
        selector = ModeSelector(
            self._endpoint, own["model"], target, own["profile"], own["api"], own["mode"], arguments
        )
        wire_mode = selector.select()
        if not self._takes(arguments.keys(), wire_mode.api, CREATE):
            refuse_unknown(arguments, CREATE, self._connection, [wire_mode.wire])
        return _Selected(selector, wire_mode, profile, arguments)

    def _build_call(self, options: Options, selected: _Selected, messages: Any) -> Call:
        """Build the call: start its deadline, and read its messages."""
        own, arguments, wire_mode = options.own, selected.arguments, selected.wire_mode
        deadline = start_deadline(own["deadline"])
        turns = read_call_turns(wire_mode, messages, arguments, own["autodetect_images"])
        check_result_images(turns, wire_mode.wire)
        request = Request(
            model=own["model"],
            vendor=self._endpoint.vendor,
            turns=turns,
            profile=selected.profile,
            target=selected.selector.target,
            mode=wire_mode.mode,
            capability=wire_mode.capability,
            options=arguments,
            caching=own["enable_prompt_caching"],
        )
        if own["budget"] is not None:
            check_budget(own["budget"], request, own["reask"])
        return Call(
            request,
            selected.selector.target,
            selected.selector,
            wire_mode,
            own["max_retries"],
            options.preparation,
            own["context"],
            own["strict"],
            own["reask"],
            deadline,
            own["budget"],
            own["verify"],
            own["hint"] and not wire_mode.wire.IS_LOCAL,  # the local reader reads the text anyway
            own["growing_text"],
            own["hooks"],
            own["cache"],
        )


def read_client_options(given: Mapping[str, Any], connection: Connection, *, is_async: bool) -> Options:
    """Read the options that a client is made with. Raises TypeError or ValueError for one that calls would refuse."""
    wires = connection.endpoint.wires
    api = given.get("api")
    named = wires.get(api) if isinstance(api, str) else None
    refuse_unknown(given.keys() - MAKER.rows.keys(), MAKER, connection, [named] if named else list(wires.values()))
    options = read_defaults().update(given, MAKER)
    check_colour(options, is_async=is_async)
    check_api(options, connection.endpoint)
    return options


@dataclass(frozen=True, slots=True)
class ChatPath(Generic[C]):
    """The attribute path of the OpenAI SDK, `chat.completions`, leading back to the client."""

    completions: C


def require_response_model(response_model: Any) -> None:
    """Raise TypeError if there is no response_model, SchemaError if it is not a type."""
    if response_model is None:
        raise TypeError("give a response_model here; for the SDK's own reply, use create(response_model=None)")
    check_response_model(response_model)


def make_list_type(kind: Any) -> Any:
    """Make the type of a list whose items are `kind`."""
    require_response_model(kind)
    return list[kind]
