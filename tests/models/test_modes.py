"""What a model takes, by its name."""

from __future__ import annotations

import pytest

from typesight.models.model_rows import find_capability
from typesight.models.modes import Mode

ALL = (Mode.JSON_SCHEMA, Mode.TOOLS, Mode.JSON, Mode.PROMPTED)
OLD = (Mode.TOOLS, Mode.JSON, Mode.PROMPTED)
ROWS = [
    ("gpt-6-astra", ALL),
    ("gpt-6.1-sol", ALL),
    ("gpt-6-luna", ALL),
    ("gpt-5.6-sol", ALL),
    ("gpt-5", ALL),
    ("o4-mini", ALL),
    ("gpt-4o", ALL),
    ("gpt-4.1-mini", ALL),
    ("gpt-4-turbo", OLD),
    ("gpt-4", (Mode.TOOLS, Mode.PROMPTED)),
    ("claude-haiku-5-5", ALL),
    ("claude-sonnet-4-5-20250929", ALL),
    ("claude-sonnet-4-20250514", OLD),
    ("claude-opus-4-1", OLD),
    ("claude-3-5-sonnet-20241022", OLD),
    ("claude-sonnet-4.5", ALL),
    ("x/local", ALL),
    ("someone-elses-model", ALL),
]


@pytest.mark.parametrize(("model", "modes"), ROWS)
def test_a_model_has_its_modes_native_output_first(model: str, modes: tuple[Mode, ...]) -> None:
    assert find_capability(model).modes == modes


@pytest.mark.parametrize("prefix", ["", "openai/", "models/", "ft:"])
def test_a_vendor_s_prefix_is_read_over(prefix: str) -> None:
    assert find_capability(f"{prefix}gpt-6-astra") == find_capability("gpt-6-astra")


@pytest.mark.parametrize("name", ["us.anthropic.claude-opus-5-5-v1:0", "anthropic/claude-opus-5.5", "Claude-Opus-5-5"])
def test_a_claude_is_known_behind_any_cloud_s_spelling(name: str) -> None:
    assert find_capability(name).forced_tools is False


@pytest.mark.parametrize("model", ["claude-haiku-5-5", "claude-opus-5", "claude-sonnet-5", "claude-fable-5"])
def test_a_claude_that_no_page_excepts_can_be_forced(model: str) -> None:
    assert find_capability(model).forced_tools is True


def test_a_mode_is_its_name() -> None:
    assert [str(mode) for mode in Mode] == ["tools", "json_schema", "json", "prompted"]


CHAT = [("gpt-6-astra", "never"), ("gpt-6.1-terra", "never"), ("gpt-6.2-sol", "never"),
        ("gpt-6-luna", "unreasoned"), ("gpt-5.4", "unreasoned"),
        ("gpt-5.1", "always"), ("gpt-4o", "always"), ("llama3", "always")]  # fmt: skip


@pytest.mark.parametrize(("model", "when"), CHAT)
def test_a_model_tells_when_chat_completions_takes_its_tools(model: str, when: str) -> None:
    assert find_capability(model).chat_tools == when


def test_a_refused_mode_is_left_out_and_a_refused_force_is_used_no_more() -> None:
    can = find_capability("gpt-4o")
    assert can.drop_feature(Mode.JSON_SCHEMA).modes == (Mode.TOOLS, Mode.JSON, Mode.PROMPTED)
    assert can.drop_feature("forced_tools").modes == can.modes
    assert can.drop_feature("forced_tools").forced_tools is False


def test_an_opaque_name_is_known_by_the_profile_that_was_named() -> None:
    assert find_capability("our-deployment", "azure/gpt-6-astra") == find_capability("gpt-6-astra")
    assert find_capability("gpt-4", "gpt-6-astra") == find_capability("gpt-4")
