"""Call: the arguments of a call, read into a request, a target and the preparation of its pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, TypeVar

from typesight.budget import Budget
from typesight.client.option_checks import check_budget, check_result_images, read_hint, read_verify
from typesight.conversation.conversation import Conversation
from typesight.conversation.estimate import Estimate, estimate_request
from typesight.conversation.extraction import Extraction
from typesight.conversation.reask_option import Reasking, parse_reasking
from typesight.deadline import Deadline, start_deadline
from typesight.drive.perform import Means
from typesight.drive.policy import read_max_retries
from typesight.drive.run import Run
from typesight.drive.send import Watch, watch_nothing
from typesight.endpoints.connections import Connection
from typesight.endpoints.endpoint import Endpoint
from typesight.endpoints.mode_selection import APIS, ModeSelector, WireMode
from typesight.exchange import sentences
from typesight.exchange.cache_marks import parse_caching
from typesight.exchange.call_pictures import CallPictures
from typesight.exchange.read_messages import read_turns
from typesight.exchange.request import Request
from typesight.exchange.turns import Turn
from typesight.images.autodetect import Autodetect
from typesight.images.documents import split_document
from typesight.images.encoding.prepare import Preparation
from typesight.images.image import Image
from typesight.images.opening.sources import FileSource
from typesight.loop.loop import Loop
from typesight.loop.route import CallRoute
from typesight.loop.terms import Successor, Terms, Verify
from typesight.models.modes import Mode
from typesight.ocr.engine import is_ocr_installed
from typesight.ocr.turning import detect_image_rotation as quarter_turns
from typesight.schema.response_models import check_response_model
from typesight.schema.target import Target, make_target

__all__ = ["Call", "ChatPath", "CommonClient", "Document", "make_list_type", "require_response_model", "unwrap_record"]

C = TypeVar("C")
Document = Any  # one picture or PDF, or a list of them that together make one record

_OWN_OPTIONS = (
    "response_model", "model", "mode", "api", "max_retries", "context", "strict", "autodetect_images", "profile",
    "enable_prompt_caching", "reask", "deadline", "budget",
)  # fmt: skip
_PREPARATION = tuple(field.name for field in fields(Preparation))


@dataclass(frozen=True, slots=True)
class Call:
    """One call's arguments, read and checked."""

    request: Request
    target: Target[Any] | None
    mode_selector: ModeSelector
    wire_mode: WireMode
    max_retries: Any
    preparation: Preparation
    context: Any
    strict: bool
    reasking: Reasking
    deadline: Deadline | None
    budget: Budget | None
    verify: Verify = "off"
    hint: bool = False

    def make_pictures(self) -> CallPictures:
        """Make the store of the call's pictures; nothing is fetched or encoded yet."""
        if self.wire_mode.wire.IS_LOCAL:  # the reader turns pictures and cuts long receipts itself
            return CallPictures(replace(self.preparation, tile=False), None)
        turned = self.preparation.turn == "auto" and is_ocr_installed()
        return CallPictures(self.preparation, quarter_turns if turned else None)

    def make_run(self, means: Means, *, is_async: bool, source: str = "") -> Run:
        """Make the run of this call. Raises TypeError for a client or a retry object of the wrong kind."""
        limit = read_max_retries(self.max_retries, is_async=is_async)
        successors, connections = self._list_successors(means.connections, is_async=is_async)
        terms = Terms(limit.reasks, self.budget, self.reasking.zoom, self.verify, self.hint, successors)
        conversation = Conversation(
            self.request,
            self.required_target,
            source=source,
            context=self.context,
            strict=self.strict,
            ask=self.reasking.ask,
        )
        route = CallRoute(self.mode_selector, self.wire_mode, means.connections[0].max_retries)
        loop = Loop(conversation, route, self.make_pictures(), terms)
        return Run(loop, replace(means, connections=connections), limit.policy)

    def _list_successors(
        self, connections: Sequence[Connection], *, is_async: bool
    ) -> tuple[tuple[Successor, ...], tuple[Connection, ...]]:
        """List the models that may take over, and the connections by their place, the call's own first."""
        successors: list[Successor] = []
        all_connections = list(connections)
        for each in self.reasking.escalate:
            if isinstance(each, str):
                successors.append(Successor(each))
                continue
            client, model = each
            if client.is_async is not is_async:
                raise TypeError(
                    f"this client is {'a' if is_async else ''}synchronous, but the one for {model!r} is not"
                )
            other = client._connection
            successors.append(Successor(model, other.endpoint, len(all_connections), other.max_retries))
            all_connections.append(other)
        return tuple(successors), tuple(all_connections)

    @property
    def required_target(self) -> Target[Any]:
        """The target of a call with a response_model."""
        assert self.target is not None  # the callers branch on response_model=None first
        return self.target


