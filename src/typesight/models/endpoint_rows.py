"""The table of known endpoints, with dates and sources.

Here are the makers and the clouds; gateways are in `gateway_rows.py`, servers that people run themselves in
`local_server_rows.py`. A gateway or a cloud serves models of other makers: the model's own resize rule and price apply,
with the endpoint's formats and limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

from typesight.models.endpoint_type import EndpointRow, Gateway, SdkClient
from typesight.models.gateway_rows import GATEWAYS
from typesight.models.local_server_rows import LOCAL_SERVERS
from typesight.models.modes import Capability, Mode
from typesight.models.profiles import LOCAL_PROFILE, MB, SAFE_PROFILE
from typesight.usage import FREE

__all__ = ["ENDPOINTS", "LOCAL_ENDPOINT", "UNKNOWN_ENDPOINT", "make_unknown_endpoint"]

_TODAY = date(2026, 11, 20)
_CLOUD_SOURCE = "Anthropic vision guide 2026-09-20; request size as reported 2026-10-07"

_AWS = "AWS credentials, where AWS's SDK looks for them, with `AWS_REGION`"
_GOOGLE = "Google credentials, where Google's SDK looks for them, with `CLOUD_ML_REGION`"

_ROWS = (
    EndpointRow(
        "openai",
        date(2026, 9, 30),
        "api.openai.com",
        levels=True,
        native="openai",
        cache_marks=False,
        prices="openai",
        opaque=SAFE_PROFILE,
        clients=(SdkClient("openai", "OpenAI", keys=("OPENAI_API_KEY",)),),
        hosts=r"([\w-]+\.)?api\.openai\.com:\d+",
        title="OpenAI",
        example="gpt-6-luna",
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
        clients=(SdkClient("anthropic", "Anthropic", keys=("ANTHROPIC_API_KEY",)),),
        classes=r"(Async)?Anthropic(Foundry|AWS)",
        hosts=r"api\.anthropic\.com:\d+",
        title="Anthropic",
        example="claude-haiku-5-5",
    ),
    # Its guide: detail levels low, high and auto; 10 pictures per request; 20 MB per picture.
    EndpointRow(
        "azure",
        _TODAY,
        "Azure OpenAI, vision-enabled chat models, read 2026-11",
        max_bytes=20 * MB,
        max_images=10,
        levels=True,
        cache_marks=False,
        prices="azure",
        traced_as="azure.ai.openai",
        opaque=SAFE_PROFILE,
        clients=(
            SdkClient("anthropic", "AnthropicFoundry", models="claude", keys=("ANTHROPIC_FOUNDRY_API_KEY",)),
            SdkClient(
                "openai",
                "AzureOpenAI",
                keys=("AZURE_OPENAI_API_KEY",),
                setup="with `AZURE_OPENAI_ENDPOINT` and `OPENAI_API_VERSION`",
            ),
        ),
        classes=r"(Async)?AzureOpenAI",
        hosts=r".+\.(openai|cognitiveservices|services\.ai)\.azure\.(com|us|cn):\d+",
        title="Azure",
        example="receipts",
    ),
    EndpointRow(
        "bedrock",
        date(2026, 10, 7),
        _CLOUD_SOURCE,
        max_bytes=5 * MB,
        max_request_bytes=20 * MB,
        urls=False,
        prices="aws",
        traced_as="aws.bedrock",
        opaque=SAFE_PROFILE,
        claude_messages=True,
        clients=(
            SdkClient("anthropic", "AnthropicBedrock", models="claude", setup=_AWS),
            SdkClient("openai", "BedrockOpenAI", setup=_AWS),
        ),
        classes=r"(Async)?(AnthropicBedrock(Mantle)?|BedrockOpenAI)",
        hosts=r"bedrock-.+\.(amazonaws\.com(\.cn)?|api\.aws):\d+",
        title="Bedrock",
        example="us.anthropic.claude-haiku-5-5",
    ),
    EndpointRow(
        "vertex",
        date(2026, 10, 7),
        _CLOUD_SOURCE,
        max_bytes=5 * MB,
        max_request_bytes=30 * MB,
        urls=False,
        prices="google",
        traced_as="gcp.vertex_ai",
        opaque=SAFE_PROFILE,
        claude_messages=True,
        clients=(SdkClient("anthropic", "AnthropicVertex", models="claude", setup=_GOOGLE),),
        classes=r"(Async)?Anthropic(Vertex|GoogleCloud)",
        hosts=r"(.+[.-])?aiplatform\.googleapis\.com:\d+",
        title="Vertex",
        example="claude-haiku-5-5@20261001",
    ),
)
ENDPOINTS: Mapping[str, EndpointRow] = {row.name: row for row in (*_ROWS, *GATEWAYS, *LOCAL_SERVERS)}

LOCAL_ENDPOINT = EndpointRow(
    "local",
    _TODAY,
    LOCAL_PROFILE.source,
    opaque=LOCAL_PROFILE,
    capability=Capability(modes=(Mode.JSON_SCHEMA,)),
    prices=FREE,
    traced_as="typesight.local",
    title="the local reader",
)
"""This machine's own reader. It has neither a client nor models, and so its name stands alone."""

UNKNOWN_ENDPOINT = EndpointRow(
    "gateway",
    _TODAY,
    "the least that gateways agree on",
    formats=SAFE_PROFILE.formats,
    max_bytes=SAFE_PROFILE.max_bytes,
    max_request_bytes=SAFE_PROFILE.max_request_bytes,
    urls=False,
    opaque=SAFE_PROFILE,
    cache_marks=False,
    gateway=Gateway(),
)
"""An endpoint that is not in the table."""


@lru_cache(maxsize=8)
def make_unknown_endpoint(maker: str) -> EndpointRow:
    """Make the row of an unknown endpoint that is reached through a maker's SDK.

    It is taken for a proxy: the maker's models, under their plain names, follow the maker's rules; all other models
    follow those of a gateway.
    """
    return replace(UNKNOWN_ENDPOINT, native=maker, prices=maker)
