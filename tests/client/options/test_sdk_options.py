"""The list of the SDKs' parameters is what the installed SDKs have."""

from __future__ import annotations

import inspect
from importlib import import_module
from importlib.metadata import version
from typing import Any

import pytest

from typesight.client.options.call_options import CALL_ROWS, DOCUMENT_ROWS, PARTIAL_ROWS
from typesight.client.options.sdk_options import CLIENT_ARGUMENTS, MESSAGE_PARAMETERS, SDK_PARAMETERS

PARAMETERS = {**SDK_PARAMETERS, **MESSAGE_PARAMETERS}
# The newest SDKs that the list was read in. Newer ones may have more, which works without a row.
READ_IN = {"openai": (3, 57), "anthropic": (2, 14)}
# Rows: the wire's name -> the SDK, and where its call is.
CALLS = {
    "OpenAI Chat Completions": ("openai", "openai.resources.chat.completions", "Completions"),
    "OpenAI Responses": ("openai", "openai.resources.responses", "Responses"),
    "Anthropic Messages": ("anthropic", "anthropic.resources.messages", "Messages"),
}
OURS = {"self", "messages", "model"}
REMOVED = {"temperature", "top_p", "top_k"}  # parameters of anthropic 0.93 that 2.14 no longer has


def installed(sdk: str) -> tuple[int, ...]:
    return tuple(map(int, version(sdk).split(".")[:2]))


def signature(call: str) -> set[str]:
    """The parameters of the installed SDK's call."""
    _, module, name = CALLS[call]
    return set(inspect.signature(getattr(import_module(module), name).create).parameters) - OURS


@pytest.mark.parametrize("call", CALLS)
def test_every_parameter_of_the_installed_sdk_has_a_row(call: str) -> None:
    if installed(CALLS[call][0]) > READ_IN[CALLS[call][0]]:
        pytest.skip("this SDK is newer than the list")
    assert signature(call) - {name for name, row in PARAMETERS.items() if call in row.calls} == set()


@pytest.mark.parametrize("call", CALLS)
def test_every_row_is_a_parameter_of_the_newest_sdk(call: str) -> None:
    if installed(CALLS[call][0]) < READ_IN[CALLS[call][0]]:
        pytest.skip("this SDK is older than the list")
    rows = {name for name, row in PARAMETERS.items() if call in row.calls}
    assert rows - signature(call) <= (REMOVED if call == "Anthropic Messages" else set())


def list_client_arguments(sdk: str) -> set[str]:
    """The arguments of all clients of an SDK, private ones aside."""
    package: Any = import_module(sdk)
    clients = [each for each in list(vars(package).values()) if inspect.isclass(each) and hasattr(each, "with_options")]
    names = {name for client in clients for name in inspect.signature(client.__init__).parameters}
    return {name for name in names if not name.startswith("_")} - {"self"}


@pytest.mark.parametrize("sdk", READ_IN)
def test_every_argument_of_the_sdks_clients_is_known(sdk: str) -> None:
    if installed(sdk) > READ_IN[sdk]:
        pytest.skip("this SDK is newer than the list")
    elsewhere = {"api_key", "base_url", "max_retries", "timeout", "profile", "workspace_id"}  # options, or arguments
    assert list_client_arguments(sdk) - CLIENT_ARGUMENTS - elsewhere == set()


def test_an_argument_of_a_client_is_no_option_of_a_call() -> None:
    assert not CLIENT_ARGUMENTS & {*PARAMETERS, *CALL_ROWS, *DOCUMENT_ROWS, *PARTIAL_ROWS}


def test_no_option_of_every_call_has_the_name_of_an_sdk_s_parameter() -> None:
    assert not CALL_ROWS.keys() & PARAMETERS.keys()
    assert PARTIAL_ROWS.keys() & PARAMETERS.keys() == set()
    assert DOCUMENT_ROWS.keys() & SDK_PARAMETERS.keys() == set()
