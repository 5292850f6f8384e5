"""`python -m typesight.testing.live` over the Sandbox: its cases, its cap, and what it must not print."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from typesight.testing import Fault, Reply, Sandbox, SandboxRequest
from typesight.testing.live.live_cases import LIVE_CASES
from typesight.testing.live.live_command import try_endpoint

RECORD = {"company": "CORNER SHOP", "date": "2026-11-20", "total": 7.75}
ITEMS = [{"name": "TEA", "price": 3.5}, {"name": "CAKE", "price": 4.25}]
KEY = "secret-of-this-test"
CUT = {"openai_chat": "length", "openai_responses": "max_output_tokens", "anthropic_messages": "max_tokens"}
CACHED: dict[str, dict[str, Any]] = {
    "openai_chat": {"prompt_tokens_details": {"cached_tokens": 1_024}},
    "openai_responses": {"input_tokens_details": {"cached_tokens": 1_024}},
    "anthropic_messages": {"cache_read_input_tokens": 4_096},
}
LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")

Run = Callable[..., tuple[int, dict[str, list[str]], str]]


def answer(request: SandboxRequest) -> object:
    """What a model answers that reads well."""
    text = json.dumps(request.body)
    if any(request.body.get(name) == 16 for name in LIMITS):
        return Reply(text='{"company": "COR', stop=CUT[request.wire])
    if "Rule 1:" in text:
        return Reply(text=json.dumps(RECORD), usage=CACHED[request.wire])
    return ITEMS if '"price"' in text else RECORD


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command; its exit code, the cells of its rows by case, and all that it printed."""
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GROQ_API_KEY"):
        monkeypatch.setenv(name, KEY)

    def command(model: str, url: str, *arguments: str) -> tuple[int, dict[str, list[str]], str]:
        code = try_endpoint(["--model", model, "--base-url", url, *arguments])
        printed = "".join(capsys.readouterr())
        rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in printed.splitlines() if line[:2] == "| "]
        return code, {row[0]: row for row in rows[1:]}, printed

    return command


def outcomes(rows: dict[str, list[str]]) -> dict[str, str]:
    return {case: row[1] for case, row in rows.items()}


ENDPOINTS = [
    ("openai/gpt-4o", "openai_url", ()),
    ("openai/gpt-4o", "openai_url", ("--api", "responses")),
    ("anthropic/claude-haiku-4-5", "anthropic_url", ()),
]
ALL_CASES = {case.name for case in LIVE_CASES}


@pytest.mark.parametrize(("model", "url", "more"), ENDPOINTS, ids=["chat", "responses", "anthropic"])
def test_every_case_runs_on_every_wire(model: str, url: str, more: tuple[str, ...], run: Run) -> None:
    with Sandbox(answer) as box:
        code, rows, printed = run(model, getattr(box, url), "--max-usd", "0.2", *more)
    skipped = {"many_pictures"}  # more than 21 are taken there
    assert outcomes(rows) == {name: "skipped" if name in skipped else "ok" for name in ALL_CASES}
    assert code == 0
    assert "15 ok, 0 failed, 1 skipped" in printed
    assert [rows[mode][2] for mode in ("tools", "json_schema", "json", "prompted")] == [
        "tools", "json_schema", "json", "prompted"]  # fmt: skip
    assert rows["reask_fields"][3] == "2"
    assert rows["token_limit"][-1].startswith("cut")
    assert max(width for width, _ in (each.size for request in box.requests for each in request.pictures)) < 2_520
    assert int(rows["caching"][7]) > 1_000


def test_more_pictures_than_an_endpoint_takes_are_refused(run: Run) -> None:
    with Sandbox(answer, plays="groq") as box:
        code, rows, _ = run("groq/some-model", box.openai_url, "--cases", "many_pictures")
    assert (code, rows["many_pictures"][1]) == (0, "ok")
    assert "21 pictures are more than the 5" in rows["many_pictures"][-1]


def test_a_text_model_gets_the_lines_and_no_picture(run: Run) -> None:
    with Sandbox(answer, plays="llamacpp") as box:
        code, rows, printed = run("llamacpp/m", box.openai_url, "--text-only", "--cases", "json_schema,large_picture")
    assert (code, outcomes(rows)) == (0, {"json_schema": "ok", "large_picture": "skipped"})
    assert "no price is known for llamacpp/m: the cap is 200000 tokens" in printed
    assert [request.pictures for request in box.requests] == [()]
    assert "TOTAL 7.75" in json.dumps(box.requests[0].body)


