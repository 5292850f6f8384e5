"""`typesight check`: a schema as each provider will see it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from command_line import run
from typesight.cli import main

SCHEMAS = """
from decimal import Decimal
from pydantic import BaseModel, Field, create_model

class Item(BaseModel):
    name: str = Field(max_length=30)
    price: Decimal = Field(gt=0)

class Receipt(BaseModel):
    company: str = Field(min_length=2)
    total: Decimal = Field(gt=0)
    items: list[Item] = Field(max_length=5)

class Free(BaseModel):
    counts: dict[str, int]

class Odd(BaseModel):
    price: Decimal = Field(gt=0, alias="Price (£)")

class Node(BaseModel):
    children: list["Node"]

class Order(BaseModel):
    billed: Item
    shipped: Item

class Leaf(BaseModel):
    size: int = Field(ge=1)

Wide = Leaf
for depth in range(30):
    Wide = create_model(f"Wide{depth}", left=Wide, right=Wide)
"""
CHAT, RESPONSES, MESSAGES, LOCAL = (
    "OpenAI Chat Completions", "OpenAI Responses", "Anthropic Messages", "the local reader",
)  # fmt: skip


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the verb here, and return its exit code and what it prints on stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("TYPESIGHT_MODEL", raising=False)
    (tmp_path / "s.py").write_text(SCHEMAS, "utf-8")

    def run_check(schema: str, *arguments: str) -> tuple[int, str, str]:
        code = main(["check", "--schema", schema, *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run_check


def test_every_api_and_mode_has_a_line(check: Any) -> None:
    code, out, err = check("company, total: decimal")
    assert (code, err) == (0, "")
    heads = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert heads == [CHAT, RESPONSES, MESSAGES, LOCAL]
    assert [line.split()[:2] for line in out.splitlines() if line.startswith(" ")] == [
        [mode, "ok"] for mode in ["tools", "json_schema", "json", "prompted"] * 3 + ["json_schema"]
    ]


def test_what_a_provider_does_not_enforce_is_told(check: Any) -> None:
    views = {(each["api"], each["mode"]): each for each in json.loads(check("s.py:Receipt", "--json")[1])}
    assert views[CHAT, "json_schema"]["checked_here"] == ["company (minLength)", "items.*.name (maxLength)"]
    assert views[MESSAGES, "json_schema"]["checked_here"] == [
        "company (minLength)", "total (exclusiveMinimum)", "items (maxItems)", "items.*.name (maxLength)",
        "items.*.price (exclusiveMinimum)",
    ]  # fmt: skip
    assert {mode for (api, mode), view in views.items() if api == CHAT and view["enforced"]} == {"tools", "json_schema"}
    assert views[CHAT, "json"]["instructions"]


def test_json_has_what_is_sent(check: Any) -> None:
    views = {(each["api"], each["mode"]): each for each in json.loads(check("s.py:Receipt", "--json")[1])}
    sent = views[CHAT, "json_schema"]["sent"]["response_format"]["json_schema"]
    assert (sent["name"], sent["strict"], sent["schema"]["required"]) == (
        "Receipt",
        True,
        ["company", "total", "items"],
    )
    assert views[MESSAGES, "json_schema"]["sent"]["output_config"]["format"]["type"] == "json_schema"
    assert views[LOCAL, "json_schema"]["sent"]["schema"]["title"] == "Receipt"


def test_a_refused_mode_says_why_and_what_else_to_use(check: Any) -> None:
    code, out, _ = check("s.py:Free")
    assert code == 0
    assert out.count("refused  counts: ") == 3
    assert "counts: Claude strict schemas do not support a dict, whose keys are free; use mode=Mode.TOOLS" in out
    assert out.count("tools        ok       the schema is sent, but not enforced; typesight checks the record") == 3
    assert "refused  children.*: Node contains itself" in check("s.py:Node")[1]


def test_a_property_under_another_key_is_the_same_property(check: Any) -> None:
    views = {(each["api"], each["mode"]): each for each in json.loads(check("s.py:Odd", "--json")[1])}
    assert views[MESSAGES, "json_schema"]["checked_here"] == ["Price (£) (exclusiveMinimum)"]
    assert views[CHAT, "json_schema"]["checked_here"] == []


def test_a_class_that_stands_at_two_paths_is_told_at_both(check: Any) -> None:
    views = {(each["api"], each["mode"]): each for each in json.loads(check("s.py:Order", "--json")[1])}
    assert views[CHAT, "json_schema"]["checked_here"] == ["billed.name (maxLength)", "shipped.name (maxLength)"]


def test_a_schema_with_a_billion_paths_is_looked_at_as_far_as_that_goes(check: Any) -> None:
    code, out, _ = check("s.py:Wide", "--json")
    views = {(each["api"], each["mode"]): each for each in json.loads(out)}
    told = views[MESSAGES, "json_schema"]["checked_here"]
    assert (code, told[0], told[-1]) == (0, f"{'left.' * 30}size (minimum)", "…")


def test_models_show_the_mode_that_a_call_takes(check: Any) -> None:
    names = ("openai/gpt-6-luna", "anthropic/claude-haiku-5-5", "local")
    code, out, _ = check("a, b: int", *(each for name in names for each in ("--model", name)), "--json")
    used = {each["model"]: (each["api"], each["mode"]) for each in json.loads(out) if each["is_used"]}
    assert code == 0
    assert used == {
        names[0]: (CHAT, "json_schema"),
        names[1]: (MESSAGES, "json_schema"),
        names[2]: (LOCAL, "json_schema"),
    }


def test_a_model_without_a_mode_shows_why(check: Any) -> None:
    out = check("a, b: int", "--model", "openai/gpt-4-turbo", "--model", "openai/gpt-6.1-sol")[1]
    assert "  json_schema  refused  gpt-4-turbo has no native JSON schema output: use mode=Mode.TOOLS" in out
    assert "  tools        used" in out
    assert "  tools        refused  gpt-6.1-sol takes no function tools in OpenAI Chat Completions" in out


def test_a_model_that_is_no_name_is_refused(check: Any) -> None:
    code, out, err = check("a, b: int", "--model", "opnai/gpt-4o")
    assert (code, out) == (2, "")
    said = "is not the name of an endpoint and a model: did you mean"
    assert f"--model: 'opnai/gpt-4o' {said} 'openai/gpt-4o'? use \"openai/MODEL\"" in err
    assert f"--model: 'openai/' {said} 'openai/MODEL'? use" in check("a, b: int", "--model", "openai/")[2]


def test_the_model_of_the_environment_is_looked_at(check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPESIGHT_MODEL", "anthropic/claude-haiku-5-5")
    assert check("a, b: int")[1].startswith("anthropic/claude-haiku-5-5: Anthropic Messages\n")
    monkeypatch.setenv("TYPESIGHT_MODEL", "opnai/gpt-4o")
    assert check("a, b: int")[2].startswith("typesight: TYPESIGHT_MODEL: 'opnai/gpt-4o' is not the name of")


@pytest.mark.slow
@pytest.mark.parametrize(("end", "said"), [(">/dev/full", "No space left on device"), (">&-", "stdout is closed")])
def test_a_stdout_that_takes_nothing_is_told(end: str, said: str, tmp_path: Path) -> None:
    done = run(tmp_path, "check", "--schema", "a, b", shell=f'exec "$@" {end}')
    assert done.returncode == 3
    assert said in done.stderr
    assert "Traceback" not in done.stderr
