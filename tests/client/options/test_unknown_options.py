"""An option that does not exist, or is wrong where it stands, is refused before anything is read or sent."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
import tenacity

import typesight
from sdk_types import is_old
from support import GOOD, Clients, Receipt
from typesight import Image
from typesight.testing import Sandbox

Start = Callable[..., Sandbox]
MESSAGES: list[dict[str, Any]] = [{"role": "user", "content": "Read this."}]
MISSING = "/no/such/folder/receipt.pdf"

# Rows: how a call begins; each gets one option too many.
METHODS: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "create": lambda client, options: client.create(response_model=Receipt, messages=MESSAGES, **options),
    "raw": lambda client, options: client.create(messages=MESSAGES, **options),
    "completion": lambda client, options: client.create_with_completion(
        response_model=Receipt, messages=MESSAGES, **options
    ),
    "partial": lambda client, options: client.create_partial(response_model=Receipt, messages=MESSAGES, **options),
    "iterable": lambda client, options: client.create_iterable(response_model=Receipt, messages=MESSAGES, **options),
    "estimate": lambda client, options: client.estimate(messages=MESSAGES, response_model=Receipt, **options),
    "extract": lambda client, options: client.extract(Receipt, MISSING, **options),
}


def make(provider: str, asynchronous: bool, box: Sandbox, clients: Clients, **options: Any) -> Any:
    if provider == "local":
        local: Any = typesight.from_local
        return local(async_client=asynchronous, **options)
    return (clients.asynchronous if asynchronous else clients.sync)(provider, box, **options)


async def call(method: str, client: Any, **options: Any) -> None:
    """Begin a call, and wait for it where it is asynchronous."""
    begun = METHODS[method](client, options)
    if inspect.isawaitable(begun):
        await begun


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("provider", ["openai", "anthropic", "local"])
async def test_a_misspelled_option_is_refused_with_the_nearest_name(
    provider: str, asynchronous: bool, method: str, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(GOOD)
    client = make(provider, asynchronous, box, clients)
    with pytest.raises(TypeError, match=r"^max_retrys: did you mean max_retries\?$"):
        await call(method, client, max_retrys=3)
    with pytest.raises(TypeError, match=r"^temprature: did you mean temperature\?$"):
        await call(method, client, temprature=0)
    assert box.requests == []


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("provider", ["openai", "anthropic", "local"])
def test_makers_refuse_it_too(provider: str, asynchronous: bool, sandbox: Start, clients: Clients) -> None:
    box = sandbox()
    with pytest.raises(TypeError, match=r"^max_retrys: did you mean max_retries\?$"):
        make(provider, asynchronous, box, clients, max_retrys=3)
    with pytest.raises(ValueError, match=r"^max_retries=-1: give 0 to ask once"):
        make(provider, asynchronous, box, clients, max_retries=-1)
    with pytest.raises(TypeError, match=r"^verify= belongs to extract$"):
        make(provider, asynchronous, box, clients, verify="warn")
    with pytest.raises(TypeError, match=r"^response_model= belongs to create$"):
        make(provider, asynchronous, box, clients, response_model=Receipt)
    with pytest.raises(ValueError, match=r"^deadline=0: give a number of seconds above 0"):
        make(provider, asynchronous, box, clients, deadline=0)
    with pytest.raises(TypeError, match=r"^profile must be a known model's name or a VisionProfile, not int$"):
        make(provider, asynchronous, box, clients, profile=3)
    with pytest.raises(ValueError, match=r"^api=\['chat'\] is not one of auto, chat, responses$"):
        make(provider, asynchronous, box, clients, api=["chat"])


async def test_from_provider_and_extract_refuse_it_too() -> None:
    said = r"^max_retrys: did you mean max_retries\?$"
    options: dict[str, Any] = {"max_retrys": 1}
    for name in ("openai/gpt-4o", "anthropic/claude-haiku-5-5", "local"):
        key: dict[str, Any] = {} if name == "local" else {"api_key": "k"}
        with pytest.raises(TypeError, match=said):
            typesight.from_provider(name, **key, **options)
        with pytest.raises(TypeError, match=said):
            typesight.extract(Receipt, MISSING, model=name, **key, **options)
        with pytest.raises(TypeError, match=said):
            await typesight.extract_async(Receipt, MISSING, model=name, **key, **options)


ELSEWHERE: list[tuple[str, str, dict[str, Any], str]] = [
    ("openai", "create", {"verify": "warn"}, "verify= belongs to extract"),
    ("openai", "estimate", {"hint": "ocr"}, "hint= belongs to extract"),
    ("openai", "create", {"growing_text": True}, "growing_text= belongs to create_partial"),
    ("openai", "iterable", {"growing_text": True}, "growing_text= belongs to create_partial"),
    ("openai", "extract", {"messages": MESSAGES}, "messages= belongs to create"),
    ("openai", "extract", {"input": "x"}, "input= belongs to create"),
    ("anthropic", "extract", {"stream": True}, "stream= belongs to create"),
    (
        "openai", "create", {"api_key": "k"},
        "api_key= belongs to from_provider and typesight.extract, or to the SDK's client",
    ),
    ("openai", "create", {"mesages": 1}, r"mesages: did you mean messages\?$"),
    ("openai", "partial", {"responsemodel": 1}, r"responsemodel: did you mean response_model\?$"),
    ("openai", "extract", {"response_modle": 1}, r"response_modle: did you mean response_model\?$"),
    ("openai", "create", {"modle": "gpt-4o"}, r"modle: did you mean model\?$"),
    (
        "openai", "create", {"max_output_tokens": 5},
        "max_output_tokens= is a parameter of OpenAI Responses: give max_tokens=, which holds for every model",
    ),
    (
        "anthropic", "extract", {"max_completion_tokens": 5},
        "max_completion_tokens= is a parameter of OpenAI Chat Completions: give max_tokens=, which holds for ",
    ),
    ("anthropic", "create", {"max_tokens": "5"}, "max_tokens must be a whole number, not str"),
    ("openai", "create", {"concurrency": 5}, "concurrency= belongs to extract_many"),
    ("openai", "create", {"input": "x"}, "messages= and input= are two names for the conversation: give one of them"),
    (
        "openai", "create", {"organization": "x"},
        r"organization= is for the SDK's client: give it there, or to from_provider in sdk=\{'organization': \.\.\.\}",
    ),
    (
        "openai", "create", {"organisation": "x"},
        r"organisation: did you mean organization\? organization= is for the SDK's client: ",
    ),
    ("openai", "create", {"verfy": "warn"}, r"verfy: did you mean verify\? verify= belongs to extract"),
    ("anthropic", "create", {"seed": 1}, "seed= is a parameter of OpenAI Chat Completions, not of Anthropic Messages"),
    (
        "openai", "create", {"system": "x"},
        "system= is a parameter of Anthropic Messages, not of OpenAI Chat Completions; "
        "extract has a system= of its own",
    ),
    (
        "openai", "create", {"reasoning": {}},
        "reasoning= is a parameter of OpenAI Responses, and this call goes to OpenAI Chat Completions: "
        "give api='responses'",
    ),
    (
        "openai", "extract", {"reasoning": {}, "api": "chat"},
        "reasoning= is a parameter of OpenAI Responses, and this call goes to OpenAI Chat Completions: ",
    ),
    (
        "openai", "create", {"seed": 1, "api": "responses"},
        "seed= is a parameter of OpenAI Chat Completions, and this call goes to OpenAI Responses: give api='chat'",
    ),
    (
        "openai", "create", {"quux": 1},
        r"quux= is neither an option of typesight nor a parameter of chat\.completions\.create in openai \d+\.\d+\.\d+"
        r": if only the endpoint knows it, give it in extra_body=\{\.\.\.\}",
    ),
    ("local", "create", {"quux": 1}, "quux= is not an option of typesight$"),
]  # fmt: skip


@pytest.mark.parametrize(("provider", "method", "options", "said"), ELSEWHERE)
async def test_an_option_that_is_right_elsewhere_is_refused_with_its_place(
    provider: str, method: str, options: dict[str, Any], said: str, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(GOOD)
    with pytest.raises(TypeError, match=f"^{said}"):
        await call(method, make(provider, False, box, clients), **options)
    assert box.requests == []


def test_an_argument_of_the_sdk_s_client_goes_into_sdk() -> None:
    wrong: dict[str, Any]
    for wrong in ({"organization": "x"}, {"http_client": None}, {"azure_endpoint": "x"}, {"aws_region": "x"}):
        (name,) = wrong
        with pytest.raises(TypeError, match=f"^{name}= is for the SDK's client: give it in sdk=.'{name}': "):
            typesight.from_provider("openai/gpt-4o", api_key="k", **wrong)
    with typesight.from_provider("openai/gpt-4o", api_key="k", sdk={"organization": "x", "max_retries": 7}) as client:
        sdk: Any = client._connection
        assert (sdk.client.organization, sdk.client.max_retries) == ("x", 7)


def test_the_name_of_a_provider_s_model_has_one_place() -> None:
    model: dict[str, Any] = {"model": "gpt-4o"}
    with pytest.raises(TypeError, match=r"^model= is part of the name here, after the slash: "):
        typesight.from_provider("openai/gpt-4o", api_key="k", **model)


def test_the_defaults_of_a_client_that_uses_one_api_are_those_of_its_call(sandbox: Start, clients: Clients) -> None:
    reasoning: dict[str, Any] = {"reasoning": {"effort": "low"}}
    clients.sync("openai", sandbox(), api="responses", **reasoning)
    with pytest.raises(TypeError, match=r"^reasoning= is a parameter of OpenAI Responses, and this call goes to"):
        clients.sync("openai", sandbox(), api="chat", **reasoning)
    with pytest.raises(TypeError, match=r"^seed= is a parameter of OpenAI Chat Completions, and this call goes to"):
        clients.sync("openai", sandbox(), api="responses", seed=1)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("method", ["create", "extract", "partial"])
async def test_a_retry_object_of_the_other_colour_is_refused_before_anything_is_read(
    method: str, asynchronous: bool, sandbox: Start, clients: Clients
) -> None:
    box = sandbox(GOOD)
    wrong = tenacity.Retrying() if asynchronous else tenacity.AsyncRetrying()
    client = make("openai", asynchronous, box, clients)
    with pytest.raises(TypeError, match=f"^this client is {'a' if asynchronous else ''}synchronous: pass a tenacity"):
        await call(method, client, max_retries=wrong)
    with pytest.raises(TypeError, match="synchronous: pass a tenacity"):
        make("openai", asynchronous, box, clients, max_retries=wrong)
    assert box.requests == []


async def test_a_client_of_the_other_colour_cannot_take_over(sandbox: Start, clients: Clients) -> None:
    box = sandbox(GOOD)
    other = clients.asynchronous("anthropic", box)
    escalated = typesight.Reasking(escalate=[(other, "claude-opus-5-5")])
    with pytest.raises(TypeError, match="this client is synchronous, but the one for 'claude-opus-5-5' is not"):
        clients.sync("openai", box, reask=escalated)
    with pytest.raises(TypeError, match="this client is synchronous, but the one for 'claude-opus-5-5' is not"):
        clients.sync("openai", box).extract(Receipt, MISSING, reask=escalated)


PASSED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("openai", {"seed": 3, "user": "u"}, {"seed": 3, "user": "u"}),
    ("openai", {"extra_body": {"seed": 1}}, {"seed": 1}),
    ("openai", {"api": "responses", "reasoning_effort": "low", "verbosity": "low"}, {"reasoning": {"effort": "low"}}),
    ("anthropic", {"stop_sequences": ["x"]}, {"stop_sequences": ["x"]}),
    ("anthropic", {"system": "Be exact."}, {}),
    ("anthropic", {"temperature": 0.5}, {}),  # left out: the API refuses it
]


@pytest.mark.parametrize(("provider", "options", "sent"), PASSED)
def test_what_the_sdk_s_call_takes_is_sent(
    provider: str, options: dict[str, Any], sent: dict[str, Any], sandbox: Start, clients: Clients
) -> None:
    box = sandbox(GOOD)
    model = {"openai": "gpt-5.4", "anthropic": "claude-haiku-5-5"}[provider]
    clients.sync(provider, box, model=model).create(response_model=Receipt, messages=MESSAGES, **options)
    body = box.requests[0].body
    assert {name: body.get(name) for name in sent} == sent


def test_a_client_s_parameters_for_the_sdk_are_sent_with_every_call(sandbox: Start, clients: Clients) -> None:
    box = sandbox(GOOD, GOOD)
    client = clients.sync("openai", box, seed=3)
    client.create(response_model=Receipt, messages=MESSAGES)
    client.create(response_model=Receipt, messages=MESSAGES, seed=4)
    assert [request.body["seed"] for request in box.requests] == [3, 4]


def test_a_parameter_that_an_old_sdk_has_not_is_refused_with_the_way_round_it(sandbox: Start, clients: Clients) -> None:
    if not is_old("openai"):
        pytest.skip("this openai has it")
    with pytest.raises(TypeError, match=r"has no prompt_cache_options= in openai 2\.20\.0: install a newer version"):
        clients.sync("openai", sandbox()).create(messages=MESSAGES, prompt_cache_options={})


async def test_the_local_reader_ignores_what_only_an_sdk_s_call_takes(picture: bytes) -> None:
    with typesight.from_local(temperature=0) as client:
        assert client.estimate(messages=[{"role": "user", "content": [Image(picture)]}], seed=1).usd == 0


async def test_extract_and_extract_async_take_a_key_and_an_address(
    sandbox: Start, picture: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    box = sandbox(GOOD, GOOD)
    how: dict[str, Any] = {"model": "openai/gpt-4o", "api_key": "theirs", "base_url": box.openai_url}
    here = await typesight.extract_async(Receipt, picture, **how, sdk={"max_retries": 0})
    assert here.record == typesight.extract(Receipt, picture, **how).record
    assert [request.status for request in box.requests] == [200, 200]


def test_max_retries_of_from_provider_counts_reasks(sandbox: Start) -> None:
    box = sandbox({"company": "x"}, GOOD)
    client = typesight.from_provider("openai/gpt-4o", api_key="k", base_url=box.openai_url, max_retries=0)
    with client, pytest.raises(typesight.ExtractionFailed):
        client.create(response_model=Receipt, messages=MESSAGES)
    assert len(box.requests) == 1


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"profile": 5}, TypeError, "profile must be a known model's name or a VisionProfile, not int"),
        ({"api": ["chat"]}, ValueError, r"api=\['chat'\] is not one of auto, chat, responses"),
        ({"stream": True}, TypeError, "stream= belongs to create"),
        ({"input": "x"}, TypeError, "input= belongs to create"),
        ({"max_retries": 2.5}, TypeError, "max_retries must be a whole number or a tenacity object, not float"),
    ],
)
def test_makers_say_what_a_value_may_be(
    options: dict[str, Any], error: type[Exception], said: str, sandbox: Start, clients: Clients
) -> None:
    for provider in ("openai", "anthropic", "local"):
        with pytest.raises(error, match=f"^{said}$"):
            make(provider, False, sandbox(), clients, **options)


@pytest.mark.parametrize("provider", ["anthropic", "local"])
def test_responses_are_refused_where_there_are_none(provider: str, sandbox: Start, clients: Clients) -> None:
    box = sandbox(GOOD)
    said = r"^api='responses': this client speaks .+, not OpenAI's Responses$"
    with pytest.raises(ValueError, match=said):
        make(provider, False, box, clients, api="responses")
    with pytest.raises(ValueError, match=said):
        make(provider, False, box, clients).create(response_model=Receipt, messages=MESSAGES, api="responses")
    assert box.requests == []