def test_what_may_cost_more_than_the_cap_is_not_sent(run: Run) -> None:
    with Sandbox(answer) as box:
        code, rows, _ = run("openai/gpt-4o", box.openai_url, "--max-usd", "0.02", "--cases", "caching,json,tools")
        assert outcomes(rows) == {"caching": "skipped", "json": "ok", "tools": "ok"}
        assert "over the cap of $0.02: raise --max-usd" in rows["caching"][-1]
        assert (code, len(box.requests)) == (0, 2)
        code, _, _ = run("openai/gpt-4o", box.openai_url, "--max-usd", "0.0001")
        assert (code, len(box.requests)) == (2, 2)


def test_a_case_that_takes_more_than_was_planned_is_ended_by_the_cap(run: Run) -> None:
    with Sandbox(lambda _: Reply(text="{}", usage={"prompt_tokens": 8_000, "completion_tokens": 9})) as box:
        code, rows, _ = run("openai/gpt-4o", box.openai_url, "--max-usd", "0.03", "--cases", "reask_whole")
    assert (code, rows["reask_whole"][1]) == (2, "skipped")
    assert "the cap ended it" in rows["reask_whole"][-1]
    assert len(box.requests) == 1


def test_an_endpoint_that_answers_otherwise_fails_its_case(run: Run, tmp_path: Path) -> None:
    def refuse_schemas(request: SandboxRequest) -> object:
        if "response_format" in request.body:
            return Fault(400, message="response_format is not supported with this model")
        return RECORD if "tools" in request.body else "I see a receipt."

    file = tmp_path / "rows.json"
    with Sandbox(refuse_schemas) as box:
        code, rows, _ = run(
            "openai/gpt-4o", box.openai_url, "--cases", "json_schema,tools,prompted", "--json", str(file)
        )
    assert (code, outcomes(rows)) == (1, {"json_schema": "failed", "tools": "ok", "prompted": "failed"})
    assert rows["json_schema"][-1] == "refused; answered in mode tools"
    assert rows["prompted"][-1].startswith("InvalidRecord after 2 replies")
    told = json.loads(file.read_text("utf-8"))
    assert [case["outcome"] for case in told["cases"]] == ["failed", "ok", "failed"]


def test_no_key_is_printed_even_if_the_endpoint_repeats_it(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    words = f"Incorrect API key provided: {KEY}, or sk-proj-abcdefgh."
    with Sandbox(lambda _: Fault(401, message=words)) as box:
        code, rows, printed = run("openai/gpt-4o", box.openai_url, "--cases", "json", "--json", str(file))
    assert (code, rows["json"][1]) == (1, "failed")
    assert "AuthenticationError" in rows["json"][-1]
    for text in (printed, file.read_text("utf-8")):
        assert KEY not in text
        assert "sk-proj" not in text


def test_where_nothing_listens_or_the_key_is_refused_no_other_case_is_tried(run: Run) -> None:
    with Sandbox(lambda _: Fault(401)) as box:
        code, rows, _ = run("openai/gpt-4o", box.openai_url)
        assert (code, list(rows), len(box.requests)) == (1, ["tools"], 1)
        url = box.openai_url
    code, rows, _ = run("openai/gpt-4o", url)
    assert (code, list(rows)) == (1, ["tools"])
    assert f"nothing answers at {url}" in rows["tools"][-1]


@pytest.mark.parametrize(
    ("model", "more", "words"),
    [
        ("openai/gpt-4o", ("--cases", "tools,colour"), "no case is named 'colour': there are tools"),
        ("openai/gpt-4o", ("--cases", "json_shema"), "did you mean json_schema?"),
        ("nowhere/gpt-4o", (), "is not the name of an endpoint and a model"),
        ("local", (), "it has no endpoint to try"),
        ("ollama/m", ("--max-usd", "0.01"), "no price is known for ollama/m: give the cap as --max-tokens"),
        ("openai/gpt-4o", ("--json", "nowhere/rows.json"), "--json: there is no folder nowhere"),
    ],
)
def test_what_cannot_begin_says_why(model: str, more: tuple[str, ...], words: str, run: Run) -> None:
    code, rows, printed = run(model, "http://127.0.0.1:9/v1", *more)
    assert (code, rows) == (2, {})
    assert words in printed
