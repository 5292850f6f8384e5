"""The options of typesight as flags of the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import Here
from support import GOOD
from typesight.cli import main
from typesight.cli.settings.option_flags import spell_flag
from typesight.client.options.call_options import DOCUMENT_ROWS
from typesight.client.options.sdk_options import SDK_PARAMETERS
from typesight.testing import Sandbox

ASKED = ["extract", "receipt.jpg", "--schema", "schema.py:Receipt"]
# What only Python can say, what is of one document and not of many, and the options that have a flag of their own.
WITHOUT_FLAG = {"context", "hooks", "autodetect_images", "downloads", "source", "model"}


def refuse(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that argparse refuses, and return the last line of what it says."""
    with pytest.raises(SystemExit) as ended:
        main([*ASKED, *arguments])
    assert ended.value.code == 2
    return capsys.readouterr().err.splitlines()[-1].partition("error: ")[2]


UNKNOWN = [
    (["--max-retrys", "3"], "unknown option --max-retrys: did you mean --max-retries?"),
    (["--max-retrys=3"], "unknown option --max-retrys: did you mean --max-retries?"),
    (["--verfy", "warn"], "unknown option --verfy: did you mean --verify?"),
    (["--max-ret", "3"], "unknown option --max-ret: did you mean --max-retries?"),
    (["--shema", "x"], "unknown option --shema: did you mean --schema?"),
    (["--quux"], "unknown option --quux"),
    (["--api-key", "k"], "unknown option --api-key"),
    (["--growing-text"], "unknown option --growing-text"),
]


@pytest.mark.parametrize(("arguments", "said"), UNKNOWN)
def test_an_unknown_flag_is_refused_with_the_nearest(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refuse(capsys, *arguments) == said


WRONG = [
    (["--max-retries", "-1"], "argument --max-retries: -1 is not a whole number (0 or more)"),
    (
        ["--deadline", "0"],
        "argument --deadline: deadline=0.0: give a number of seconds above 0, or None for no deadline",
    ),
    (["--deadline", "soon"], "argument --deadline: soon is not a number"),
    (["--verify", "wran"], "argument --verify: verify='wran' is not one of off, warn, reask"),
    (["--tile", "no"], "argument --tile: no is not one of auto, on, off"),
    (
        ["--mode", "xml"],
        "argument --mode: there is no mode 'xml'; the modes are 'tools', 'json_schema', 'json', 'prompted'",
    ),
    (["--max-side", "0"], "argument --max-side: max_side=0 is below 1: give the longest side to send, in pixels"),
    (["--budget", "0.5"], "argument --budget: 0.5 is not a budget: give usd=0.05, tokens=20000, or both with a comma"),
    (["--budget", "usd=-1"], "argument --budget: usd=-1.0: give a number above 0"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_a_wrong_value_is_refused_with_what_it_may_be(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refuse(capsys, *arguments) == said


@pytest.mark.parametrize("name", sorted(DOCUMENT_ROWS.keys() - WITHOUT_FLAG))
def test_every_option_that_a_text_can_give_has_a_flag(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert DOCUMENT_ROWS[name].flag
    with pytest.raises(SystemExit):
        main(["extract", "--help"])
    assert f"  {spell_flag(name)}" in capsys.readouterr().out


def test_flags_reach_the_request(
    two: Path, here: Here, sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    box = sandbox(GOOD)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    done = here(
        None, "in/a.png", "--model", "openai/gpt-4o", "--base-url", box.openai_url, "--system", "Be exact.",
        "--prompt", "Read it.", "--max-tokens", "700", "--seed", "3", "--mode", "tools", "--max-side", "400",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    body = box.requests[0].body
    assert (body["max_completion_tokens"], body["seed"]) == (700, 3)
    assert body["messages"][0] == {"role": "system", "content": "Be exact."}
    assert [part.get("text") for part in body["messages"][1]["content"]][-1] == "Read it."
    assert body["tools"][0]["function"]["name"] == "Record"
    assert max(box.requests[0].pictures[0].size) == 400


def test_another_system_prompt_is_another_question(two: Path, here: Here, sandbox: Callable[..., Sandbox]) -> None:
    box = sandbox(GOOD, GOOD)
    for system in ("Be exact.", "Be exact.", "Be brief."):
        assert here(box, "in/a.png", "-o", "rows.jsonl", "--system", system).returncode == 0
    assert len(box.requests) == 2
    assert json.loads((two / "rows.jsonl").read_text("utf-8"))["status"] == "ok"


def test_an_option_that_the_model_s_api_does_not_have_ends_the_command(
    two: Path, here: Here, sandbox: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    box = sandbox(GOOD)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", box.anthropic_url)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")
    done = here(None, "in", "--model", "anthropic/claude-haiku-5-5", "--seed", "1")
    assert (done.returncode, done.stdout, box.requests) == (2, "", [])
    assert "seed= is a parameter of OpenAI Chat Completions, not of Anthropic Messages" in done.stderr


def test_an_address_without_a_model_ends_the_command(two: Path, here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TYPESIGHT_MODEL", raising=False)
    done = here(None, "in", "--base-url", "http://127.0.0.1:9")
    assert done.returncode == 2
    assert "--base-url is the address of a model: give its name with --model" in done.stderr


def test_flags_of_the_sdk_s_call_are_parameters_of_it() -> None:
    flagged = {name for name, row in SDK_PARAMETERS.items() if row.flag}
    assert flagged == {"max_tokens", "temperature", "reasoning_effort", "service_tier", "seed"}
