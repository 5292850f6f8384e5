"""The servers that people run themselves, one row each, with dates and sources.

To add one, add a row here; what the Sandbox refuses in its place is a separate table, in
`testing/stand_ins/endpoint_rules.py`.
Their prices are not known: who runs one may pay for the machine.
"""

from __future__ import annotations

from datetime import date

from typesight.models.endpoint_type import EndpointRow, Gateway, SdkClient
from typesight.models.modes import Mode
from typesight.models.profiles import GIF, JPEG, PNG, WEBP

__all__ = ["LOCAL_SERVERS"]

_NOVEMBER = date(2026, 11, 20)
_STILL = frozenset({JPEG, PNG, WEBP})
_THIS_MACHINE = r"(localhost|127(\.\d+){3}|0\.0\.0\.0|::1|host\.docker\.internal|10(\.\d+){3}|192\.168(\.\d+){2})"

LOCAL_SERVERS = (
    # Context: 4k below 24 GiB of video memory (ollama docs/context-length.mdx, 2026). Its OpenAI compatibility page,
    # read 2026-11, lists no tool_choice, and Ollama ignores parameters that are not listed. Its default port is 11434.
    EndpointRow(
        "ollama",
        _NOVEMBER,
        "ollama openai/openai.go, 2026-10",
        formats=_STILL,
        urls=False,
        context=4_096,
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
        title="Ollama",
        example="qwen3-vl:8b",
    ),
    # WebP: listed in its guide, but refused as a data URI (many reports of 2026). Context: the default at loading.
    # 400 "Invalid tool_choice type: 'object'. Supported string values: none, auto, required" and 400
    # "'response_format.type' must be 'json_schema' or 'text'" (LM Studio bug tracker 189 and 670; 0.4.20, 2026-08). Its
    # default port is 1234.
    EndpointRow(
        "lmstudio",
        _NOVEMBER,
        "reports of 2026",
        formats=frozenset({JPEG, PNG}),
        urls=False,
        context=4_096,
        gateway=Gateway(missing_modes=frozenset({Mode.JSON}), named_tools=False),
        clients=(
            SdkClient(
                "openai", "OpenAI", base_url="http://localhost:1234/v1", keys=("LM_API_TOKEN",), keyless="lm-studio"
            ),
        ),
        hosts=rf"{_THIS_MACHINE}:1234",
        title="LM Studio",
        example="google/gemma-4-12b",
    ),
    # The server's flag --limit-mm-per-prompt sets the number of pictures per prompt.
    EndpointRow(
        "vllm",
        _NOVEMBER,
        "docs.vllm.ai multimodal inputs, read 2026-11",
        formats=_STILL,
        gateway=Gateway(),
        clients=(
            SdkClient("openai", "OpenAI", base_url="http://localhost:8000/v1", keys=("VLLM_API_KEY",), keyless="EMPTY"),
        ),
        title="vLLM",
        example="Qwen/Qwen3-VL-8B",
    ),
    # Pictures by URL or as data, in the formats of stb_image, which has no WebP. `tool_choice` is read as a string. A
    # JSON Schema is compiled to a grammar. Anything may listen at its default port, 8080, so no host is taken for it.
    EndpointRow(
        "llamacpp",
        _NOVEMBER,
        "llama.cpp tools/server/README.md and common/chat.cpp, 2026-11",
        formats=frozenset({GIF, JPEG, PNG}),
        gateway=Gateway(named_tools=False),
        clients=(
            SdkClient(
                "openai",
                "OpenAI",
                base_url="http://localhost:8080/v1",
                keys=("LLAMA_API_KEY",),
                keyless="sk-no-key-required",
            ),
        ),
        title="llama.cpp",
        example="qwen2.5-vl-3b",
    ),
)