class CommonClient:
    """An endpoint and the default options of its calls: what Client and AsyncClient share."""

    def __init__(self, connection: Connection, *, mode: Mode | str | None = None, **defaults: Any) -> None:
        self._connection = connection
        self._watch: Watch = watch_nothing
        self._defaults = {"mode": mode, **defaults}

    @property
    def _endpoint(self) -> Endpoint:
        """Where this client's requests go."""
        return self._connection.endpoint

    def __repr__(self) -> str:
        model = self._defaults.get("model")
        return f"<{type(self).__name__} {self._endpoint.vendor}{f' {model}' if model else ''}>"

    def _make_means(self, call: Call) -> Means:
        """What the call is done with."""
        return Means((self._connection,), call.deadline, self._watch)

    def _with_api(self, api: str) -> Any:
        """A copy that always uses one API, or itself if there is only one. Raises AttributeError without Responses."""
        if api in self._endpoint.wires:
            copy = type(self)(self._connection, **{**self._defaults, "api": api})
            copy._watch = self._watch
            return copy
        if api == "responses":
            raise AttributeError(f"this client speaks {self._endpoint.default_wire.NAME}, not OpenAI's Responses")
        return self

    def estimate(
        self, *, messages: Iterable[Any] | None = None, response_model: Any = None, **options: Any
    ) -> Estimate:
        """Estimate what the call with these arguments would take: tokens, bytes, dollars, and what would go wrong.

        The arguments are those of `create`. This reads the pictures' headers; it decodes no pixel, sends nothing and
        fetches nothing. Raises SchemaError and ModeError, as `create` would; unsendable pictures are in `problems`.
        """
        call = self._read_call(messages, {**options, "response_model": response_model})
        return estimate_request(call.request, call.wire_mode.wire, call.preparation)

    def _read_call(self, messages: Iterable[Any] | None, given: Mapping[str, Any], *, streamed: bool = False) -> Call:
        options = {**self._defaults, **given}
        kind, model, mode, api, retries, context, strict, autodetect, profile, caching, reask, seconds, budget = (
            options.pop(name, None) for name in _OWN_OPTIONS
        )
        deadline = start_deadline(seconds)
        preparation = Preparation(**{name: options.pop(name) for name in _PREPARATION if name in options})
        if not model:
            raise TypeError("no model given: pass model= to the call or to the client, such as model='gpt-6-luna'")
        if api not in {None, *APIS}:
            raise ValueError(f"api={api!r} is not one of {', '.join(APIS)}")
        if kind is not None and options.get("stream"):
            raise TypeError(
                "stream=True needs response_model=None: to stream records, use create_partial or create_iterable"
            )
        target = None if kind is None else make_target(kind)
        if target and streamed:  # one tool call that grows, not several
            target = replace(target, tools=())
        vision_profile = self._endpoint.find_profile(model, profile)
        selector = ModeSelector(self._endpoint, model, vision_profile.name, target, api or "auto", mode, options)
        wire_mode = selector.select()
        turns = _read_turns(wire_mode, messages, options, Autodetect() if autodetect is True else autodetect or None)
        check_result_images(turns, wire_mode.wire)
        request = Request(
            model=model,
            vendor=self._endpoint.vendor,
            turns=turns,
            profile=vision_profile,
            target=target,
            mode=wire_mode.mode,
            capability=wire_mode.capability,
            options=options,
            caching=parse_caching(caching),
        )
        retries = 2 if retries is None else retries
        reasking = parse_reasking(reask)
        if budget is not None:
            check_budget(budget, request, reasking)
        return Call(
            request,
            target,
            selector,
            wire_mode,
            retries,
            preparation,
            context,
            bool(strict),
            reasking,
            deadline,
            budget,
        )

    def _read_streamed_call(
        self, response_model: Any, messages: Iterable[Any] | None, options: Mapping[str, Any]
    ) -> Call:
        """Read the arguments of `create_partial` and `create_iterable`."""
        require_response_model(response_model)
        return self._read_call(messages, {**options, "response_model": response_model}, streamed=True)

    def _read_extraction_call(
        self, response_model: Any, document: Document, prompt: str | None, system: str | None, given: Mapping[str, Any]
    ) -> tuple[Call, str]:
        """Read the arguments of `extract`; return the call and the names of the document's files."""
        require_response_model(response_model)
        images = split_document(document)
        parts: list[Any] = []
        for number, image in enumerate(images, start=1):
            parts += [sentences.label_image(number), image] if len(images) > 1 else [image]
        text = prompt or sentences.PROMPT
        given = dict(given)
        verify, hint = read_verify(given.pop("verify", "off")), read_hint(given.pop("hint", None))
        options = {"turn": "auto", **self._defaults, **given, "response_model": response_model}
        model = str(options.get("model") or "")
        text_first = bool(model) and self._endpoint.find_profile(model, options.get("profile")).text_first
        system_turns = [{"role": "system", "content": system}] if system else []
        content = [text, *parts] if text_first else [*parts, text]
        call = self._read_call([*system_turns, {"role": "user", "content": content}], options)
        hint = hint and not call.wire_mode.wire.IS_LOCAL  # the local reader reads the text anyway
        return replace(call, verify=verify, hint=hint), ", ".join(_name_source(image) for image in images)


def _name_source(image: Image) -> str:
    """Name the source of a picture; a file by the path that the caller passed."""
    return image.source.path if isinstance(image.source, FileSource) else str(image.source)


def _read_turns(
    wire_mode: WireMode, messages: Any, options: dict[str, Any], autodetect: Autodetect | None
) -> tuple[Turn, ...]:
    """Read the conversation from `messages`, or from `input` and `instructions` of OpenAI's Responses."""
    responses = wire_mode.endpoint.wires.get("responses")
    if responses is None and "input" in options:
        raise TypeError(f"input= is an argument of OpenAI's Responses: {wire_mode.wire.NAME} takes messages=")
    given = messages
    if given is None:
        given = options.pop("input", None)
        given = [{"role": "user", "content": given}] if isinstance(given, str) else given
    if given is None:
        raise TypeError("create needs messages: a list of {'role': ..., 'content': ...}")
    turns = read_turns(given, autodetect)
    instructions = options.pop("instructions", None) if responses and wire_mode.wire is not responses else None
    return (Turn("system", instructions), *turns) if instructions else turns


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


def unwrap_record(outcome: Any) -> Any:
    """Return the record of an Extraction; any other value, returned by a tenacity callback, passes unchanged."""
    return outcome.record if isinstance(outcome, Extraction) else outcome
