"""What a model takes, by its name."""

from __future__ import annotations

import pytest

from typesight.providers.modes import Mode, capability

BOTH = (Mode.JSON_SCHEMA, Mode.TOOLS)
ROWS = [
    ("gpt-6-astra", (Mode.JSON_SCHEMA,)),
    ("gpt-6.1-sol", (Mode.JSON_SCHEMA,)),
    ("gpt-6-luna", BOTH),
    ("gpt-5.6-sol", BOTH),
    ("gpt-5", BOTH),
    ("o4-mini", BOTH),
    ("gpt-4o", BOTH),
    ("gpt-4.1-mini", BOTH),
    ("gpt-4-turbo", (Mode.TOOLS,)),
    ("gpt-4", (Mode.TOOLS,)),
    ("claude-haiku-5-5", BOTH),
    ("claude-sonnet-4-5-20250929", BOTH),
    ("claude-sonnet-4-20250514", (Mode.TOOLS,)),
    ("claude-opus-4-1", (Mode.TOOLS,)),
    ("claude-3-5-sonnet-20241022", (Mode.TOOLS,)),
    ("local", (Mode.JSON_SCHEMA,)),
    ("someone-elses-model", BOTH),
]


@pytest.mark.parametrize(("model", "modes"), ROWS)
def test_a_model_has_its_modes_native_output_first(model: str, modes: tuple[Mode, ...]) -> None:
    assert capability(model).modes == modes


@pytest.mark.parametrize("prefix", ["", "openai/", "models/", "ft:"])
def test_a_vendor_s_prefix_is_read_over(prefix: str) -> None:
    assert capability(f"{prefix}gpt-6-astra") == capability("gpt-6-astra")


@pytest.mark.parametrize("name", ["us.anthropic.claude-opus-5-5-v1:0", "anthropic/claude-opus-5-5", "Claude-Opus-5-5"])
def test_a_claude_is_known_behind_any_cloud_s_spelling(name: str) -> None:
    assert capability(name).forced_tools is False


@pytest.mark.parametrize("model", ["claude-haiku-5-5", "claude-opus-5", "claude-sonnet-5", "claude-fable-5"])
def test_a_claude_that_no_page_excepts_can_be_forced(model: str) -> None:
    assert capability(model).forced_tools is True


def test_a_mode_is_its_name() -> None:
    assert [str(mode) for mode in Mode] == ["tools", "json_schema"]
