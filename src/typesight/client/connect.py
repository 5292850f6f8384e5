"""Functions that make a typesight client: from an SDK's client, from a name, or for this machine's reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from typesight.client.async_client import AsyncClient
from typesight.client.client import Client
from typesight.client.common_client import read_client_options
from typesight.client.options.call_options import CALL_ROWS, Api, MakerOptions, ProviderOptions
from typesight.client.options.unknown_options import refuse_client_arguments
from typesight.endpoints.client_by_name import connect_by_name
from typesight.endpoints.connections import Connection, SdkConnection
from typesight.endpoints.recognise_client import connect_reader, is_async, recognise_endpoint
from typesight.ocr.engine import OcrEngine

if TYPE_CHECKING:
    import anthropic
    import openai
    from anthropic.types import Message
    from openai.types.chat import ChatCompletion
    from openai.types.responses import Response
    from tenacity import AsyncRetrying, Retrying

__all__ = ["from_anthropic", "from_local", "from_openai", "from_provider"]


@overload
def from_openai(
    client: openai.OpenAI, *, api: Literal["auto", "chat"] = "auto", **options: Unpack[MakerOptions[Retrying]]
) -> Client[ChatCompletion]: ...


@overload
def from_openai(
    client: openai.OpenAI, *, api: Literal["responses"], **options: Unpack[MakerOptions[Retrying]]
) -> Client[Response]: ...


@overload
def from_openai(
    client: openai.AsyncOpenAI,
    *,
    api: Literal["auto", "chat"] = "auto",
    **options: Unpack[MakerOptions[AsyncRetrying]],
) -> AsyncClient[ChatCompletion]: ...


@overload
def from_openai(
    client: openai.AsyncOpenAI, *, api: Literal["responses"], **options: Unpack[MakerOptions[AsyncRetrying]]
) -> AsyncClient[Response]: ...


def from_openai(client: Any, *, api: Api = "auto", **options: Any) -> Client[Any] | AsyncClient[Any]:
    """Make a typesight client from one of the OpenAI SDK, for OpenAI or any endpoint that speaks Chat Completions.

    `api` is "chat", "responses", or "auto", which is Chat Completions unless the model needs Responses for the mode.
    `options` are the defaults of every call: those of `MakerOptions`; docs/options.md has the table. Raises TypeError
    for another SDK's client and for an option that does not exist, ValueError for a wrong value.
    """
    return _wrap_client(client, "openai", {"api": api, **options})


@overload
def from_anthropic(
    client: (
        anthropic.Anthropic | anthropic.AnthropicBedrock | anthropic.AnthropicBedrockMantle | anthropic.AnthropicVertex
    ),
    **options: Unpack[MakerOptions[Retrying]],
) -> Client[Message]: ...


@overload
def from_anthropic(
    client: (
        anthropic.AsyncAnthropic
        | anthropic.AsyncAnthropicBedrock
        | anthropic.AsyncAnthropicBedrockMantle
        | anthropic.AsyncAnthropicVertex
    ),
    **options: Unpack[MakerOptions[AsyncRetrying]],
) -> AsyncClient[Message]: ...


def from_anthropic(client: Any, **options: Any) -> Client[Any] | AsyncClient[Any]:
    """Make a typesight client from a client of the Anthropic SDK, including those for Bedrock and Vertex.

    `options` and errors are those of `from_openai`, without `api`.
    """
    return _wrap_client(client, "anthropic", options)


@overload
def from_local(
    *,
    engine: OcrEngine | None = None,
    async_client: Literal[False] = False,
    **options: Unpack[ProviderOptions[Retrying]],
) -> Client[Any]: ...


@overload
def from_local(
    *, engine: OcrEngine | None = None, async_client: Literal[True], **options: Unpack[ProviderOptions[AsyncRetrying]]
) -> AsyncClient[Any]: ...


def from_local(
    *, engine: OcrEngine | None = None, async_client: bool = False, **options: Any
) -> Client[Any] | AsyncClient[Any]:
    """Make a client that reads pictures on this machine: no key, no network.

    `engine` is RapidOCR unless you pass another, such as `typesight.reader.Tesseract("deu")`. `options` are those of
    `from_openai`; what only an SDK's call needs is ignored. Raises MissingExtra without the extra `local`.
    """
    connection = connect_reader(engine, asynchronous=async_client)
    return _make_client(connection, async_client, {"model": "local", **options})


@overload
def from_provider(
    name: str,
    *,
    async_client: Literal[False] = False,
    api_key: str | None = None,
    base_url: str | None = None,
    sdk: Mapping[str, Any] = ...,
    **options: Unpack[ProviderOptions[Retrying]],
) -> Client[Any]: ...


@overload
def from_provider(
    name: str,
    *,
    async_client: Literal[True],
    api_key: str | None = None,
    base_url: str | None = None,
    sdk: Mapping[str, Any] = ...,
    **options: Unpack[ProviderOptions[AsyncRetrying]],
) -> AsyncClient[Any]: ...


def from_provider(
    name: str,
    *,
    async_client: bool = False,
    api_key: str | None = None,
    base_url: str | None = None,
    sdk: Mapping[str, Any] | None = None,
    **options: Any,
) -> Client[Any] | AsyncClient[Any]:
    """Make a client from a name: "openai/gpt-6-luna", "anthropic/claude-haiku-5-5", "ollama/qwen3-vl" or "local".

    docs/endpoints.md lists the names before the slash, and the environment variables that the keys are read from.
    `api_key` and `base_url` take the place of those variables. `sdk` are other arguments of the SDK's own client, such
    as `{"timeout": 30, "max_retries": 2}`. `options` are the defaults of every call, as in `from_openai`. Raises
    ValueError for an unknown name and for a missing key, TypeError for an option that does not exist, MissingExtra if
    the SDK is not installed.
    """
    refuse_client_arguments(options)
    if "model" in options:
        raise TypeError("model= is part of the name here, after the slash: from_provider('openai/gpt-6-luna')")
    profile = _take_profile(options)
    connection, model = connect_by_name(
        name, asynchronous=async_client, profile=profile, api_key=api_key, base_url=base_url, sdk=sdk
    )
    return _make_client(connection, async_client, {"model": model, **options})


def _wrap_client(client: Any, vendor: str, options: dict[str, Any]) -> Client[Any] | AsyncClient[Any]:
    endpoint = recognise_endpoint(client, vendor, _take_profile(options))
    return _make_client(SdkConnection(endpoint, client), is_async(client), options)


def _take_profile(options: dict[str, Any]) -> Any:
    """Take `profile` out of a maker's options: it is needed before the others can be checked."""
    return CALL_ROWS["profile"].read(options.pop("profile", None))


def _make_client(
    connection: Connection, asynchronous: bool, options: Mapping[str, Any]
) -> Client[Any] | AsyncClient[Any]:
    kind: type[Client[Any]] | type[AsyncClient[Any]] = AsyncClient if asynchronous else Client
    return kind(connection, read_client_options(options, connection, is_async=asynchronous))
