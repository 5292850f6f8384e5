"""Calls: what a call asks for, read from its arguments: a request, a target, and how its pictures are made ready."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, TypeVar, get_args

from typesight.budget import Budget
from typesight.conversation.conversation import Conversation
from typesight.conversation.estimate import Estimate, estimate_request
from typesight.conversation.extraction import Extraction
from typesight.conversation.reask_option import Reasking, parse_reasking
from typesight.deadline import Deadline, start_deadline
from typesight.drive.course import Course, Verify
from typesight.drive.policy import read_max_retries
from typesight.endpoints.endpoint import Endpoint
from typesight.endpoints.mode_selection import APIS, ModeSelector, WireMode
from typesight.errors import ImageError, MissingExtra
from typesight.exchange import sentences
from typesight.exchange.cache_marks import parse_caching
from typesight.exchange.call_pictures import CallPictures
from typesight.exchange.read_messages import read_turns
from typesight.exchange.request import Request
from typesight.exchange.turns import ToolResult, Turn
from typesight.exchange.wire import Wire
from typesight.images.autodetect import Autodetect
from typesight.images.documents import split_document
from typesight.images.encoding.prepare import Preparation
from typesight.images.image import Image
from typesight.images.opening.sources import FileSource
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
    """What one call asks for, read from its arguments."""

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
        """The call's pictures, of which nothing is known yet."""
        if self.request.vendor == "local":  # turns for itself, and reads a till roll in bands of its own
            return CallPictures(replace(self.preparation, tile=False), None)
        turned = self.preparation.turn == "auto" and is_ocr_installed()
        return CallPictures(self.preparation, quarter_turns if turned else None)

    def make_course(self, *, is_async: bool, source: str = "") -> Course[Any]:
        """The call under way."""
        limit = read_max_retries(self.max_retries, is_async=is_async)
        for client, model in (each for each in self.reasking.escalate if not isinstance(each, str)):
            if client.is_async is not is_async:
                raise TypeError(
                    f"this client is {'a' if is_async else ''}synchronous, and the one for {model!r} is not"
                )
        return Course(
            self.make_conversation(source),
            self.mode_selector,
            self.wire_mode,
            limit,
            self.make_pictures(),
            deadline=self.deadline,
            budget=self.budget,
            verify=self.verify,
            hint=self.hint,
        )

    def make_conversation(self, source: str = "") -> Conversation[Any]:
        """The machine that this call drives; only for a call with a response_model."""
        return Conversation(
            self.request,
            self.required_target,
            source=source,
            context=self.context,
            strict=self.strict,
            reasking=self.reasking,
        )

    @property
    def required_target(self) -> Target[Any]:
        """The target of a call with a response_model."""
        assert self.target is not None  # the callers branch on response_model=None first
        return self.target


class CommonClient:
    """An endpoint and the defaults of its calls; shared by both colours."""

    def __init__(self, endpoint: Endpoint, *, mode: Mode | str | None = None, **defaults: Any) -> None:
        self._endpoint = endpoint
        self._defaults = {"mode": mode, **defaults}

    @property
    def endpoint(self) -> Endpoint:
        """Where this client's requests go."""
        return self._endpoint

    def __repr__(self) -> str:
        model = self._defaults.get("model")
        return f"<{type(self).__name__} {self._endpoint.vendor}{f' {model}' if model else ''}>"

    def _with_api(self, api: str) -> Any:
        """The same client over one wire; itself where there is no other. Raises AttributeError for one it has not."""
        if api in self._endpoint.wires:
            return type(self)(self._endpoint, **{**self._defaults, "api": api})
        if api == "responses":
            raise AttributeError(f"{self._endpoint.wire.NAME} is no endpoint of OpenAI's Responses")
        return self

    def estimate(
        self, *, messages: Iterable[Any] | None = None, response_model: Any = None, **options: Any
    ) -> Estimate:
        """What the call with these arguments would take: tokens, bytes, dollars, and what would go wrong.

        Arguments as for `create`. Reads the pictures' headers; no pixel is decoded, nothing is sent or fetched.
        Raises SchemaError and ModeError, as `create` would; what is wrong with a picture is one of `problems`.
        """
        call = self._read_call(messages, {**options, "response_model": response_model})
        return estimate_request(call.request, call.wire_mode.wire, call.preparation)

    def _read_call(self, messages: Iterable[Any] | None, given: Mapping[str, Any], *, streamed: bool = False) -> Call:
        options = {**self._defaults, **given}
        kind, model, mode, api, retries, context, strict, detect, profile, caching, reask, seconds, budget = (
            options.pop(name, None) for name in _OWN_OPTIONS
        )
        deadline = start_deadline(seconds)
        how = Preparation(**{name: options.pop(name) for name in _PREPARATION if name in options})
        if not model:
            raise TypeError("create needs a model, here or as a default of the client: model='gpt-6-luna'")
        if api not in {None, *APIS}:
            raise ValueError(f"api={api!r} is none of {', '.join(APIS)}")
        if kind is not None and options.get("stream"):
            raise TypeError("stream=True is for response_model=None: create_partial and create_iterable stream records")
        target = None if kind is None else make_target(kind)
        if target and streamed:  # one call that grows, where several would each be a piece
            target = replace(target, tools=())
        seen = self._endpoint.find_profile(model, profile)
        asking = ModeSelector(self._endpoint, model, seen.name, target, api or "auto", mode, options)
        way = asking.select()
        turns = _read_turns(way, messages, options, Autodetect() if detect is True else detect or None)
        _check_result_images(turns, way.wire)
        request = Request(
            model=model,
            vendor=self._endpoint.vendor,
            turns=turns,
            profile=seen,
            target=target,
            mode=way.mode,
            capability=way.capability,
            options=options,
            caching=parse_caching(caching),
        )
        attempts = 2 if retries is None else retries
        reasking = parse_reasking(reask)
        if budget is not None:
            _check_budget(budget, request, reasking)
        return Call(request, target, asking, way, attempts, how, context, bool(strict), reasking, deadline, budget)

    def _read_streamed_call(
        self, response_model: Any, messages: Iterable[Any] | None, options: Mapping[str, Any]
    ) -> Call:
        """The call of `create_partial` and `create_iterable`."""
        require_response_model(response_model)
        return self._read_call(messages, {**options, "response_model": response_model}, streamed=True)

    def _read_extraction_call(
        self, response_model: Any, document: Document, prompt: str | None, system: str | None, given: Mapping[str, Any]
    ) -> tuple[Call, str]:
        """The call of `extract`: the library's own prompt round the document's pictures."""
        require_response_model(response_model)
        images = split_document(document)
        shown: list[Any] = []
        for number, image in enumerate(images, start=1):
            shown += [sentences.label_image(number), image] if len(images) > 1 else [image]
        asked = prompt or sentences.PROMPT
        given = dict(given)
        verify, hint = _read_verify(given.pop("verify", "off")), _read_hint(given.pop("hint", None))
        options = {"turn": "auto", **self._defaults, **given, "response_model": response_model}
        model = str(options.get("model") or "")
        text_first = bool(model) and self._endpoint.find_profile(model, options.get("profile")).text_first
        before = [{"role": "system", "content": system}] if system else []
        content = [asked, *shown] if text_first else [*shown, asked]
        call = self._read_call([*before, {"role": "user", "content": content}], options)
        hint = hint and call.request.vendor != "local"  # which reads for itself
        return replace(call, verify=verify, hint=hint), ", ".join(_name_source(image) for image in images)


