"""The gateways and hosts of other makers' models, one row each, with dates and sources.

To add one, add a row here; what the Sandbox refuses in its place is a separate table, in
`testing/stand_ins/endpoint_rules.py`.
Base URLs, variables and limits: the vendors' own pages, as named in each row. What no page says is left out of the
row, and the model's own limits apply.
"""

from __future__ import annotations

from datetime import date

from typesight.models.endpoint_type import EndpointRow, Gateway, SdkClient
from typesight.models.profiles import JPEG, MB, PNG, WEBP

__all__ = ["GATEWAYS"]

_NOVEMBER = date(2026, 11, 20)
_STILL = frozenset({JPEG, PNG, WEBP})

GATEWAYS = (
    # It may route a model to any cloud that has it, so the limits are the smallest of those clouds. It drops parameters
    # that a model does not take (openrouter.ai parameters page, 2026-11).
    EndpointRow(
        "openrouter",
        _NOVEMBER,
        "openrouter.ai images page, read 2026-11",
        max_bytes=5 * MB,
        max_request_bytes=20 * MB,
        text_first=True,
        prices="openrouter",
        gateway=Gateway(),
        clients=(SdkClient("openai", "OpenAI", base_url="https://openrouter.ai/api/v1", keys=("OPENROUTER_API_KEY",)),),
        hosts=r"(.+\.)?openrouter\.ai:\d+",
        title="OpenRouter",
        example="openai/gpt-6-luna",
    ),
    # It drops parameters that a model does not take (infron.ai docs, 2026-11).
    EndpointRow(
        "infron",
        _NOVEMBER,
        "infron.ai images inputs page, read 2026-11",
        formats=_STILL,
        max_bytes=5 * MB,
        max_request_bytes=20 * MB,
        text_first=True,
        gateway=Gateway(),
        clients=(SdkClient("openai", "OpenAI", base_url="https://llm.onerouter.pro/v1", keys=("INFRON_API_KEY",)),),
        hosts=r"(.+\.)?(onerouter\.pro|infron\.ai):\d+",
        title="Infron",
        example="openai/gpt-6-luna",
    ),
    # 400 'Unknown name "parallel_tool_calls"' and 'Unknown name "strict"' (reports of 2024 to 2026; Google's guide of
    # 2026-11 lists neither).
    EndpointRow(
        "gemini",
        _NOVEMBER,
        "Google Cloud image understanding and the Gemini API's OpenAI guide, 2026-11",
        formats=_STILL,
        max_bytes=7 * MB,
        max_request_bytes=20 * MB,
        urls=False,
        prices="google",
        traced_as="gcp.gemini",
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
        title="Gemini",
        example="gemini-3-flash",
    ),
    # Its vision page: a request with a picture as data may have 4 MB (413 above), a picture at a URL 20 MB and 33
    # megapixels. Five pictures: measured in 2025-12 (earendil-works/pi, pull request 120); a copy of the page from its
    # preview says one. Not every model has schemas: 400 "This model does not support response format `json_schema`".
    EndpointRow(
        "groq",
        _NOVEMBER,
        "console.groq.com vision and OpenAI compatibility pages, read 2026-11",
        max_request_bytes=4_000_000,
        max_images=5,
        prices="groq",
        gateway=Gateway(),
        clients=(SdkClient("openai", "OpenAI", base_url="https://api.groq.com/openai/v1", keys=("GROQ_API_KEY",)),),
        hosts=r"api\.groq\.com:\d+",
        title="Groq",
        example="meta-llama/llama-4-scout-17b-16e-instruct",
    ),
    # Pictures as URLs or data (its vision page, which names no limits). Eight pictures: measured in 2025-12
    # (earendil-works/pi, pull request 120). Keys that it does not know are a 422 "Extra inputs are not permitted"
    # (danny-avila/LibreChat, issue 4866).
    EndpointRow(
        "mistral",
        _NOVEMBER,
        "docs.mistral.ai vision and known limitations pages, read 2026-11",
        max_images=8,
        cache_marks=False,
        prices="mistral",
        traced_as="mistral_ai",
        gateway=Gateway(),
        clients=(SdkClient("openai", "OpenAI", base_url="https://api.mistral.ai/v1", keys=("MISTRAL_API_KEY",)),),
        hosts=r"api\.mistral\.ai:\d+",
        title="Mistral",
        example="mistral-medium-2508",
    ),
    # Its page also names a level of detail, which is not sent: only "high" is read of it, and no price.
    EndpointRow(
        "xai",
        _NOVEMBER,
        "docs.x.ai image understanding page, read 2026-11",
        formats=frozenset({JPEG, PNG}),
        max_bytes=20 * MB,
        prices="x-ai",
        traced_as="x_ai",
        gateway=Gateway(),
        clients=(SdkClient("openai", "OpenAI", base_url="https://api.x.ai/v1", keys=("XAI_API_KEY",)),),
        hosts=r"([\w-]+\.)?api\.x\.ai:\d+",
        title="xAI",
        example="grok-4.20-reasoning",
    ),
    # Its page names no limits. It bills a picture of open models as one to four tiles of 560 pixels, 1,601 tokens each;
    # that is not modelled.
    EndpointRow(
        "together",
        _NOVEMBER,
        "docs.together.ai vision and OpenAI compatibility pages, read 2026-11",
        prices="together",
        gateway=Gateway(),
        clients=(SdkClient("openai", "OpenAI", base_url="https://api.together.xyz/v1", keys=("TOGETHER_API_KEY",)),),
        hosts=r"api\.together\.(xyz|ai):\d+",
        title="Together",
        example="moonshotai/Kimi-K2.5",
    ),
    # At most 30 pictures of 5 MB each; a picture at a URL has to be there within 1.5 seconds.
    EndpointRow(
        "fireworks",
        _NOVEMBER,
        "docs.fireworks.ai vision-language models page, read 2026-11",
        max_bytes=5 * MB,
        max_images=30,
        prices="fireworks",
        gateway=Gateway(),
        clients=(
            SdkClient(
                "openai", "OpenAI", base_url="https://api.fireworks.ai/inference/v1", keys=("FIREWORKS_API_KEY",)
            ),
        ),
        hosts=r"api\.fireworks\.ai:\d+",
        title="Fireworks",
        example="accounts/fireworks/models/kimi-k2p5",
    ),
    # Its page names no limits; its prices are not in genai-prices.
    EndpointRow(
        "deepinfra",
        _NOVEMBER,
        "docs.deepinfra.com vision page, read 2026-11",
        gateway=Gateway(),
        clients=(
            SdkClient(
                "openai",
                "OpenAI",
                base_url="https://api.deepinfra.com/v1/openai",
                keys=("DEEPINFRA_TOKEN", "DEEPINFRA_API_KEY"),
            ),
        ),
        hosts=r"api\.deepinfra\.com:\d+",
        title="DeepInfra",
        example="Qwen/Qwen2.5-VL-32B-Instruct",
    ),
    # It passes requests on to other hosts, "model:host", and names no limits of its own. genai-prices lists each of
    # those hosts as a provider by itself, so that a price depends on which one answers: not known.
    EndpointRow(
        "huggingface",
        _NOVEMBER,
        "huggingface.co Inference Providers pages, read 2026-11",
        gateway=Gateway(),
        clients=(SdkClient("openai", "OpenAI", base_url="https://router.huggingface.co/v1", keys=("HF_TOKEN",)),),
        hosts=r"router\.huggingface\.co:\d+",
        title="Hugging Face",
        example="Qwen/Qwen3-VL-8B-Instruct",
    ),
)
