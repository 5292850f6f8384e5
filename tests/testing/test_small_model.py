"""The first endpoint that nobody here wrote: llama.cpp's server with a real model of 135 million parameters.

The model is far too small to be right, so nothing here asks whether it is. What must hold: a record has the types of
its schema, or the call ends in an ExtractionFailed that says why; tokens are counted as the server counts them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import openai
import pytest
from pydantic import BaseModel

import typesight
from small_model_server import MISSING, is_installed, serve_small_model
from typesight.testing.live.live_command import try_endpoint
from typesight.usage import Usage

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),  # it takes one, when the machine has nothing else to do
    pytest.mark.skipif(not is_installed(), reason=MISSING),
    pytest.mark.filterwarnings("ignore::typesight.ProfileWarning"),
]
NAME = "llamacpp/smollm2-135m"


class Receipt(BaseModel):
    company: str
    date: date
    total: Decimal


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The server's base URL; its context is smaller than the model's, so that little fills it."""
    with serve_small_model(context=2_048) as address:
        yield address


def read_receipts(folder: Path, count: int) -> list[str]:
    """The text of the first short receipts, as OCR read it."""
    rows = map(json.loads, (folder / "readings" / "sroie.jsonl").read_text("utf-8").splitlines())
    texts = ("\n".join(line[0] for line in row["lines"]) for row in rows)
    return [text for text, _ in zip((text for text in texts if len(text) < 500), range(count), strict=False)]


def test_three_receipts_give_records_of_their_schema_or_say_why_not(url: str, shared_data: Path) -> None:
    with typesight.from_provider(NAME, base_url=url, max_retries=1) as client:
        for text in read_receipts(shared_data, 3):
            messages = [
                {"role": "user", "content": f"{text}\n\nWhich company issued this receipt, when, for how much?"}
            ]
            try:
                record, completion = client.create_with_completion(
                    response_model=Receipt, messages=messages, mode="json_schema", max_tokens=100, temperature=0
                )
            except typesight.ExtractionFailed as error:
                assert error.last is not None
                assert error.usage == sum((each.usage for each in error.attempts), Usage())
                assert error.usage.output > 0
            else:
                assert type(record) is Receipt
                assert completion.choices[0].finish_reason == "stop"
                assert completion.usage.completion_tokens > 0


def test_the_live_cases_run_against_it(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    cases = "json_schema,token_limit,partial,token_counts,wrong_key"
    arguments = ["--model", NAME, "--base-url", url, "--text-only", "--answer-tokens", "100", "--cases", cases]
    code = try_endpoint(arguments)
    rows = [line.split("|") for line in capsys.readouterr().out.splitlines() if line.startswith("| ")][1:]
    assert [row[1].strip() for row in rows] == cases.split(",")
    for row in rows:  # a model so small may fail to answer; its endpoint may not
        assert row[2].strip() == "ok" or row[-2].strip().startswith(("Truncated", "InvalidRecord")), row
    assert code in {0, 1}


def test_what_its_row_says_was_seen_there(url: str) -> None:
    """Where a new version of the server behaves otherwise, the rows of both tables are to be changed."""
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
    named = {"type": "function", "function": {"name": "f"}}
    with openai.OpenAI(base_url=url, api_key="any", max_retries=0) as client:

        def ask(content: object = "Hello.", **options: object) -> openai.types.chat.ChatCompletion:
            messages = [{"role": "user", "content": content}]
            return client.chat.completions.create(model="any", messages=messages, max_tokens=4, **options)  # type: ignore[call-overload, no-any-return]  # plain values

        plain, tools = ask(), ask(tools=[tool], tool_choice=named)
        assert plain.usage is not None
        assert tools.usage is not None
        assert plain.usage.prompt_tokens == tools.usage.prompt_tokens  # this model's template drops tools
        with pytest.raises(openai.BadRequestError, match="exceeds the available context size"):
            ask("word " * 3_000)
        with pytest.raises(openai.BadRequestError, match="Field 'n': Value must be between 1"):
            ask(n=2)
        with pytest.raises(openai.InternalServerError, match="image input is not supported"):
            ask([{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}])
