"""A 400 that refuses the mode is answered once by the next mode, and remembered for that model."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel
from tenacity import Retrying, stop_after_attempt

from support import BAD, GOOD, RECORD, WIRES, Clients, Receipt, made
from typesight import Image, Mode
from typesight.testing import Fault, Sandbox, SandboxRequest

Start = Callable[..., Sandbox]

NO_SCHEMA = Fault(400, message="'response_format' of type 'json_schema' is not supported with this model.")
NO_TOOLS = Fault(400, message="this model does not support tools")
NO_OUTPUT = Fault(400, message="output_config: Extra inputs are not permitted")
NO_FORCE = Fault(400, message='tool_choice: type "tool" and "any" are not supported for this model.')
GRAMMAR = Fault(400, message="The compiled grammar is too large. Simplify your schema.")
STATES = Fault(400, message="The specified schema produces a constraint that has too many states for serving.")
COMPLEX = Fault(400, message="Schema is too complex for compilation.")
LLAMA = Fault(400, message="Failed to initialize samplers: failed to parse grammar")


def ask(picture: bytes) -> list[dict[str, Any]]:
    return [{"role": "user", "content": ["Read this.", Image(picture)]}]


def mode_of(request: SandboxRequest) -> str:
    """The mode that a body asks in."""
    body = request.body
    if body.get("tools"):
        forced = body["tool_choice"] not in ("auto", {"type": "auto", "disable_parallel_tool_use": True})
        return "forced tools" if forced else "tools"
    told = str(body.get("response_format") or body.get("text") or body.get("output_config"))
    return "json_schema" if "json_schema" in told else "json" if "json_object" in told else "prompted"


# Rows: (vendor, model, mode that was named, what the endpoint says, the modes of the two requests).
CASES: list[tuple[str, str, Mode | None, Fault, list[str]]] = [
    ("openai", "gpt-4o", None, NO_SCHEMA, ["json_schema", "forced tools"]),
    ("openai", "gpt-4o", Mode.JSON_SCHEMA, NO_SCHEMA, ["json_schema", "forced tools"]),
    ("openai", "gpt-4o", Mode.TOOLS, NO_TOOLS, ["forced tools", "json_schema"]),
    ("openai", "gpt-4o", Mode.TOOLS, NO_FORCE, ["forced tools", "tools"]),
    ("openai", "gpt-4o", Mode.JSON, Fault(400, message="'response_format.type' must be 'json_schema' or 'text'"),
     ["json", "json_schema"]),
    ("anthropic", "claude-haiku-5-5", None, NO_OUTPUT, ["json_schema", "forced tools"]),
    ("anthropic", "claude-haiku-5-5", Mode.TOOLS, NO_FORCE, ["forced tools", "tools"]),
    # A schema that is too large to compile: next what compiles none.
    ("anthropic", "claude-haiku-5-5", None, GRAMMAR, ["json_schema", "forced tools"]),
    ("anthropic", "claude-haiku-5-5", Mode.JSON_SCHEMA, COMPLEX, ["json_schema", "forced tools"]),
    ("openai", "gpt-4o", None, STATES, ["json_schema", "forced tools"]),
    ("openai", "gpt-4o", Mode.TOOLS, STATES, ["forced tools", "json"]),
    ("openai", "gpt-4o", None, LLAMA, ["json_schema", "json"]),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(("vendor", "model", "mode", "refusal", "modes"), CASES)
async def test_a_refused_mode_is_followed_by_the_next_and_remembered(
    vendor: str, model: str, mode: Mode | None, refusal: Fault, modes: list[str], asynchronous: bool,
    sandbox: Start, clients: Clients, picture: bytes,
) -> None:  # fmt: skip
    box = sandbox(refusal, GOOD, GOOD)
    client: Any = (clients.asynchronous if asynchronous else clients.sync)(vendor, box, model=model)

    async def extract() -> Any:
        got = client.extract(Receipt, picture, mode=mode)
        return await got if asynchronous else got

    first, second = await extract(), await extract()
    assert first.record == second.record == RECORD
    assert [request.status for request in box.requests] == [400, 200, 200]
    assert [mode_of(request) for request in box.requests] == [*modes, modes[-1]]
    assert [attempt.http_requests for attempt in first.attempts] == [2]
    assert [attempt.http_requests for attempt in second.attempts] == [1]
    assert first.attempts[0].mode in modes[1]


STRICT = '"strict": true'


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("mode", [None, Mode.TOOLS])
def test_an_endpoint_that_compiles_no_schema_of_this_size_gives_the_record_after_one_refusal(
    wire: str, mode: Mode | None, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    """As the makers do it: what has to be compiled is refused each time, in whatever mode it is sent."""

    def answer(request: SandboxRequest) -> object:
        told = json.dumps(request.body)
        return GRAMMAR if '"json_schema"' in told or STRICT in told else GOOD

    with Sandbox(answer) as box:
        client = made(clients, wire, box)
        for _ in range(2):
            assert client.create(response_model=Receipt, messages=ask(picture), mode=mode) == RECORD
        assert [request.status for request in box.requests] == [400, 200, 200]


class Small(BaseModel):
    name: str


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("mode", [None, Mode.JSON_SCHEMA, Mode.TOOLS])
def test_a_schema_that_is_too_large_leaves_another_to_be_asked_for_as_before(
    wire: str, mode: Mode | None, sandbox: Start, clients: Clients, picture: bytes
) -> None:
    small = {"name": "Elm"}
    box = sandbox(small, GRAMMAR, GOOD, small, GOOD)
    client = made(clients, wire, box)
    for kind in (Small, Receipt, Small, Receipt):
        client.create(response_model=kind, messages=ask(picture), mode=mode)
    before, refused, taken, after, again = box.requests
    assert after.body == before.body
    assert again.body == taken.body != refused.body


def test_a_refused_mode_is_remembered_for_every_schema(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(NO_SCHEMA, GOOD, {"name": "Elm"})
    client = clients.sync("openai", box)
    for kind in (Receipt, Small):
        client.create(response_model=kind, messages=ask(picture))
    assert [mode_of(request) for request in box.requests] == ["json_schema", "forced tools", "forced tools"]


def test_another_model_of_the_same_client_is_asked_as_before(sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(NO_SCHEMA, GOOD, GOOD)
    client = clients.sync("openai", box)
    client.create(response_model=Receipt, messages=ask(picture), model="gpt-4o")
    client.create(response_model=Receipt, messages=ask(picture), model="gpt-4o-mini")
    assert [mode_of(request) for request in box.requests] == ["json_schema", "forced tools", "json_schema"]


def test_a_second_refusal_passes_as_the_sdks_own_error_and_is_remembered_too(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(NO_SCHEMA, NO_TOOLS, GOOD)
    client = clients.sync("openai", box)
    with pytest.raises(Exception, match="does not support tools") as caught:
        client.create(response_model=Receipt, messages=ask(picture))
    assert type(caught.value).__name__ == "BadRequestError"
    assert client.create(response_model=Receipt, messages=ask(picture)) == RECORD
    assert [mode_of(request) for request in box.requests] == ["json_schema", "forced tools", "json"]


@pytest.mark.slow
def test_a_reask_after_a_fallback_keeps_to_the_mode_that_was_taken(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(NO_SCHEMA, BAD, GOOD)
    got = clients.sync("openai", box).extract(Receipt, picture)
    assert got.record == RECORD
    assert [mode_of(request) for request in box.requests] == ["json_schema", "forced tools", "forced tools"]
    assert [attempt.mode for attempt in got.attempts] == ["tools", "tools"]


@pytest.mark.parametrize("message", ["Invalid schema for response_format 'Receipt': no.", "Unknown model"])
def test_another_400_is_tried_once(message: str, sandbox: Start, clients: Clients, picture: bytes) -> None:
    box = sandbox(Fault(400, message=message))
    with pytest.raises(Exception, match="400"):
        clients.sync("openai", box).create(response_model=Receipt, messages=ask(picture))
    assert len(box.requests) == 1


def test_beside_a_tenacity_object_the_next_mode_is_the_next_attempt(
    sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(NO_SCHEMA, GOOD)
    once, twice = (Retrying(stop=stop_after_attempt(most)) for most in (1, 2))
    client = clients.sync("openai", box)
    with pytest.raises(Exception, match="json_schema"):
        client.create(response_model=Receipt, messages=ask(picture), max_retries=once)
    assert client.create(response_model=Receipt, messages=ask(picture), max_retries=once) == RECORD
    other = sandbox(NO_SCHEMA, GOOD)
    assert (
        clients.sync("openai", other).create(response_model=Receipt, messages=ask(picture), max_retries=twice) == RECORD
    )
    assert len(other.requests) == 2


# Rows: (the endpoint, which the client does not recognise; the mode that was named, the modes of the two requests).
UNRECOGNISED: list[tuple[str, Mode, list[str]]] = [
    ("lmstudio", Mode.TOOLS, ["forced tools", "tools"]),
    ("lmstudio", Mode.JSON, ["json", "json_schema"]),
]


@pytest.mark.filterwarnings("ignore::typesight.ProfileWarning")
@pytest.mark.parametrize(("plays", "mode", "modes"), UNRECOGNISED)
def test_an_endpoint_that_nobody_recognises_is_understood_in_its_own_words(
    plays: str, mode: Mode, modes: list[str], sandbox: Start, clients: Clients, picture: bytes
) -> None:
    box = sandbox(GOOD, plays=plays)
    record = clients.sync("openai", box, model="gemma").create(messages=ask(picture), response_model=Receipt, mode=mode)
    assert record == RECORD
    assert [mode_of(request) for request in box.requests] == modes
