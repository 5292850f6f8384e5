"""What each endpoint is sent, in words: the rows of a table in the docs, read off the bodies that a Sandbox got."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from PIL import Image as Pillow

from support import RECORD, Receipt
from typesight import Downloads, Image, Mode
from typesight.models.endpoint_rows import ENDPOINTS
from typesight.testing import Sandbox

LOOPBACK = Downloads(allow_hosts=["127.0.0.1"])
COLUMNS = ("a file", "a URL", "a GIF", "two pages", "system", "tools", "schema", "limit")


@dataclass(frozen=True)
class Case:
    """An endpoint as the docs name it, what the Sandbox plays, a name and options for `from_provider`.

    `sdk` makes the arguments of the SDK's client for a Sandbox, `call` are the options of each call.
    """

    title: str
    plays: str
    name: str
    sdk: Callable[[Sandbox], dict[str, Any]]
    call: dict[str, Any] = field(default_factory=dict)
    profile: str | None = None


def _openai(path: str = "/v1") -> Callable[[Sandbox], dict[str, Any]]:
    return lambda box: {"base_url": box.url + path, "api_key": "k"}


def _anthropic(box: Sandbox) -> dict[str, Any]:
    return {"base_url": box.url, "api_key": "k"}


def _azure(box: Sandbox) -> dict[str, Any]:
    return {"azure_endpoint": box.url, "api_key": "k", "api_version": "2026-06-01"}


def _bedrock(box: Sandbox) -> dict[str, Any]:
    return {"base_url": box.url, "api_key": "k", "aws_region": "us-east-1"}


def _vertex(box: Sandbox) -> dict[str, Any]:
    return {"base_url": f"{box.url}/v1", "access_token": "k", "region": "us-east5", "project_id": "p"}


# Makers and clouds; each gateway and each local server has a case by its row.
CASES = (
    Case("OpenAI, Chat", "", "openai/gpt-5.5", _openai(), {"api": "chat"}),
    Case("OpenAI, Responses", "", "openai/gpt-6-luna", _openai(), {"api": "responses"}),
    Case("Anthropic", "", "anthropic/claude-haiku-5-5", _anthropic),
    Case("Azure", "azure", "azure/receipts", _azure, profile="gpt-5.6-sol"),
    Case("Bedrock", "bedrock", "bedrock/us.anthropic.claude-haiku-5-5", _bedrock),
    Case("Vertex", "vertex", "vertex/claude-haiku-5-5@20261001", _vertex),
    *(
        Case(row.title, row.name, f"{row.name}/{row.example}", _openai(urlsplit(row.clients[0].base_url).path))
        for row in ENDPOINTS.values()
        if row.gateway
    ),
)


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


def describe_requests(
    client: Any, box: Sandbox, picture: bytes, file: Path, web: str, options: dict[str, Any]
) -> tuple[str, ...]:
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


@contextmanager
def serve_picture(picture: bytes) -> Iterator[str]:
    """A server of this machine with one picture; gives the picture's URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(picture)))
            self.end_headers()
            self.wfile.write(picture)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/receipt.png?key=secret"
        server.shutdown()
        thread.join()
