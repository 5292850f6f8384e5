"""The logger says what is sent and what is done otherwise, in numbers and names, and nothing that is secret."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image as Pillow
from pydantic import BaseModel

from support import BAD, GOOD, RECORD, Clients, Receipt
from typesight import Downloads, Image, Maybe, Mode, Reasking, encode
from typesight.schema.target import make_target
from typesight.testing import Fault, Reply, Sandbox
from typesight.watch.log_lines import _hide_keys

Start = Callable[..., Sandbox]
Lines = Callable[[], list[tuple[str, str]]]

PROMPT = "Read this receipt, whose secret word is abracadabra."
NO_SCHEMA = Fault(400, message="'response_format' of type 'json_schema' is not supported with this model.")
# What no line may hold: keys, prompts, values right and wrong, the beginnings of base64 and of a URL's path.
SECRETS = ("test-key", "abracadabra", "Corner", "73.5", "7x", "soon", "iVBOR", "/9j/", "base64", "receipt.png", "key=")


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[Lines]:
    """What typesight's logger said so far, level and text; at the end it is held against what must not be said."""
    caplog.set_level(logging.DEBUG, logger="typesight")

    def said() -> list[tuple[str, str]]:
        return [(each.levelname, each.getMessage()) for each in caplog.records if each.name == "typesight"]

    yield said
    text = json.dumps(said())
    assert [secret for secret in SECRETS if secret in text] == []


def ask(picture: Any) -> list[dict[str, Any]]:
    return [{"role": "system", "content": PROMPT}, {"role": "user", "content": [PROMPT, Image(picture)]}]


def heads(said: list[tuple[str, str]]) -> list[str]:
    """What each line is about."""
    return [text.partition(":")[0] for _, text in said]


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
async def test_a_request_a_reply_and_a_reask_have_a_line_each(
    vendor: str, asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes, lines: Lines
) -> None:
    client: Any = (clients.asynchronous if asynchronous else clients.sync)(vendor, sandbox(BAD, GOOD))
    got = client.create(response_model=Receipt, messages=ask(picture), mode=Mode.TOOLS)
    assert (await got if asynchronous else got) == RECORD
    said = lines()
    model = client._options.own["model"]
    wire = {"openai": "OpenAI Chat Completions", "anthropic": "Anthropic Messages"}[vendor]
    size = len(encode(picture, model).data)
    request = f'request: vendor={vendor} model={model} wire="{wire}" mode=tools pictures=1 image_bytes={size}'
    assert heads(said) == ["request", "reply", "reask", "request", "reply", "record"]
    assert [said[0], said[3]] == [("DEBUG", request)] * 2
    assert said[2] == ("INFO", "reask: attempt=2 failing=(date, total)")
    assert re.fullmatch(
        r"reply: stop=done usage=\(input=\d+ output=\d+.*\) seconds=\d\.\d\d http_requests=1 request_id=\S+", said[1][1]
    )


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
async def test_a_stream_s_request_and_reply_have_a_line_each(
    asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes, lines: Lines
) -> None:
    client: Any = (clients.asynchronous if asynchronous else clients.sync)("openai", sandbox(BAD, GOOD))
    growing = client.create_partial(response_model=Receipt, messages=ask(picture))
    shown = [each async for each in growing] if asynchronous else list(growing)
    assert shown[-1] == RECORD
    assert heads(lines()) == ["request", "reply", "reask", "request", "reply", "record"]


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
async def test_a_call_without_a_response_model_has_a_line_for_each_too(
    asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes, lines: Lines
) -> None:
    client: Any = (clients.asynchronous if asynchronous else clients.sync)("openai", sandbox(Reply(text="Corner Shop")))
    got = client.create(messages=ask(picture))
    _ = await got if asynchronous else got
    assert heads(lines()) == ["request", "reply"]
    assert " mode=none pictures=1 " in lines()[0][1]


def test_a_body_that_is_no_reply_and_is_asked_for_again_has_lines_of_its_own(
    sandbox: Start, clients: Clients, picture: bytes, lines: Lines
) -> None:
    client = clients.sync("openai", sandbox(Fault(200, body="<html>Corner Shop</html>"), GOOD), sdk={"max_retries": 1})
    assert client.create(response_model=Receipt, messages=ask(picture)) == RECORD
    assert heads(lines()) == ["request", "reply", "request", "reply", "record"]
    assert "stop=interrupted" in lines()[1][1]


def test_a_mode_fallback_names_what_was_refused_and_the_next_mode(
    sandbox: Start, clients: Clients, picture: bytes, lines: Lines
) -> None:
    client = clients.sync("openai", sandbox(NO_SCHEMA, GOOD))
    assert client.create(response_model=Receipt, messages=ask(picture)) == RECORD
    assert ("INFO", "mode fallback: model=gpt-4o refused=json_schema mode=tools") in lines()


