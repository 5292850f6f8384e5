"""What goes over the wire to each endpoint, held against its rules by the Sandbox and against the table in the docs."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

import typesight
from support import GOOD, RECORD, Receipt
from typesight import Downloads, Image, Mode, from_provider
from typesight.testing import Sandbox

Start = Callable[..., Sandbox]
DOCS = Path(__file__).parents[1] / "docs" / "endpoints.md"
LOOPBACK = Downloads(allow_hosts=["127.0.0.1"])
COLUMNS = ("a file", "a URL", "a GIF", "two pages", "system", "tools", "schema", "limit")


def _openai(path: str = "/v1") -> Callable[[Sandbox], dict[str, Any]]:
    return lambda box: {"base_url": box.url + path, "api_key": "k"}


def _azure(box: Sandbox) -> dict[str, Any]:
    return {"azure_endpoint": box.url, "api_key": "k", "api_version": "2026-06-01"}


def _bedrock(box: Sandbox) -> dict[str, Any]:
    return {"base_url": box.url, "api_key": "k", "aws_region": "us-east-1"}


def _vertex(box: Sandbox) -> dict[str, Any]:
    return {"base_url": f"{box.url}/v1", "access_token": "k", "region": "us-east5", "project_id": "p"}


# Rows: (endpoint as the docs have it, what the Sandbox plays, name, options of the SDK's client, of the call).
ENDPOINTS: list[tuple[str, str, str, Callable[[Sandbox], dict[str, Any]], dict[str, Any]]] = [
    ("OpenAI, Chat", "", "openai/gpt-5.5", _openai(), {"api": "chat"}),
    ("OpenAI, Responses", "", "openai/gpt-6-luna", _openai(), {"api": "responses"}),
    ("Anthropic", "", "anthropic/claude-haiku-5-5", lambda box: {"base_url": box.url, "api_key": "k"}, {}),
    ("Azure", "azure", "azure/receipts", _azure, {"profile": "gpt-5.6-sol"}),
    ("Bedrock", "bedrock", "bedrock/us.anthropic.claude-haiku-5-5", _bedrock, {}),
    ("Vertex", "vertex", "vertex/claude-haiku-5-5@20261001", _vertex, {}),
    ("OpenRouter", "openrouter", "openrouter/openai/gpt-6-luna", _openai("/api/v1"), {}),
    ("Infron", "infron", "infron/openai/gpt-6-luna", _openai(), {}),
    ("Gemini", "gemini", "gemini/gemini-3-flash", _openai("/v1beta/openai"), {}),
    ("Ollama", "ollama", "ollama/qwen3-vl:8b", _openai(), {}),
    ("LM Studio", "lmstudio", "lmstudio/google/gemma-4-12b", _openai(), {}),
    ("vLLM", "vllm", "vllm/Qwen/Qwen3-VL-8B", _openai(), {}),
]
IDS = [row[0] for row in ENDPOINTS]
pytestmark = pytest.mark.filterwarnings("ignore::typesight.ProfileWarning")


def asked(client: Any, box: Sandbox, *content: Any, **options: Any) -> dict[str, Any]:
    """The body of one request, which the endpoint took."""
    said = [{"role": "system", "content": "Be exact."}, {"role": "user", "content": ["Read it.", *content]}]
    assert client.create(messages=said, response_model=Receipt, max_tokens=900, **options) == RECORD
    assert box.requests[-1].status == 200
    return box.requests[-1].body


def content_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of the user's turn."""
    (turn,) = [each for each in body.get("messages") or body["input"] if each["role"] == "user"]
    parts: list[dict[str, Any]] = turn["content"]
    return parts


def kind(part: dict[str, Any]) -> str:
    """A part in a word: text, URL, or the format of a picture's data; with the level of detail where it is named."""
    if part["type"] in {"text", "input_text"}:
        return "text"
    source = part.get("source") or {}
    held = part.get("image_url") or source.get("url") or f"data:{source.get('media_type')};"
    url, detail = (held["url"], held.get("detail")) if isinstance(held, dict) else (held, part.get("detail"))
    found = re.match(r"data:image/(\w+);", url)
    return (found[1].upper() if found else "URL") + (f" ({detail})" if detail else "")


def pictures(body: dict[str, Any]) -> str:
    return ", ".join(kind(part) for part in content_of(body) if kind(part) != "text")


def system(body: dict[str, Any]) -> str:
    return "parameter" if "system" in body else str((body.get("messages") or body["input"])[0]["role"]) + " turn"


