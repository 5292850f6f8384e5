"""What the call of the installed SDK takes is read from its signature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anthropic
import openai
import pytest
from openai.resources.responses import Responses

import typesight
from typesight.endpoints.call_parameters import CallParameters, find_call_parameters
from typesight.endpoints.connections import Connection, SdkConnection
from typesight.endpoints.recognise_client import connect_reader, recognise_endpoint


@pytest.fixture
def gpt() -> Iterator[Connection]:
    with openai.OpenAI(api_key="k") as client:
        yield SdkConnection(recognise_endpoint(client, "openai"), client)


@pytest.fixture
def claude() -> Iterator[Connection]:
    with anthropic.Anthropic(api_key="k") as client:
        yield SdkConnection(recognise_endpoint(client, "anthropic"), client)


def find(connection: Connection, wire: str) -> CallParameters:
    found = find_call_parameters(connection, connection.endpoint.wires[wire])
    assert found
    return found


def names(connection: Connection, wire: str) -> set[str]:
    return set(find(connection, wire).names or ())


def test_a_call_has_a_name_and_its_sdk_a_version(gpt: Connection, claude: Connection) -> None:
    assert (find(gpt, "chat").call, find(gpt, "chat").sdk) == (
        "chat.completions.create", f"openai {openai.__version__}",
    )  # fmt: skip
    assert (find(gpt, "responses").call, find(claude, "messages").call) == ("responses.create", "messages.create")
    assert find(claude, "messages").sdk == f"anthropic {anthropic.__version__}"


def test_each_call_takes_its_own_parameters(gpt: Connection, claude: Connection) -> None:
    assert "seed" in names(gpt, "chat") - names(gpt, "responses")
    assert "reasoning" in names(gpt, "responses") - names(gpt, "chat")
    assert "thinking" in names(claude, "messages") - names(gpt, "chat")
    assert {"extra_body", "extra_headers", "extra_query", "timeout"} <= names(gpt, "chat") & names(claude, "messages")


def test_what_a_wire_translates_is_taken_too(gpt: Connection, claude: Connection) -> None:
    assert {"max_tokens", "max_completion_tokens", "reasoning_effort", "verbosity"} <= names(gpt, "responses")
    assert {"input", "instructions"} <= names(gpt, "chat")
    assert {"temperature", "top_p", "top_k"} <= names(claude, "messages")
    assert not {"input", "instructions"} & names(claude, "messages")


def test_the_messages_and_the_model_are_no_parameters(gpt: Connection) -> None:
    assert not {"messages", "model", "self"} & (names(gpt, "chat") | names(gpt, "responses"))


class WideResponses(Responses):
    """A call that passes on whatever it is given, as some libraries put over an SDK's."""

    def create(self, **options: Any) -> Any:
        return super().create(**options)


class WideClient(openai.OpenAI):
    """A user's own subclass of the SDK's client."""

    @property
    def responses(self) -> Responses:
        return WideResponses(self)


def test_a_call_that_takes_any_name_is_given_any_name() -> None:
    quux: dict[str, Any] = {"quux": 1}
    with WideClient(api_key="k") as wide:
        connection = SdkConnection(recognise_endpoint(wide, "openai"), wide)
        assert find(connection, "responses").names is None
        assert find(connection, "responses").sdk == f"openai {openai.__version__}"
        typesight.from_openai(wide, api="responses", **quux)
        with pytest.raises(TypeError, match="quux= is neither an option of typesight nor a parameter of chat"):
            typesight.from_openai(wide, api="chat", **quux)


def test_the_local_reader_makes_no_call() -> None:
    pytest.importorskip("rapidocr")
    connection = connect_reader(asynchronous=False)
    assert find_call_parameters(connection, connection.endpoint.default_wire) is None
