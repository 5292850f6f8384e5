"""What the tests share that is no fixture: a type, replies for it, and clients of the real SDKs."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any, Protocol

from pydantic import BaseModel

import typesight
from typesight import Mode
from typesight.conversation.conversation import Conversation
from typesight.exchange.completion import Answer, Completion, StopReason
from typesight.exchange.read_messages import read_turns
from typesight.exchange.request import Request
from typesight.models.model_rows import find_profile
from typesight.schema.target import make_target

GOOD = {"company": "Corner Shop", "date": "2026-11-20", "total": 73.5}
BAD = {"company": "Corner Shop", "date": "soon", "total": "7x"}


class Receipt(BaseModel):
    """What a receipt says."""

    company: str
    date: date
    total: Decimal


USED = typesight.Usage(input=100, output=20, cache_read=10)
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 20

RECORD = Receipt(company="Corner Shop", date=date(2026, 11, 20), total=Decimal("73.5"))


# Rows: wire -> the vendor whose SDK speaks it, and what a client of it is told.
WIRES: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": ("openai", {"model": "gpt-4o"}),
    "responses": ("openai", {"model": "gpt-6-astra", "api": "responses"}),
    "messages": ("anthropic", {"model": "claude-haiku-5-5"}),
}


class Serving(Protocol):
    """A server that an SDK's client can be pointed at: a Sandbox, or a raw one."""

    @property
    def openai_url(self) -> str:
        """The `base_url` for openai.OpenAI."""
        ...

    @property
    def anthropic_url(self) -> str:
        """The `base_url` for anthropic.Anthropic."""
        ...


class Clients:
    """Makes typesight clients over the vendors' real SDKs, and closes what it made."""

    def __init__(self) -> None:
        self.made: list[Any] = []

    def sync(self, vendor: str, box: Serving, *, sdk: dict[str, Any] | None = None, **options: Any) -> typesight.Client:
        """A synchronous client; `sdk` are options of the SDK's own client."""
        client: typesight.Client = self._client(vendor, box, "", sdk or {}, options)
        return client

    def asynchronous(
        self, vendor: str, box: Serving, *, sdk: dict[str, Any] | None = None, **options: Any
    ) -> typesight.AsyncClient:
        """An asynchronous client; `sdk` are options of the SDK's own client."""
        client: typesight.AsyncClient = self._client(vendor, box, "Async", sdk or {}, options)
        return client

    async def close(self) -> None:
        """Close every SDK client."""
        for client in self.made:
            closing = client.close()
            if inspect.isawaitable(closing):
                await closing

    def _client(self, vendor: str, box: Serving, colour: str, sdk: dict[str, Any], options: dict[str, Any]) -> Any:
        rows: dict[str, tuple[str, str, str, Any]] = {
            "openai": ("OpenAI", box.openai_url, "gpt-4o", typesight.from_openai),
            "anthropic": ("Anthropic", box.anthropic_url, "claude-haiku-5-5", typesight.from_anthropic),
        }
        name, url, model, wrap = rows[vendor]
        made = getattr(import_module(vendor), colour + name)(
            **{"base_url": url, "api_key": "test-key", "max_retries": 0, **sdk}
        )
        self.made.append(made)
        return wrap(made, **{"model": model, **options})


def with_sdk(options: dict[str, Any]) -> dict[str, Any]:
    """The options of an SDK's client as `from_provider` takes them: in `sdk`, but for the key and the address."""
    named: dict[str, Any] = {name: options[name] for name in ("api_key", "base_url") if name in options}
    return {**named, "sdk": {name: value for name, value in options.items() if name not in named}}


def made(clients: Clients, wire: str, box: Serving, *, asynchronous: bool = False, **options: Any) -> Any:
    """A client over one of the wires."""
    vendor, more = WIRES[wire]
    return (clients.asynchronous if asynchronous else clients.sync)(vendor, box, **more, **options)


def conversation(kind: Any = Receipt, **how: Any) -> Conversation[Any]:
    """The machine of a call, before its first reply."""
    target = make_target(kind)
    request = Request(
        model="gpt-4o",
        vendor="openai",
        turns=read_turns([{"role": "user", "content": ["Read this.", typesight.Image(PNG)]}]),
        profile=find_profile("gpt-4o"),
        target=target,
        mode=Mode.TOOLS,
    )
    return Conversation(request, target, **how)


def completion(
    *answers: Any, stop: StopReason = StopReason.DONE, tool: str | None = "Receipt", **more: Any
) -> Completion:
    """A reply with these answers: data, or texts as they stand."""
    texts = [each if isinstance(each, str) else json.dumps(each) for each in answers]
    return Completion(
        answers=tuple(Answer(text, f"call_{place}", tool) for place, text in enumerate(texts)),
        stop=stop,
        usage=USED,
        echo={"role": "assistant", "content": None},
        model="gpt-4o-2024-08-06",
        **more,
    )


@asynccontextmanager
async def heartbeat() -> AsyncIterator[list[None]]:
    """What another task of the loop has done beside the test: an entry for each of its turns."""
    beats: list[None] = []

    async def beat() -> None:
        while True:
            beats.append(None)
            await asyncio.sleep(0.001)

    task = asyncio.create_task(beat())
    try:
        yield beats
    finally:
        task.cancel()