def test_a_raise_of_the_token_limit_names_the_new_limit(
    sandbox: Start, clients: Clients, picture: bytes, lines: Lines
) -> None:
    cut = Reply(text='{"company": "Corner', stop="length")
    client = clients.sync("openai", sandbox(cut, GOOD))
    assert client.create(response_model=Receipt, messages=ask(picture), max_tokens=50, user="Corner") == RECORD
    assert [text for _, text in lines() if text.startswith("token")] == ["token limit raised: max_tokens=100"]


def test_an_escalation_names_both_models(sandbox: Start, clients: Clients, picture: bytes, lines: Lines) -> None:
    client = clients.sync("openai", sandbox(BAD, BAD, GOOD))
    got = client.extract(Receipt, picture, prompt=PROMPT, reask=Reasking(escalate=["gpt-5.5"]), turn=False)
    assert got.record == RECORD
    assert ("INFO", "escalation: from=gpt-4o to=gpt-5.5") in lines()
    assert [text for _, text in lines() if text.startswith("reask")] == [
        "reask: attempt=2 failing=(date, total)", "reask: attempt=3 failing=(date, total)",
    ]  # fmt: skip


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
async def test_a_downloaded_picture_names_its_host_alone(
    asynchronous: bool, sandbox: Start, clients: Clients, picture: bytes, web: str, lines: Lines
) -> None:
    made = clients.asynchronous if asynchronous else clients.sync
    client: Any = made("openai", sandbox(GOOD), downloads=Downloads(allow_hosts=["127.0.0.1"]))
    got = client.create(response_model=Receipt, messages=ask(Image.from_url(web, download=True)))
    assert (await got if asynchronous else got) == RECORD
    assert ("INFO", f"picture downloaded: host=127.0.0.1 bytes={len(picture)}") in lines()


def test_a_shrunk_picture_names_both_sizes(lines: Lines) -> None:
    file = BytesIO()
    Pillow.effect_noise((2000, 1000), 50).save(file, "PNG")
    encode(Image(file.getvalue(), max_side=1500), "gpt-4o")
    assert lines() == [("INFO", "picture shrunk: from=2000x1000 to=1500x750")]


def test_a_picture_that_is_sent_as_it_is_has_no_line(picture: bytes, lines: Lines) -> None:
    encode(picture, "gpt-4o")
    assert lines() == []


class Item(BaseModel):
    price: float


class Ledger(BaseModel):
    items: list[Item]
    pair: tuple[Item, int]
    by_name: dict[str, Item]
    other: Ledger | Item | None = None


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("items.0.price", "items.0.price"),
        ("pair.1", "pair.1"),
        ("by_name.Jane Doe.price", "by_name.*.price"),
        ("by_name.4111111111111111.price", "by_name.*.price"),
        ("other.items.12.price", "other.items.12.price"),
        ("other.price", "other.price"),
        ("invented by the model", "*"),
        ("", "the whole record"),
    ],
)
def test_a_path_has_no_word_that_the_schema_does_not_name(path: str, said: str) -> None:
    assert _hide_keys(path, make_target(Ledger).schema) == said


def test_a_path_in_a_list_or_a_maybe_is_told_whole() -> None:
    assert _hide_keys("result.items.0.price", make_target(Maybe[Ledger]).schema) == "result.items.0.price"


def test_a_key_of_digits_without_end_is_hidden_and_no_number() -> None:
    assert _hide_keys("9" * 5000, make_target(dict[str, int] | list[int]).schema).endswith("*")


SILENT = """
import logging
import typesight
from pydantic import BaseModel
from typesight.testing import Sandbox

class Total(BaseModel):
    total: float

with Sandbox([{"total": "7x"}, {"total": 1}]) as box:
    client = typesight.from_provider("openai/gpt-4o", base_url=box.openai_url, api_key="k")
    client.create(response_model=Total, messages=[{"role": "user", "content": "hello"}])
"""


@pytest.mark.slow
@pytest.mark.parametrize("configured", [False, True])
def test_nothing_is_printed_unless_the_application_asks_for_it(configured: bool) -> None:
    asking = "import logging; logging.basicConfig(); logging.getLogger('typesight').setLevel('DEBUG')\n"
    script = (asking if configured else "") + SILENT
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == (
        ["DEBUG", "DEBUG", "INFO", "DEBUG", "DEBUG", "DEBUG"] if configured else []
    )


def test_the_logger_of_values_tells_them_by_itself_once_it_is_asked(
    sandbox: Start, clients: Clients, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="typesight")
    caplog.set_level(logging.DEBUG, logger="typesight.values")
    client = clients.sync("openai", sandbox(BAD, GOOD))
    assert client.create(response_model=Receipt, messages=[{"role": "user", "content": PROMPT}]) == RECORD
    said = [each.getMessage() for each in caplog.records]
    assert {each.name for each in caplog.records} == {"typesight.values"}
    assert [text.partition(":")[0] for text in said] == ["reply", "reask", "reply", "record"]
    assert '"soon"' in said[0]
    assert "'total'" in said[1]
    assert repr(RECORD) in said[3]
