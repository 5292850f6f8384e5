"""The sandbox as a server: credentials, paths, what it remembers, and how it ends."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from typing import Any

import openai
import pytest

from typesight.testing import Sandbox, SandboxRequest

CHAT = {"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}]}
MESSAGE = {"model": "claude-sonnet-5-5", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}]}


def ok(_request: SandboxRequest) -> object:
    return "ok"


def posted(sandbox: Sandbox, path: str, body: str | bytes, method: str = "POST", **headers: str) -> tuple[int, Any]:
    host, port = sandbox.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read() or b"null")
    finally:
        connection.close()


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer "}, {"authorization": "Basic abc"}])
def test_openai_refuses_a_missing_key(sandbox: Sandbox, headers: dict[str, str]) -> None:
    status, reply = posted(sandbox, "/v1/chat/completions", json.dumps(CHAT), **headers)
    assert status == 401
    assert set(reply["error"]) == {"message", "type", "param", "code"}


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer "}, {"x_api_key": " "}])
def test_anthropic_refuses_a_missing_key(sandbox: Sandbox, headers: dict[str, str]) -> None:
    status, reply = posted(sandbox, "/v1/messages", json.dumps(MESSAGE), anthropic_version="2026-10-21", **headers)
    assert (status, reply["type"], reply["error"]["type"]) == (401, "error", "authentication_error")
    assert reply["request_id"].startswith("req_")


@pytest.mark.parametrize("headers", [{"authorization": "Bearer k"}, {"x_api_key": "k"}])
def test_anthropic_takes_both_kinds_of_key(sandbox: Sandbox, headers: dict[str, str]) -> None:
    status, _ = posted(sandbox, "/v1/messages", json.dumps(MESSAGE), anthropic_version="2026-10-21", **headers)
    assert status == 200


def test_anthropic_refuses_a_missing_version(sandbox: Sandbox) -> None:
    status, reply = posted(sandbox, "/v1/messages", json.dumps(MESSAGE), x_api_key="k")
    assert (status, reply["error"]["message"]) == (400, "anthropic-version: header is required")


@pytest.mark.parametrize("body", ["", "{", "[]", '{"model": NaN}', b"\xff\xfe", "[" * 100_000])
def test_what_is_no_json_object_is_refused(sandbox: Sandbox, body: str | bytes) -> None:
    status, reply = posted(sandbox, "/v1/chat/completions", body, authorization="Bearer k")
    assert (status, reply["error"]["type"]) == (400, "invalid_request_error")
    assert "JSON" in reply["error"]["message"]
    assert sandbox.requests[-1].body == {}
    status, reply = posted(sandbox, "/v1/messages", body, x_api_key="k", anthropic_version="2026-10-21")
    assert (status, reply["error"]["type"]) == (400, "invalid_request_error")


def test_an_unknown_path_is_not_found_and_named(sandbox: Sandbox) -> None:
    status, reply = posted(sandbox, "/v1/embeddings", "{}", authorization="Bearer k")
    assert status == 404
    assert "/v1/embeddings" in reply["error"]["message"]


def test_a_get_is_not_allowed(sandbox: Sandbox) -> None:
    assert posted(sandbox, "/v1/chat/completions", "", method="GET", authorization="Bearer k")[0] == 405


def test_credentials_are_not_remembered(sandbox: Sandbox) -> None:
    posted(sandbox, "/v1/messages", json.dumps(MESSAGE), authorization="Bearer secret", x_api_key="secret")
    assert "secret" not in repr(sandbox.requests[-1].headers)
    assert sandbox.requests[-1].headers["host"].startswith("127.0.0.1")


def test_a_request_is_remembered_as_it_came(sandbox: Sandbox) -> None:
    raw = json.dumps(CHAT, indent=3)
    posted(sandbox, "/v1/chat/completions", raw, authorization="Bearer k")
    found = sandbox.requests[-1]
    assert (found.raw, found.body, found.path, found.status) == (raw.encode(), CHAT, "/v1/chat/completions", 200)
    assert found.wire == "openai_chat"


def test_a_sandbox_that_does_not_run_has_no_url() -> None:
    with pytest.raises(RuntimeError, match="the sandbox is not running"):
        _ = Sandbox(ok).url


def test_an_answer_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="answer is 'reader', a list of replies, a callable or a Recorded, not str"):
        Sandbox("hello")


def test_closing_ends_the_threads_and_the_idle_connections() -> None:
    before = set(threading.enumerate())
    with Sandbox(ok) as sandbox:
        port = int(sandbox.url.rpartition(":")[2])
        client = openai.OpenAI(base_url=sandbox.openai_url, api_key="test", max_retries=0)
        client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "x"}])
        assert set(threading.enumerate()) - before
    assert set(threading.enumerate()) - before == set()
    client.close()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_connection_is_kept_for_the_next_request() -> None:
    with Sandbox(ok) as sandbox:
        host, port = sandbox.url.removeprefix("http://").split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        for _ in range(3):
            headers = {"authorization": "Bearer k"}
            connection.request("POST", "/v1/chat/completions", json.dumps(CHAT), headers)
            reply = connection.getresponse()
            assert (reply.status, reply.version) == (200, 11)
            reply.read()
            assert connection.sock is not None
        connection.close()


def test_a_sandbox_can_be_started_again() -> None:
    sandbox = Sandbox(["one", "two"])
    for _ in range(2):
        with sandbox:
            assert posted(sandbox, "/v1/chat/completions", json.dumps(CHAT), authorization="Bearer k")[0] == 200
    assert len(sandbox.requests) == 2
    sandbox.close()