def tools(body: dict[str, Any]) -> str:
    """The choice of tool, and whether its schema is strict."""
    choice = body.get("tool_choice")
    forced = {"function": "by name", "tool": "by name"}
    said = forced[choice["type"]] if isinstance(choice, dict) else str(choice or "not said")
    (tool,) = body["tools"]
    strict = tool.get("function", tool).get("strict")
    return said + {True: ", strict", None: "", False: ", loose"}[strict]


def schema(body: dict[str, Any]) -> str:
    held = {
        "response_format": body.get("response_format"),
        "text.format": (body.get("text") or {}).get("format"),
        "output_config.format": (body.get("output_config") or {}).get("format"),
    }
    ((name, found),) = [(name, each) for name, each in held.items() if each]
    assert found["type"] == "json_schema"
    return str(name)


def limit(body: dict[str, Any]) -> str:
    (name,) = [name for name in body if re.fullmatch(r"max_(completion_|output_)?tokens", name)]
    assert body[name] == 900
    return name


def gif() -> bytes:
    file = BytesIO()
    Pillow.new("P", (300, 300), 1).save(file, "GIF")
    return file.getvalue()


def row(client: Any, box: Sandbox, picture: bytes, file: Path, web: str, options: dict[str, Any]) -> tuple[str, ...]:
    """What goes over the wire, a cell for each column of the table."""
    whole = asked(client, box, Image.from_path(file), **options)
    named = asked(client, box, Image(web), downloads=LOOPBACK, **options)
    client.extract(Receipt, [Image(picture), Image(gif())], **options)
    order = ["text" if kind(part) == "text" else "picture" for part in content_of(box.requests[-1].body)]
    return (
        pictures(whole),
        pictures(named),
        pictures(asked(client, box, Image(gif()), **options)),
        "text last" if order == ["text", "picture", "text", "picture", "text"] else f"{order[0]} first",
        system(whole),
        tools(asked(client, box, mode=Mode.TOOLS, **options)),
        schema(asked(client, box, mode=Mode.JSON_SCHEMA, **options)),
        limit(whole),
    )


def table() -> dict[str, tuple[str, ...]]:
    """The table of the docs, by its first column."""
    lines = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [tuple(cell.strip().replace("`", "") for cell in line.strip("|").split("|")) for line in lines]
    (head,) = [row for row in cells if row[1:] == COLUMNS]
    start = cells.index(head)
    return {row[0]: row[1:] for row in cells[start + 1 : start + 1 + len(ENDPOINTS)]}


@pytest.mark.slow
@pytest.mark.parametrize(("endpoint", "plays", "name", "sdk", "options"), ENDPOINTS, ids=IDS)
def test_what_goes_over_the_wire_is_as_the_docs_say_and_as_the_endpoint_takes_it(
    endpoint: str, plays: str, name: str, sdk: Callable[[Sandbox], dict[str, Any]], options: dict[str, Any],
    sandbox: Start, picture: bytes, tmp_path: Path, web: str,
) -> None:  # fmt: skip
    box = sandbox(*[GOOD] * 6, plays=plays)
    file = tmp_path / "receipt.png"
    file.write_bytes(picture)
    client = from_provider(name, sdk=sdk(box))
    with client._endpoint.client:  # type: ignore[attr-defined]  # the SDK's client, to be closed
        found = row(client, box, picture, file, web, options)
    assert found == table()[endpoint]


def test_the_table_of_the_docs_has_a_row_for_each_endpoint() -> None:
    assert list(table()) == IDS


@pytest.mark.parametrize(("endpoint", "plays", "name", "sdk", "options"), ENDPOINTS, ids=IDS)
async def test_each_is_read_and_streamed_asynchronously_too(
    endpoint: str, plays: str, name: str, sdk: Callable[[Sandbox], dict[str, Any]], options: dict[str, Any],
    sandbox: Start, picture: bytes,
) -> None:  # fmt: skip
    box = sandbox(GOOD, GOOD, "raw", plays=plays)
    client: typesight.AsyncClient[Any] = from_provider(name, async_client=True, sdk=sdk(box))
    messages = [{"role": "user", "content": ["Read it.", Image(picture)]}]
    async with client._endpoint.client:  # type: ignore[attr-defined]  # the SDK's client, to be closed
        assert await client.create(messages=messages, response_model=Receipt, **options) == RECORD
        shown = [each async for each in client.create_partial(messages=messages, response_model=Receipt, **options)]
        assert shown[-1] == RECORD
        assert await client.create(messages=messages, **options) is not None
    assert [request.status for request in box.requests] == [200, 200, 200]
