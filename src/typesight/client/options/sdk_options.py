"""The parameters of the SDKs' own calls, which pass through ours, and the arguments of their clients.

Type checkers and editors need the names. What a call really takes is read from the installed SDK, so a parameter that
is newer than this list works too. Read in openai 2.20.0 and 3.57.0, anthropic 0.93.0 and 2.14.0, 2026-11-30;
`tests/client/options/test_sdk_options.py` compares the list with the installed ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, TypedDict

from typesight.client.options.option import Flag, SdkParameter, list_parameters
from typesight.client.options.option_readers import expect_type, parse_count, parse_number

__all__ = [
    "CLIENT_ARGUMENTS",
    "MESSAGE_PARAMETERS",
    "SDK_PARAMETERS",
    "MessageOptions",
    "SdkOptions",
    "StorelessOptions",
]

_CHAT = "OpenAI Chat Completions"
_RESPONSES = "OpenAI Responses"
_MESSAGES = "Anthropic Messages"

_Tokens = SdkParameter(
    (_CHAT, _MESSAGES), Flag("N", parse_count), expect_type("max_tokens", int, takes="a whole number")
)
_Chat = SdkParameter((_CHAT,))
_Responses = SdkParameter((_RESPONSES,))
_Messages = SdkParameter((_MESSAGES,))
_OpenAI = SdkParameter((_CHAT, _RESPONSES))
_All = SdkParameter((_CHAT, _RESPONSES, _MESSAGES))


class StorelessOptions(TypedDict, total=False):
    """SdkOptions, but for OpenAI's `store`: an evaluation has a store of its own."""

    max_tokens: Annotated[int | None, _Tokens]
    temperature: Annotated[float | None, SdkParameter((_CHAT, _RESPONSES, _MESSAGES), Flag("NUMBER", parse_number))]
    reasoning_effort: Annotated[str | None, SdkParameter((_CHAT,), Flag("EFFORT"))]
    service_tier: Annotated[str | None, SdkParameter((_CHAT, _RESPONSES, _MESSAGES), Flag("TIER"))]
    seed: Annotated[int | None, SdkParameter((_CHAT,), Flag("N", parse_count))]
    metadata: Annotated[Mapping[str, Any] | None, _All]
    tool_choice: Annotated[Any, _All]
    tools: Annotated[Iterable[Any], _All]
    top_p: Annotated[float | None, _All]
    extra_body: Annotated[Any, _All]
    extra_headers: Annotated[Mapping[str, Any] | None, _All]
    extra_query: Annotated[Mapping[str, Any] | None, _All]
    timeout: Annotated[Any, _All]

    moderation: Annotated[Any, _OpenAI]
    parallel_tool_calls: Annotated[bool | None, _OpenAI]
    prompt_cache_key: Annotated[str | None, _OpenAI]
    prompt_cache_options: Annotated[Any, _OpenAI]
    prompt_cache_retention: Annotated[str | None, _OpenAI]
    safety_identifier: Annotated[str | None, _OpenAI]
    top_logprobs: Annotated[int | None, _OpenAI]
    user: Annotated[str | None, _OpenAI]

    audio: Annotated[Any, _Chat]
    frequency_penalty: Annotated[float | None, _Chat]
    function_call: Annotated[Any, _Chat]
    functions: Annotated[Iterable[Any], _Chat]
    logit_bias: Annotated[Mapping[str, int] | None, _Chat]
    logprobs: Annotated[bool | None, _Chat]
    max_completion_tokens: Annotated[int | None, _Chat]
    modalities: Annotated[Sequence[str] | None, _Chat]
    n: Annotated[int | None, _Chat]
    prediction: Annotated[Any, _Chat]
    presence_penalty: Annotated[float | None, _Chat]
    response_format: Annotated[Any, _Chat]
    stop: Annotated[str | Sequence[str] | None, _Chat]
    verbosity: Annotated[str | None, _Chat]
    web_search_options: Annotated[Any, _Chat]

    access_programs: Annotated[Any, _Responses]
    background: Annotated[bool | None, _Responses]
    background_options: Annotated[Any, _Responses]
    context_management: Annotated[Any, _Responses]
    conversation: Annotated[Any, _Responses]
    image: Annotated[Any, _Responses]
    include: Annotated[Any, _Responses]
    max_output_tokens: Annotated[int | None, _Responses]
    max_tool_calls: Annotated[int | None, _Responses]
    previous_response_id: Annotated[str | None, _Responses]
    reasoning: Annotated[Any, _Responses]
    text: Annotated[Any, _Responses]
    truncation: Annotated[str | None, _Responses]

    cache_control: Annotated[Any, _Messages]
    container: Annotated[Any, _Messages]
    diagnostics: Annotated[Any, _Messages]
    inference_geo: Annotated[str | None, _Messages]
    output_config: Annotated[Any, _Messages]
    speed: Annotated[str | None, _Messages]
    stop_sequences: Annotated[Sequence[str], _Messages]
    thinking: Annotated[Any, _Messages]
    top_k: Annotated[int | None, _Messages]
    user_profile_id: Annotated[str | None, _Messages]
    workspace_id: Annotated[str | None, _Messages]


class SdkOptions(StorelessOptions, total=False):
    """Parameters of the SDKs' `chat.completions.create`, `responses.create` and `messages.create`."""

    store: Annotated[bool | None, _OpenAI]


class MessageOptions(TypedDict, total=False):
    """Parameters of the SDKs' calls that `extract` does not take, because it writes the messages itself."""

    input: Annotated[Any, _Responses]
    instructions: Annotated[str | None, _Responses]
    prompt: Annotated[Any, _Responses]
    system: Annotated[Any, _Messages]
    stream: Annotated[bool | None, _All]
    stream_options: Annotated[Any, _OpenAI]


SDK_PARAMETERS = list_parameters(SdkOptions)
MESSAGE_PARAMETERS = list_parameters(MessageOptions)

CLIENT_ARGUMENTS = frozenset({
    # of every client
    "auth_token", "credentials", "default_headers", "default_query", "http_client", "webhook_key", "webhook_secret",
    # OpenAI, AzureOpenAI, BedrockOpenAI
    "admin_api_key", "api_version", "aws_access_key_id", "aws_credentials_provider", "aws_profile", "aws_region",
    "aws_secret_access_key", "aws_session_token", "azure_ad_token", "azure_ad_token_provider", "azure_deployment",
    "azure_endpoint", "bedrock_token_provider", "data_residency", "organization", "project", "provider",
    "websocket_base_url", "workload_identity",
    # Anthropic, and its clients for clouds
    "access_token", "aws_access_key", "aws_secret_key", "config", "location", "middleware", "open_telemetry",
    "project_id", "region", "resource", "skip_auth", "token_provider",
})  # fmt: skip
"""Arguments of the SDKs' clients that no call takes; `from_provider` takes them in `sdk={...}`."""
