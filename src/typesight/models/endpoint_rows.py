"""The table of known endpoints, with dates and sources.

A gateway or a cloud serves models of other makers: the model's own resize rule and price apply, with the endpoint's
formats and limits. To add a gateway, add a row here; what the Sandbox refuses in that gateway's place is a separate
table in `testing/endpoint_rules.py`. Base URLs and variables: the vendors' own pages, read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from typesight.models.endpoint_type import EndpointRow, Gateway, SdkClient
from typesight.models.modes import Mode
from typesight.models.profiles import JPEG, MB, PNG, SAFE_PROFILE, WEBP

__all__ = ["ENDPOINTS", "UNKNOWN_ENDPOINT", "make_unknown_endpoint"]

_TODAY = date(2026, 11, 20)
_STILL = frozenset({JPEG, PNG, WEBP})
_THIS_MACHINE = r"(localhost|127(\.\d+){3}|0\.0\.0\.0|::1|host\.docker\.internal|10(\.\d+){3}|192\.168(\.\d+){2})"
_CLOUD_SOURCE = "Anthropic vision guide 2026-09-20; request size as reported 2026-10-07"

_ROWS = (
    EndpointRow(
        "openai",
        date(2026, 9, 30),
        "api.openai.com",
        levels=True,
        native="openai",
        prices="openai",
        opaque=SAFE_PROFILE,
        clients=(SdkClient("openai", "OpenAI"),),
        hosts=r"([\w-]+\.)?api\.openai\.com:\d+",
    ),
    # AnthropicFoundry and AnthropicAWS talk to Anthropic's own servers.
    EndpointRow(
        "anthropic",
        date(2026, 9, 20),
        "api.anthropic.com",
        native="anthropic",
        prices="anthropic",
        opaque=SAFE_PROFILE,
        claude_messages=True,
        clients=(SdkClient("anthropic", "Anthropic"),),
        classes=r"(Async)?Anthropic(Foundry|AWS)",
        hosts=r"api\.anthropic\.com:\d+",
    ),
    # Its guide: detail levels low, high and auto; 10 pictures per request; 20 MB per picture.
    EndpointRow(
        "azure",
        _TODAY,
        "Azure OpenAI, vision-enabled chat models, read 2026-11",
        max_bytes=20 * MB,
        max_images=10,
        levels=True,
        prices="azure",
        opaque=SAFE_PROFILE,
        clients=(SdkClient("anthropic", "AnthropicFoundry", models="claude"), SdkClient("openai", "AzureOpenAI")),
        classes=r"(Async)?AzureOpenAI",
        hosts=r".+\.(openai|cognitiveservices|services\.ai)\.azure\.(com|us|cn):\d+",
    ),
    EndpointRow(
        "bedrock",
        date(2026, 10, 7),
        _CLOUD_SOURCE,
        max_bytes=5 * MB,
        max_request_bytes=20 * MB,
        urls=False,
        prices="aws",
        opaque=SAFE_PROFILE,
        claude_messages=True,
        clients=(SdkClient("anthropic", "AnthropicBedrock", models="claude"), SdkClient("openai", "BedrockOpenAI")),
        classes=r"(Async)?(AnthropicBedrock(Mantle)?|BedrockOpenAI)",
        hosts=r"bedrock-.+\.(amazonaws\.com(\.cn)?|api\.aws):\d+",
    ),
    EndpointRow(
        "vertex",
        date(2026, 10, 7),
        _CLOUD_SOURCE,
        max_bytes=5 * MB,
        max_request_bytes=30 * MB,
        urls=False,
        prices="google",
        opaque=SAFE_PROFILE,
        claude_messages=True,
        clients=(SdkClient("anthropic", "AnthropicVertex", models="claude"),),
        classes=r"(Async)?Anthropic(Vertex|GoogleCloud)",
        hosts=r"(.+[.-])?aiplatform\.googleapis\.com:\d+",
    ),
    # It may route a model to any cloud that has it, so the limits are the smallest of those clouds. It drops parameters
    # that a model does not take (openrouter.ai parameters page, 2026-11).
    EndpointRow(
        "openrouter",
        _TODAY,
        "openrouter.ai images page, read 2026-11",
        max_bytes=5 * MB,
        max_request_bytes=20 * MB,
        text_first=True,
        prices="openrouter",
        gateway=Gateway(),
        clients=(SdkClient("openai", "OpenAI", base_url="https://openrouter.ai/api/v1", keys=("OPENROUTER_API_KEY",)),),
        hosts=r"(.+\.)?openrouter\.ai:\d+",
    ),
    # It drops parameters that a model does not take (infron.ai docs, 2026-11).
    EndpointRow(
        "infron",
        _TODAY,
        "infron.ai images inputs page, read 2026-11",
        formats=_STILL,
        max_bytes=5 * MB,
        max_request_bytes=20 * MB,
        text_first=True,
        prices="infron",
        gateway=Gateway(),
        clients=(SdkClient("openai", "OpenAI", base_url="https://llm.onerouter.pro/v1", keys=("INFRON_API_KEY",)),),
        hosts=r"(.+\.)?(onerouter\.pro|infron\.ai):\d+",
    ),
    # 400 'Unknown name "parallel_tool_calls"' and 'Unknown name "strict"' (reports of 2024 to 2026; Google's guide of
    # 2026-11 lists neither).
    EndpointRow(
        "gemini",
        _TODAY,
        "Google Cloud image understanding and the Gemini API's OpenAI guide, 2026-11",
        formats=_STILL,
        max_bytes=7 * MB,
        max_request_bytes=20 * MB,
        urls=False,
        prices="google",
        gateway=Gateway(unsent_parameters=frozenset({"parallel_tool_calls", "strict"})),
        clients=(
            SdkClient(
                "openai",
                "OpenAI",
                base_url="https://generativelanguage.googleapis.com/v1beta/openai/",
                keys=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
            ),
        ),
        hosts=r"generativelanguage\.googleapis\.com:\d+",
    ),
    # Context: 4k below 24 GiB of video memory (ollama docs/context-length.mdx, 2026). Its OpenAI compatibility page,
    # read 2026-11, lists no tool_choice, and Ollama ignores parameters that are not listed. Its default port is 11434.
    EndpointRow(
        "ollama",
        _TODAY,
        "ollama openai/openai.go, 2026-10",
        formats=_STILL,
        urls=False,
        context=4_096,
        prices="ollama",
        gateway=Gateway(
            forced_tools=False, unsent_parameters=frozenset({"tool_choice", "parallel_tool_calls", "strict"})
        ),
        clients=(
            SdkClient(
                "openai",
                "OpenAI",
                base_url="http://localhost:11434/v1",
                host="OLLAMA_HOST",
                keys=("OLLAMA_API_KEY",),
                keyless="ollama",
            ),
        ),
        hosts=r"(.+\.)?ollama\.com:\d+|.+:11434",
    ),
    # WebP: listed in its guide, but refused as a data URI (many reports of 2026). Context: the default at loading.
    # 400 "Invalid tool_choice type: 'object'. Supported string values: none, auto, required" and 400
    # "'response_format.type' must be 'json_schema' or 'text'" (LM Studio bug tracker 189 and 670; 0.4.20, 2026-08). Its
    # default port is 1234.
    EndpointRow(
        "lmstudio",
        _TODAY,
        "reports of 2026",
        formats=frozenset({JPEG, PNG}),
        urls=False,
        context=4_096,
        prices="lmstudio",
        gateway=Gateway(missing_modes=frozenset({Mode.JSON}), named_tools=False),
        clients=(
            SdkClient(
                "openai", "OpenAI", base_url="http://localhost:1234/v1", keys=("LM_API_TOKEN",), keyless="lm-studio"
            ),
        ),
        hosts=rf"{_THIS_MACHINE}:1234",
    ),
    # The server's flag --limit-mm-per-prompt sets the number of pictures per prompt.
    EndpointRow(
        "vllm",
        _TODAY,
        "docs.vllm.ai multimodal inputs, read 2026-11",
        formats=_STILL,
        prices="vllm",
        gateway=Gateway(),
        clients=(
            SdkClient("openai", "OpenAI", base_url="http://localhost:8000/v1", keys=("VLLM_API_KEY",), keyless="EMPTY"),
        ),
    ),
)
ENDPOINTS: Mapping[str, EndpointRow] = {row.name: row for row in _ROWS}

UNKNOWN_ENDPOINT = EndpointRow(
    "gateway",
    _TODAY,
    "the least that gateways agree on",
    formats=SAFE_PROFILE.formats,
    max_bytes=SAFE_PROFILE.max_bytes,
    max_request_bytes=SAFE_PROFILE.max_request_bytes,
    urls=False,
    opaque=SAFE_PROFILE,
    gateway=Gateway(),
)
"""An endpoint that is not in the table."""


def make_unknown_endpoint(maker: str) -> EndpointRow:
    """Make the row of an unknown endpoint that is reached through a maker's SDK.

    It is taken for a proxy: the maker's models, under their plain names, follow the maker's rules; all other models
    follow those of a gateway.
    """
    return replace(UNKNOWN_ENDPOINT, native=maker)
