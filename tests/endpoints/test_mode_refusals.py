"""Which errors refuse a mode, word for word as endpoints say them, and which speak of something else."""

from __future__ import annotations

from typing import Any

import pytest

from typesight.endpoints.mode_refusals import detect_refusal
from typesight.models.modes import Capability, Mode, RefusedFeature


class StatusError(Exception):
    """As the SDKs' errors are: a status, and the body in the text."""

    body: Any = None

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"Error code: {status} - {{'error': {{'message': {message!r}}}}}")
        self.status_code = status


# Rows: (what an endpoint said, its status, the mode it was asked in, what that refuses). Sources: OpenAI and Anthropic
# error pages of 2026-09; issue trackers of LM Studio, Ollama, OpenRouter, vLLM and DeepSeek's API pages, 2025 and 2026.
REFUSALS: list[tuple[str, int, Mode, RefusedFeature]] = [
    ('tool_choice: type "tool" and "any" are not supported for this model.', 400, Mode.TOOLS, "forced_tools"),
    ("Thinking may not be enabled when tool_choice forces tool use.", 400, Mode.TOOLS, "forced_tools"),
    ("Invalid tool_choice type: 'object'. Supported string values: none, auto, ...", 400, Mode.TOOLS, "forced_tools"),
    ("deepseek-reasoner does not support this tool_choice", 400, Mode.TOOLS, "forced_tools"),
    (
        "Function tools with reasoning_effort are not supported for gpt-5.6-sol in /v1/chat/completions. To use "
        "function tools, use /v1/responses or set reasoning_effort to 'none'.",
        400, Mode.TOOLS, Mode.TOOLS,
    ),
    ("registry.ollama.ai/library/gemma3:4b does not support tools", 400, Mode.TOOLS, Mode.TOOLS),
    ("No endpoints found that support tool use.", 404, Mode.TOOLS, Mode.TOOLS),
    ("tools is not supported in this model.", 400, Mode.TOOLS, Mode.TOOLS),
    (
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
        400, Mode.JSON_SCHEMA, Mode.JSON_SCHEMA,
    ),
    ("This response_format type is unavailable now", 400, Mode.JSON_SCHEMA, Mode.JSON_SCHEMA),
    ("output_config: Extra inputs are not permitted", 400, Mode.JSON_SCHEMA, Mode.JSON_SCHEMA),
    ("This model does not support structured outputs.", 400, Mode.JSON_SCHEMA, Mode.JSON_SCHEMA),
    ("Unsupported parameter: 'text.format' is not supported with this model.", 400, Mode.JSON_SCHEMA, Mode.JSON_SCHEMA),
    ("body.response_format: Extra inputs are not permitted", 422, Mode.JSON_SCHEMA, Mode.JSON_SCHEMA),
    ("'response_format.type' must be 'json_schema' or 'text'", 400, Mode.JSON, Mode.JSON),
    (
        "Invalid parameter: 'response_format' of type 'json_object' is not supported with this model.",
        400, Mode.JSON, Mode.JSON,
    ),
]  # fmt: skip


# Rows: what an endpoint said against the size of a schema, and what that refuses where the schema was asked for by the
# native mode, and where by a tool. Sources: Anthropic's errors page and SDK tracker 1185 (2026-02); python-genai 660
# (2025-04); llama.cpp 17473 and 25895 (2025-11, 2026-07); OpenAI's structured-outputs guide (2026-09).
TOO_LARGE: list[tuple[str, RefusedFeature, RefusedFeature]] = [
    ("The compiled grammar is too large. Simplify your schema.", "strict", "grammar"),
    (
        "output_config.format.schema: Invalid schema: The compiled grammar is too large, which would cause performance "
        "issues. Simplify your tool schemas or reduce the number of strict tools.",
        "strict", "grammar",
    ),
    ("Schema is too complex for compilation.", "strict", "grammar"),
    ("Schemas contains too many optional parameters (27) (limit: 24).", "strict", "grammar"),
    ("Grammar compilation timed out.", "strict", "grammar"),
    ("The specified schema produces a constraint that has too many states for serving.", "strict", "grammar"),
    ("Invalid schema for response_format 'R': In context=(), 11 levels of nesting exceeds limit of 10.", "strict",
     "grammar"),
    ("Failed to initialize samplers: failed to parse grammar", "grammar", "grammar"),
    ("number of repetitions exceeds sane defaults, please reduce the number of repetitions", "grammar", "grammar"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "natively", "by_tool"), TOO_LARGE, ids=[row[0][:40] for row in TOO_LARGE])
