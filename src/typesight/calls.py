"""Calls: what a call asks for, read from its arguments: a request, a target, and how its pictures are made ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from typesight.conversation.conversation import Conversation
from typesight.conversation.extraction import Extraction
from typesight.errors import ModeError, SchemaError
from typesight.estimation import Estimate, estimate_request
from typesight.images.autodetect import Autodetect
from typesight.images.documents import pages_of
from typesight.images.image import Image
from typesight.images.prepare import Preparation
from typesight.images.sources import FileSource
from typesight.providers import words
from typesight.providers.endpoint import Endpoint
from typesight.providers.modes import Mode, capability
from typesight.providers.request import Request
from typesight.providers.turns import turns_of
from typesight.providers.wire import Row
from typesight.reader.ocr import is_installed
from typesight.reader.turning import turns_of as quarter_turns
from typesight.schema.target import Target, target_of

__all__ = ["Call", "Calls", "Document", "check_wanted", "find_turns", "record_of"]

Document = Any  # one picture or PDF, or a list of them that together make one record

_OURS = ("response_model", "model", "mode", "max_retries", "context", "strict", "autodetect_images", "profile")
_PREPARATION = tuple(field.name for field in fields(Preparation))


@dataclass(frozen=True, slots=True)
class Call:
    """What one call asks for, read from its arguments."""

    request: Request
    target: Target[Any] | None
    max_retries: Any
    how: Preparation
    context: Any
    strict: bool

    def conversation(self, source: str = "") -> Conversation[Any]:
        """The machine that this call drives; only for a call with a response_model."""
        assert self.target is not None  # the callers branch on response_model=None first
        return Conversation(self.request, self.target, source=source, context=self.context, strict=self.strict)


class Calls:
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

    def _call(self, messages: Iterable[Mapping[str, Any]], given: Mapping[str, Any]) -> Call:
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
        return Call(request, target, 2 if retries is None else retries, how, context, bool(strict))

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

    def extraction(
        self, response_model: Any, document: Document, prompt: str | None, system: str | None, given: Mapping[str, Any]
    ) -> tuple[Call, str]:
        """The call of `extract`: the library's own prompt round the document's pictures."""
        check_wanted(response_model)
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


def check_wanted(response_model: Any) -> None:
    """Raise TypeError where nothing is wanted that could be validated."""
    if response_model is None:
        raise TypeError("a response_model is needed here; create(response_model=None) gives the SDK's own reply")


def find_turns(how: Preparation) -> Callable[[Image], int] | None:
    """What tells how a picture's text lies, where that is wanted and the local reader is installed."""
    return quarter_turns if how.turn == "auto" and is_installed() else None


def record_of(outcome: Any) -> Any:
    """The record of an Extraction; what a tenacity callback returned passes as it is."""
    return outcome.record if isinstance(outcome, Extraction) else outcome
