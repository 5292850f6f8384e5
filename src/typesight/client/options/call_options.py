"""The options of typesight, a row each. To add one, add its row; names, checks, docs and flags follow from it.

The TypedDicts are what type checkers and editors see as keywords of the makers and the calls. `P` is the tenacity class
of a client's colour: Retrying or AsyncRetrying. Options about pictures have their rows in `picture_options.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Generic, Literal, TypedDict, TypeVar

from typesight.budget import Budget
from typesight.caches.disk_cache import DiskCache
from typesight.caches.recorded import Recorded
from typesight.caches.reply_cache import ReplyCache
from typesight.client.options.option import Flag, Option, list_options
from typesight.client.options.option_readers import (
    expect_choice,
    expect_type,
    parse_budget,
    parse_count,
    parse_number,
    parse_switch,
    read_autodetect,
    read_cache,
    read_deadline,
    read_hint,
    read_mode,
    read_reask,
    read_verify,
)
from typesight.client.options.picture_options import PictureOptions
from typesight.client.options.sdk_options import MessageOptions, SdkOptions, StorelessOptions
from typesight.conversation.reask_option import Ask, Reasking
from typesight.drive.policy import read_max_retries
from typesight.endpoints.mode_selection import APIS
from typesight.exchange.cache_marks import Caching, parse_caching
from typesight.images.autodetect import Autodetect
from typesight.loop.terms import Verify
from typesight.models.modes import Mode
from typesight.models.profiles import Detail, VisionProfile
from typesight.watch.hooks import Hooks, read_hooks

__all__ = [
    "CALL_ROWS",
    "DOCUMENT_ROWS",
    "PARTIAL_ROWS",
    "Api",
    "CallOptions",
    "CreateOptions",
    "DocumentOptions",
    "EvaluationOptions",
    "ExtractOptions",
    "MakerOptions",
    "PartialOptions",
    "ProviderOptions",
]

P = TypeVar("P")
Api = Literal["auto", "chat", "responses"]


class ModelOption(TypedDict, total=False):
    """The model; `from_provider` and `typesight.extract` have it in a place of its own."""

    model: Annotated[
        str | None,
        Option(
            "The model's name, as its endpoint spells it. Needed on the client or on the call.",
            takes="a string",
            read=expect_type("model", str, takes="a model's name"),
        ),
    ]


class ApiOption(TypedDict, total=False):
    """Which of OpenAI's two APIs; `from_openai` has it in a place of its own, because it decides the reply's type."""

    api: Annotated[
        Api | None,
        Option(
            'Which API of OpenAI. "auto" is Chat Completions, unless the model needs Responses for the mode.',
            takes='"auto", "chat" or "responses"',
            read=expect_choice("api", *APIS),
            default="auto",
            flag=Flag("auto|chat|responses"),
        ),
    ]


class _AskOptions(TypedDict, Generic[P], total=False):
    """Options of every call, but for those about pictures."""

    mode: Annotated[
        Mode | str | None,
        Option(
            "How the model is asked for a record. By default the best way that the model and its endpoint take.",
            takes='a `Mode`, or its name: "tools", "json_schema", "json" or "prompted"',
            read=read_mode,
            flag=Flag("MODE"),
        ),
    ]
    max_retries: Annotated[
        int | P | None,
        Option(
            "How many reasks may follow the first reply.",
            takes="a whole number; or a tenacity `Retrying` or `AsyncRetrying`, which then decides about every request",
            read=read_max_retries,
            default=2,
            flag=Flag("N", parse_count),
        ),
    ]
    reask: Annotated[
        Ask | Reasking | None,
        Option(
            "What is asked for again after an invalid reply: the failing fields, the whole record, or what costs less.",
            takes='"auto", "fields", "whole" or a `Reasking`',
            read=read_reask,
            default="auto",
            flag=Flag("auto|fields|whole"),
        ),
    ]
    deadline: Annotated[
        float | None,
        Option(
            "How long the whole call may take: downloads, requests and reasks together.",
            takes="seconds, above 0",
            read=read_deadline,
            flag=Flag("SECONDS", parse_number),
        ),
    ]
    budget: Annotated[
        Budget | None,
        Option(
            "The most that one call may spend. It is checked before each request.",
            takes="a `Budget(usd=…, tokens=…)`",
            read=expect_type("budget", Budget, takes="a Budget(usd=..., tokens=...)"),
            flag=Flag("usd=N,tokens=N", parse_budget),
        ),
    ]
    cache: Annotated[
        ReplyCache | Recorded | None,
        Option(
            "Keeps replies, so that a call that you have made before sends nothing.",
            takes="a `MemoryCache`, a `DiskCache`, a `Recorded`, or your own object with `get` and `set`",
            read=read_cache,
            flag=Flag("FOLDER", DiskCache),
        ),
    ]
    context: Annotated[Any, Option("Pydantic's validation context, for your validators.", takes="anything")]
    strict: Annotated[
        bool | None,
        Option(
            "Pydantic's strict validation: a number that is written as a string is an error.",
            takes="True or False",
            read=expect_type("strict", bool, takes="True or False"),
            default=False,
            flag=Flag("", None),
        ),
    ]
    autodetect_images: Annotated[
        bool | Autodetect | None,
        Option(
            "Whether a string in a content list becomes an Image if it is only a path, a URL or a picture's data.",
            takes="True, False or an `Autodetect`",
            read=read_autodetect,
            default=False,
        ),
    ]
    enable_prompt_caching: Annotated[
        Caching | None,
        Option(
            "Where Claude's prompt cache is marked: True at the last picture of every request, False only where you "
            'did, "auto" at the first reask.',
            takes='"auto", True or False',
            read=parse_caching,
            default="auto",
            flag=Flag("auto|on|off", parse_switch),
        ),
    ]
    hooks: Annotated[
        Hooks | None,
        Option(
            "Functions that are called when something happens; the client's come first, then the call's.",
            takes='functions of one event by its name: `{"reply": print}`',
            read=read_hooks,
        ),
    ]
    profile: Annotated[
        str | VisionProfile | None,
        Option(
            "What a model can do whose name does not say.",
            takes="the name of a model that it is like, or a `VisionProfile`",
            read=expect_type("profile", str, VisionProfile, takes="a known model's name or a VisionProfile"),
            flag=Flag("MODEL"),
        ),
    ]


class CallOptions(_AskOptions[P], PictureOptions, Generic[P], total=False):
    """Options of a call, and of a client, whose calls have them as defaults."""


class _DocumentOnly(TypedDict, total=False):
    """Options of `extract` alone."""

    prompt: Annotated[
        str | None,
        Option(
            "Your own prompt, in place of typesight's.",
            takes="a string",
            read=expect_type("prompt", str, takes="a string"),
            flag=Flag("TEXT"),
        ),
    ]
    system: Annotated[
        str | None,
        Option(
            "Your own system prompt, before the pictures.",
            takes="a string",
            read=expect_type("system", str, takes="a string"),
            flag=Flag("TEXT"),
        ),
    ]
    verify: Annotated[
        Verify | None,
        Option(
            "What to do about values that are not printed in the picture: nothing, a warning, or one reask "
            "(extra `local`).",
            takes='"off", "warn" or "reask"',
            read=read_verify,
            default="off",
            flag=Flag("off|warn|reask"),
        ),
    ]
    source: Annotated[
        str | None,
        Option(
            "The document's name in the result, in place of its file's: for bytes, which have none.",
            takes="a string",
            read=expect_type("source", str, takes="a string"),
        ),
    ]
    hint: Annotated[
        Literal["ocr"] | None,
        Option(
            "Whether the model also gets the text that OCR reads here (extra `local`).",
            takes='"ocr" or None',
            read=read_hint,
            flag=Flag("ocr"),
        ),
    ]


class MakerOptions(ModelOption, CallOptions[P], SdkOptions, Generic[P], total=False):
    """What `from_openai` and `from_anthropic` take as defaults of their calls."""


class ProviderOptions(CallOptions[P], ApiOption, SdkOptions, Generic[P], total=False):
    """What `from_provider` and `from_local` take as defaults of their calls."""


class CreateOptions(ModelOption, CallOptions[P], ApiOption, SdkOptions, MessageOptions, Generic[P], total=False):
    """What `create`, `create_with_completion`, `create_iterable` and `estimate` take."""


class PartialOptions(CreateOptions[P], Generic[P], total=False):
    """What `create_partial` takes."""

    growing_text: Annotated[
        bool | None,
        Option(
            "Whether snapshots also show strings that are still incomplete.",
            takes="True or False",
            read=expect_type("growing_text", bool, takes="True or False"),
            default=False,
        ),
    ]


class DocumentOptions(CallOptions[P], ApiOption, SdkOptions, _DocumentOnly, Generic[P], total=False):
    """What `typesight.extract` takes."""


class EvaluationOptions(CallOptions[P], ApiOption, StorelessOptions, _DocumentOnly, Generic[P], total=False):
    """What `typesight.evaluate` takes for all settings: the options of `extract`, and a level of detail."""

    detail: Detail | None


class ExtractOptions(ModelOption, DocumentOptions[P], Generic[P], total=False):
    """What `client.extract` takes."""


CALL_ROWS: Mapping[str, Option] = list_options(CreateOptions)
PARTIAL_ROWS: Mapping[str, Option] = list_options(PartialOptions)
DOCUMENT_ROWS: Mapping[str, Option] = list_options(ExtractOptions)
