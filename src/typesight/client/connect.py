"""Functions that make a typesight client: from an SDK's client, from a name, or for this machine's reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from typesight.client.async_client import AsyncClient
from typesight.client.calls import Document
from typesight.client.client import Client
from typesight.conversation.extraction import Extraction
from typesight.endpoints.client_by_name import make_named_endpoint
from typesight.endpoints.endpoint import Endpoint
from typesight.endpoints.recognise_client import is_async, make_local_endpoint, recognise_endpoint
from typesight.exchange.cache_marks import Caching, parse_caching
from typesight.models.modes import Mode
from typesight.models.profiles import VisionProfile
from typesight.ocr.engine import OcrEngine

if TYPE_CHECKING:
    import anthropic
    import openai
    from anthropic.types import Message
    from openai.types.chat import ChatCompletion
    from openai.types.responses import Response
    from typing_extensions import TypeForm

__all__ = ["extract", "from_anthropic", "from_local", "from_openai", "from_provider"]

T = TypeVar("T")
Api = Literal["auto", "chat", "responses"]


@overload
def from_openai(
    client: openai.OpenAI,
    *,
    mode: Mode | str | None = None,
    api: Literal["auto", "chat"] = "auto",
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> Client[ChatCompletion]: ...


@overload
def from_openai(
    client: openai.OpenAI,
    *,
    mode: Mode | str | None = None,
    api: Literal["responses"],
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> Client[Response]: ...


@overload
def from_openai(
    client: openai.AsyncOpenAI,
    *,
    mode: Mode | str | None = None,
    api: Literal["auto", "chat"] = "auto",
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> AsyncClient[ChatCompletion]: ...


@overload
def from_openai(
    client: openai.AsyncOpenAI,
    *,
    mode: Mode | str | None = None,
    api: Literal["responses"],
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> AsyncClient[Response]: ...


def from_openai(
    client: Any,
    *,
    mode: Mode | str | None = None,
    api: Api = "auto",
    profile: str | VisionProfile | None = None,
    **defaults: Any,
) -> Client[Any] | AsyncClient[Any]:
    """Make a typesight client from one of the OpenAI SDK, for OpenAI or any endpoint that speaks Chat Completions.

    `api` is "chat", "responses", or "auto", which is Chat Completions unless the model needs Responses for the mode.
    `profile` says what a model with an unknown name can do: a known model's name ("gpt-4o") or a VisionProfile.
    `defaults` (model, max_retries, ...) apply to every call. Raises TypeError for another SDK's client.
    """
    return _make_client(recognise_endpoint(client, "openai", profile), is_async(client), mode, {"api": api, **defaults})


@overload
def from_anthropic(
    client: (
        anthropic.Anthropic | anthropic.AnthropicBedrock | anthropic.AnthropicBedrockMantle | anthropic.AnthropicVertex
    ),
    *,
    mode: Mode | str | None = None,
    profile: str | VisionProfile | None = None,
    enable_prompt_caching: Caching = "auto",
    **defaults: Any,
) -> Client[Message]: ...


@overload
def from_anthropic(
    client: (
        anthropic.AsyncAnthropic
        | anthropic.AsyncAnthropicBedrock
        | anthropic.AsyncAnthropicBedrockMantle
        | anthropic.AsyncAnthropicVertex
    ),
    *,
    mode: Mode | str | None = None,
    profile: str | VisionProfile | None = None,
    enable_prompt_caching: Caching = "auto",
    **defaults: Any,
) -> AsyncClient[Message]: ...


def from_anthropic(
    client: Any,
    *,
    mode: Mode | str | None = None,
    profile: str | VisionProfile | None = None,
    enable_prompt_caching: Caching = "auto",
    **defaults: Any,
) -> Client[Any] | AsyncClient[Any]:
    """Make a typesight client from a client of the Anthropic SDK, including those for Bedrock and Vertex.

    `enable_prompt_caching`: True marks the last picture of every request for Claude's prompt cache; "auto" marks the
    first reask, so that a call without a reask has no mark; False leaves only your own marks. The other arguments are
    those of `from_openai`, without `api`. Raises TypeError for another SDK's client.
    """
    caching = parse_caching(enable_prompt_caching)
    defaults = {"enable_prompt_caching": caching, **defaults}
    return _make_client(recognise_endpoint(client, "anthropic", profile), is_async(client), mode, defaults)


@overload
def from_local(
    *, engine: OcrEngine | None = None, async_client: Literal[False] = False, **defaults: Any
) -> Client[Any]: ...


@overload
def from_local(
    *, engine: OcrEngine | None = None, async_client: Literal[True], **defaults: Any
) -> AsyncClient[Any]: ...


def from_local(
    *, engine: OcrEngine | None = None, async_client: bool = False, **defaults: Any
) -> Client[Any] | AsyncClient[Any]:
    """Make a client that reads pictures on this machine: no key, no network.

    `engine` is RapidOCR unless you pass another, such as `typesight.reader.Tesseract("deu")`. Raises MissingExtra
    without the extra `local`.
    """
    endpoint = make_local_endpoint(engine, asynchronous=async_client)
    return _make_client(endpoint, async_client, None, {"model": "local", **defaults})


@overload
def from_provider(
    name: str,
    *,
    async_client: Literal[False] = False,
    mode: Mode | str | None = None,
    profile: str | VisionProfile | None = None,
    **sdk_options: Any,
) -> Client[Any]: ...


@overload
def from_provider(
    name: str,
    *,
    async_client: Literal[True],
    mode: Mode | str | None = None,
    profile: str | VisionProfile | None = None,
    **sdk_options: Any,
) -> AsyncClient[Any]: ...


def from_provider(
    name: str,
    *,
    async_client: bool = False,
    mode: Mode | str | None = None,
    profile: str | VisionProfile | None = None,
    **sdk_options: Any,
) -> Client[Any] | AsyncClient[Any]:
    """Make a client from a name: "openai/gpt-6-luna", "anthropic/claude-haiku-5-5", "ollama/qwen3-vl" or "local".

    The names before the slash: openai, anthropic; azure, bedrock, vertex; openrouter, infron, gemini; ollama,
    lmstudio, vllm. `mode` and `profile` are as in `from_openai`; `sdk_options` (api_key, base_url, timeout, ...) go to
    the SDK's own client. Keys of gateways are read from OPENROUTER_API_KEY, INFRON_API_KEY, GEMINI_API_KEY; the SDKs
    read their own variables (AZURE_OPENAI_API_KEY, AWS_REGION, ...) themselves. Raises ValueError for an unknown name
    and for a missing key, MissingExtra if the SDK is not installed.
    """
    sdk = sdk_options.pop("sdk", {}) | sdk_options
    endpoint, model = make_named_endpoint(name, asynchronous=async_client, profile=profile, sdk=sdk)
    return _make_client(endpoint, async_client, mode, {"model": model})


@overload
def extract(response_model: type[T], document: Document, *, model: str, **options: Any) -> Extraction[T]: ...


@overload
def extract(response_model: TypeForm[T], document: Document, *, model: str, **options: Any) -> Extraction[T]: ...


def extract(response_model: Any, document: Document, *, model: str, **options: Any) -> Any:
    """Read one document into a record without making a client: `extract(Receipt, "r.jpg", model="local")`.

    `model` is a name for `from_provider`; the other arguments are those of `Client.extract`.
    """
    with from_provider(model) as client:
        return client.extract(response_model, document, **options)


def _make_client(
    endpoint: Endpoint, asynchronous: bool, mode: Mode | str | None, defaults: Mapping[str, Any]
) -> Client[Any] | AsyncClient[Any]:
    kind: type[Client[Any]] | type[AsyncClient[Any]] = AsyncClient if asynchronous else Client
    return kind(endpoint, mode=mode, **defaults)
