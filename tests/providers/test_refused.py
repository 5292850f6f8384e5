"""Which errors refuse a mode, word for word as endpoints say them, and which speak of something else."""

from __future__ import annotations

from typing import Any

import pytest

from typesight.providers.modes import Capability, Mode, Refused
from typesight.providers.refused import refused_by


class StatusError(Exception):
    """As the SDKs' errors are: a status, and the body in the text."""

    body: Any = None

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"Error code: {status} - {{'error': {{'message': {message!r}}}}}")
        self.status_code = status


# Rows: (what an endpoint said, its status, the mode it was asked in, what that refuses). Sources: OpenAI and Anthropic
# error pages of 2026-09; issue trackers of LM Studio, Ollama, OpenRouter, vLLM and DeepSeek's API pages, 2025 and 2026.
REFUSALS: list[tuple[str, int, Mode, Refused]] = [
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


@pytest.mark.parametrize(("said", "status", "mode", "refused"), REFUSALS, ids=[row[0][:40] for row in REFUSALS])
def test_an_error_that_names_the_mode_refuses_it(said: str, status: int, mode: Mode, refused: Refused) -> None:
    assert refused_by(StatusError(status, said), mode, Capability()) == refused


# What the SDK tells of in its error's text as "Error code: 400" alone.
UNTOLD = [
    ("'response_format.type' must be 'json_schema' or 'text'", Mode.JSON, Mode.JSON),
    ([{"error": {"code": 400, "message": "response_format is not supported"}}], Mode.JSON_SCHEMA, Mode.JSON_SCHEMA),
    ({"detail": [{"msg": "Extra inputs are not permitted", "loc": ["body", "tools"]}]}, Mode.TOOLS, Mode.TOOLS),
    (None, Mode.TOOLS, None),
]


@pytest.mark.parametrize(("body", "mode", "refused"), UNTOLD, ids=["text", "list", "detail", "nothing"])
def test_an_error_s_words_are_found_where_the_sdk_does_not_look(body: Any, mode: Mode, refused: Refused | None) -> None:
    error = StatusError(400, "")
    error.args, error.body = ("Error code: 400",), body
    assert refused_by(error, mode, Capability()) == refused


def test_a_choice_that_was_not_forced_and_is_refused_refuses_tools() -> None:
    error = StatusError(400, "tool_choice is not supported")
    assert refused_by(error, Mode.TOOLS, Capability(forced_tools=False)) is Mode.TOOLS


OTHERS = [
    ("Invalid schema for response_format 'R': In context=(), 'oneOf' is not permitted.", 400, Mode.JSON_SCHEMA),
    ("output_config.format.schema: For 'number' type, property maximum is not supported", 400, Mode.JSON_SCHEMA),
    ("Schema is too complex for compilation.", 400, Mode.JSON_SCHEMA),
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
    assert refused_by(StatusError(status, said), mode, Capability()) is None


def test_an_error_without_a_status_refuses_nothing() -> None:
    assert refused_by(ValueError("tools are not supported"), Mode.TOOLS, Capability()) is None