def test_a_schema_that_is_too_large_refuses_what_would_compile_it(
    said: str, natively: RefusedFeature, by_tool: RefusedFeature
) -> None:
    error = StatusError(400, said)
    assert detect_refusal(error, Mode.JSON_SCHEMA, Capability()) == natively
    assert detect_refusal(error, Mode.TOOLS, Capability()) == by_tool


def test_what_is_left_after_a_schema_that_was_too_large_compiles_nothing() -> None:
    native, all_of_it = Capability().drop_feature("strict"), Capability().drop_feature("grammar")
    assert (native.modes, native.strict_tools) == ((Mode.TOOLS, Mode.JSON, Mode.PROMPTED), False)
    assert (all_of_it.modes, all_of_it.strict_tools) == ((Mode.JSON, Mode.PROMPTED), False)


def test_property_keys_are_refused_once() -> None:
    error = StatusError(400, "tools.0.custom.input_schema.properties: Property keys should match pattern '^[a-z]$'")
    assert detect_refusal(error, Mode.TOOLS, Capability()) == "keys"
    assert detect_refusal(error, Mode.TOOLS, Capability(short_keys=True)) is None


@pytest.mark.parametrize(("said", "status", "mode", "refused"), REFUSALS, ids=[row[0][:40] for row in REFUSALS])
def test_an_error_that_names_the_mode_refuses_it(said: str, status: int, mode: Mode, refused: RefusedFeature) -> None:
    assert detect_refusal(StatusError(status, said), mode, Capability()) == refused


# What the SDK tells of in its error's text as "Error code: 400" alone.
UNTOLD = [
    ("'response_format.type' must be 'json_schema' or 'text'", Mode.JSON, Mode.JSON),
    ([{"error": {"code": 400, "message": "response_format is not supported"}}], Mode.JSON_SCHEMA, Mode.JSON_SCHEMA),
    ({"detail": [{"msg": "Extra inputs are not permitted", "loc": ["body", "tools"]}]}, Mode.TOOLS, Mode.TOOLS),
    (None, Mode.TOOLS, None),
]


@pytest.mark.parametrize(("body", "mode", "refused"), UNTOLD, ids=["text", "list", "detail", "nothing"])
def test_an_error_s_words_are_found_where_the_sdk_does_not_look(
    body: Any, mode: Mode, refused: RefusedFeature | None
) -> None:
    error = StatusError(400, "")
    error.args, error.body = ("Error code: 400",), body
    assert detect_refusal(error, mode, Capability()) == refused


def test_a_choice_that_was_not_forced_and_is_refused_refuses_tools() -> None:
    error = StatusError(400, "tool_choice is not supported")
    assert detect_refusal(error, Mode.TOOLS, Capability(forced_tools=False)) is Mode.TOOLS


OTHERS = [
    ("Invalid schema for response_format 'R': In context=(), 'oneOf' is not permitted.", 400, Mode.JSON_SCHEMA),
    ("output_config.format.schema: For 'number' type, property maximum is not supported", 400, Mode.JSON_SCHEMA),
    ("messages: Too much media: 601 images > 600", 400, Mode.JSON_SCHEMA),
    ("prompt is too long: 210000 tokens > 200000 maximum", 400, Mode.JSON_SCHEMA),
    ("Request too large: the image exceeds 10 MB", 400, Mode.TOOLS),
    ("The compiled grammar is too large.", 500, Mode.JSON_SCHEMA),
    ("The compiled grammar is too large.", 400, Mode.JSON),
    ("Unknown parameter: 'tools[0].function.colour'.", 400, Mode.TOOLS),
    ("tools.0.custom.input_schema: JSON schema is invalid", 400, Mode.TOOLS),
    ("Unsupported parameter: 'temperature' is not supported with this model.", 400, Mode.TOOLS),
    ("Unsupported parameter: 'max_tokens' is not supported with this model.", 400, Mode.JSON_SCHEMA),
    ("Invalid image: response_format is fine", 400, Mode.JSON_SCHEMA),
    ("'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", 400,
     Mode.JSON),
    ("The model `gpt-9` does not exist or you do not have access to it.", 404, Mode.TOOLS),
    ("tool_choice is not supported", 401, Mode.TOOLS),
    ("json_schema is not supported", 500, Mode.JSON_SCHEMA),
    ("nothing is supported", 400, Mode.PROMPTED),
]  # fmt: skip


@pytest.mark.parametrize(("said", "status", "mode"), OTHERS, ids=[row[0][:40] for row in OTHERS])
def test_an_error_of_another_kind_refuses_nothing(said: str, status: int, mode: Mode) -> None:
    assert detect_refusal(StatusError(status, said), mode, Capability()) is None


def test_an_error_without_a_status_refuses_nothing() -> None:
    assert detect_refusal(ValueError("tools are not supported"), Mode.TOOLS, Capability()) is None