def _read_hint(given: Any) -> bool:
    """What a caller gave as `hint`. Raises ValueError, and MissingExtra where pictures cannot be read here."""
    if given not in {None, "ocr"}:
        raise ValueError(f"hint={given!r} is neither None nor 'ocr'")
    if given and not is_ocr_installed():
        raise MissingExtra("local", "hint='ocr'")
    return bool(given)


def _read_verify(given: Any) -> Verify:
    """What a caller gave as `verify`. Raises ValueError, and MissingExtra where pictures cannot be read here."""
    if given not in get_args(Verify):
        raise ValueError(f"verify={given!r} is none of {', '.join(get_args(Verify))}")
    if given != "off" and not is_ocr_installed():
        raise MissingExtra("local", f"verify={given!r}")
    verify: Verify = given
    return verify


def _name_source(image: Image) -> str:
    """What a picture is called where it came from: a file by the path that was given."""
    return image.source.path if isinstance(image.source, FileSource) else str(image.source)


def _read_turns(way: WireMode, messages: Any, options: dict[str, Any], detect: Autodetect | None) -> tuple[Turn, ...]:
    """The conversation, from `messages` or, in the words of OpenAI's Responses, from `input` and `instructions`."""
    responses = way.endpoint.wires.get("responses")
    if responses is None and "input" in options:
        raise TypeError(f"input= is a word of OpenAI's Responses: {way.wire.NAME} takes messages=")
    given = messages
    if given is None:
        given = options.pop("input", None)
        given = [{"role": "user", "content": given}] if isinstance(given, str) else given
    if given is None:
        raise TypeError("create needs messages: a list of {'role': ..., 'content': ...}")
    turns = read_turns(given, detect)
    said = options.pop("instructions", None) if responses and way.wire is not responses else None
    return (Turn("system", said), *turns) if said else turns


def _check_result_images(turns: Iterable[Turn], wire: Wire) -> None:
    """Raise ImageError for a picture in a tool's result where the wire takes text alone."""
    for number, turn in enumerate(turns):
        if not wire.PICTURES_IN_RESULTS and any(isinstance(part, ToolResult) and part.images for part in turn.parts):
            raise ImageError(
                f"messages[{number}] holds an image in a tool's result, where {wire.NAME} takes text alone: put it "
                "into a user turn after the result, or use api='responses'"
            )


def _check_budget(budget: Any, request: Request, reasking: Reasking) -> None:
    """Refuse a budget that cannot be held, with this model or one that may take over."""
    if not isinstance(budget, Budget):
        raise TypeError(f"budget is a Budget(usd=..., tokens=...), not {type(budget).__name__}")
    budget.check(model=request.model, vendor=request.vendor)
    for each in reasking.escalate:
        vendor, model = (request.vendor, each) if isinstance(each, str) else (each[0].endpoint.vendor, each[1])
        budget.check(model=model, vendor=vendor)


@dataclass(frozen=True, slots=True)
class ChatPath(Generic[C]):
    """The attribute path of the OpenAI SDK, `chat.completions`, leading back to the client."""

    completions: C


def require_response_model(response_model: Any) -> None:
    """Raise TypeError where nothing is wanted that could be validated, SchemaError for what is no type."""
    if response_model is None:
        raise TypeError("a response_model is needed here; create(response_model=None) gives the SDK's own reply")
    check_response_model(response_model)


def make_list_type(kind: Any) -> Any:
    """The list of which `kind` is an item."""
    require_response_model(kind)
    return list[kind]


def unwrap_record(outcome: Any) -> Any:
    """The record of an Extraction; what a tenacity callback returned passes as it is."""
    return outcome.record if isinstance(outcome, Extraction) else outcome
