"""Property keys that Claude refuses are sent as keys it takes; records, errors and snapshots have the real ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Literal

import anthropic
import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass
from typing_extensions import TypedDict

from support import Clients, made
from typesight import ExtractionFailed, Image, Mode, SchemaError
from typesight.testing import Fault, Reply, Sandbox, SandboxRequest

Start = Callable[..., Sandbox]

TAKEN = re.compile(r"[a-zA-Z0-9_.-]{1,64}")
LONG = "Gesamtbetrag aller Positionen einschließlich Umsatzsteuer und Versandkosten"
NATIVE = [Mode.TOOLS, Mode.JSON_SCHEMA]


class Invoice(BaseModel):
    number: str = Field(alias="Invoice No.", description="as printed at the top")
    sum: Decimal = Field(alias="Summe €")


class Line(BaseModel):
    text: str = Field(alias="Beschreibung / Text")
    price: Decimal = Field(alias="Preis €", gt=0)


class Card(BaseModel):
    kind: Literal["card"] = Field(alias="Art der Zahlung")
    last: str = Field(alias="letzte Ziffern")


class Cash(BaseModel):
    kind: Literal["cash"] = Field(alias="Art der Zahlung")
    change: Decimal = Field(alias="Rück-Geld")


class Order(BaseModel):
    lines: list[Line] = Field(alias="alle Zeilen")
    first: Line | None = Field(alias="erste Zeile", default=None)
    paid: Annotated[Card | Cash, Field(discriminator="kind", alias="Zahlung mit")]
    total: Decimal = Field(alias="Gesamtbetrag aller Positionen einschließlich Umsatzsteuer und Versandkosten")


ORDER = {
    "alle Zeilen": [{"Beschreibung / Text": "Tea", "Preis €": 2.5}, {"Beschreibung / Text": "Bun", "Preis €": 1.25}],
    "erste Zeile": {"Beschreibung / Text": "Tea", "Preis €": 2.5},
    "Zahlung mit": {"Art der Zahlung": "cash", "Rück-Geld": 0.5},
    LONG: 3.75,
}


class Clash(BaseModel):
    """Names that would be spelled alike, one of them as it is."""

    taken: str = Field(alias="Invoice_No.")
    spaced: str = Field(alias="Invoice No.")
    slashed: str = Field(alias="Invoice/No.")
    empty: str = Field(alias="€")


class Notes(BaseModel):
    number: str = Field(alias="Invoice No.")
    notes: dict[str, str]
    lines: dict[str, Line]


class Branch(BaseModel):
    name: str = Field(alias="Name des Knotens")
    below: list[Branch] = Field(alias="dar unter", default_factory=list)


class Loose(BaseModel):
    model_config = ConfigDict(loc_by_alias=False)
    number: int = Field(alias="Invoice No.")


Written = TypedDict("Written", {"Invoice No.": str, "Summe €": Decimal})


@dataclass
class Slip:
    number: Annotated[str, Field(alias="Slip No.")]


def ask(picture: bytes) -> list[dict[str, Any]]:
    return [{"role": "user", "content": ["Read this.", Image(picture)]}]


def properties(node: Any) -> list[str]:
    """The name of each property in the schemas of a body."""
    if isinstance(node, list):
        return [name for each in node for name in properties(each)]
    if not isinstance(node, dict):
        return []
    own = list(node.get("properties") or {})
    return own + [name for value in node.values() for name in properties(value)]


def schemas(request: SandboxRequest) -> list[dict[str, Any]]:
    body = request.body
    tools = [tool.get("input_schema") or (tool.get("function") or tool)["parameters"] for tool in body.get("tools", ())]
    told = [body.get("output_config"), body.get("response_format"), body.get("text")]
    return [*tools, *(each["format"]["schema"] for each in told if each and "format" in each)]


def as_sent(record: Any, keys: dict[str, str]) -> Any:
    """A record as a model gives it that was asked for these keys."""
    if isinstance(record, list):
        return [as_sent(each, keys) for each in record]
    if not isinstance(record, dict):
        return record
    return {keys.get(name, name): as_sent(value, keys) for name, value in record.items()}


# Rows: (what is wanted, a record in its real names).
KINDS: list[tuple[Any, Any]] = [
    (Invoice, {"Invoice No.": "17", "Summe €": 12.5}),
    (Order, ORDER),
    (Clash, {"Invoice_No.": "a", "Invoice No.": "b", "Invoice/No.": "c", "€": "d"}),
    (Notes, {"Invoice No.": "17", "notes": {"Invoice_No.": "mine", "a b": "c"},
             "lines": {"Invoice_No.": {"Beschreibung / Text": "Tea", "Preis €": 2.5}}}),
    (Branch, {"Name des Knotens": "a", "dar unter": [{"Name des Knotens": "b", "dar unter": []}]}),
    (list[Line], {"result": ORDER["alle Zeilen"]}),
    (Written, {"Invoice No.": "17", "Summe €": 12.5}),
    (Slip, {"Slip No.": "17"}),
]  # fmt: skip
CARRIED = [row for row in KINDS if row[0] not in (Notes, Branch)]  # the rest has no strict form


def wanted(kind: Any, record: Any) -> Any:
    return TypeAdapter(kind).validate_python(record["result"] if set(record) == {"result"} else record)


def keys_told(node: Any, names: list[str]) -> dict[str, str]:
    """The key of each of these names, as the descriptions in a body tell it."""
    if isinstance(node, list):
        return {name: key for each in node for name, key in keys_told(each, names).items()}
    if not isinstance(node, dict):
        return {}
    told = {key: str(rule.get("description", "")) for key, rule in (node.get("properties") or {}).items()}
    own = {name: key for name in names for key, said in told.items() if re.match(rf"{re.escape(name)}(: | \(|$)", said)}
    return {name: key for value in node.values() for name, key in keys_told(value, names).items()} | own


def names_in(record: Any) -> list[str]:
    if isinstance(record, list):
        return [name for each in record for name in names_in(each)]
    return (
        [name for key, value in record.items() for name in (key, *names_in(value))] if isinstance(record, dict) else []
    )


def answering(*records: Any) -> Callable[[SandboxRequest], object]:
    """A model that answers with these records in turn, the last again and again, under the keys it was asked for."""
    left = list(records)

    def answer(request: SandboxRequest) -> object:
        record = left.pop(0) if len(left) > 1 else left[0]
        return as_sent(record, keys_told(schemas(request), names_in(record)))

    return answer


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("mode", NATIVE)
@pytest.mark.parametrize(("kind", "record"), CARRIED, ids=[str(row[0]) for row in CARRIED])
async def test_names_that_claude_refuses_are_sent_as_keys_and_read_back(
    kind: Any, record: Any, mode: Mode, asynchronous: bool, clients: Clients, picture: bytes
) -> None:
    with Sandbox(answering(record)) as box:
        client = made(clients, "messages", box, asynchronous=asynchronous)
        got = client.create(response_model=kind, messages=ask(picture), mode=mode)
        assert (await got if asynchronous else got) == wanted(kind, record)
    (request,) = box.requests
    names = properties(schemas(request))
    assert [name for name in names if not TAKEN.fullmatch(name)] == []


@pytest.mark.parametrize(("kind", "record"), [row for row in KINDS if row not in CARRIED], ids=["dict", "recursive"])
def test_a_tool_that_is_not_strict_has_such_keys_too_and_the_keys_of_a_dict_are_data(
    kind: Any, record: Any, clients: Clients, picture: bytes
) -> None:
    with Sandbox(answering(record)) as box:
        client = made(clients, "messages", box)
        # The keys of the record's own dicts stay as they are: what the model says there is data.
        assert client.create(response_model=kind, messages=ask(picture), mode=Mode.TOOLS) == wanted(kind, record)
    (tool,) = box.requests[0].body["tools"]
    assert "strict" not in tool


@pytest.mark.parametrize("mode", NATIVE)
def test_a_list_of_several_kinds_is_read_back(mode: Mode, clients: Clients, picture: bytes) -> None:
    records = [{"Invoice No.": "17", "Summe €": 12.5}, {"Slip No.": "18"}]

    def answer(request: SandboxRequest) -> object:
        sent = as_sent(records, keys_told(schemas(request), names_in(records)))
        calls = list(zip(("Invoice", "Slip"), sent, strict=True))
        return Reply(calls=calls) if mode is Mode.TOOLS else {"result": sent}

    with Sandbox(answer) as box:
        got = made(clients, "messages", box).create(
            response_model=list[Invoice | Slip], messages=ask(picture), mode=mode
        )
    assert got == [Invoice.model_validate(records[0]), wanted(Slip, records[1])]


@pytest.mark.parametrize("mode", NATIVE)
def test_what_a_stream_shows_on_the_way_has_the_real_names(mode: Mode, clients: Clients, picture: bytes) -> None:
    record = {"Invoice No.": "17", "Summe €": 12.5}
    with Sandbox(answering(record)) as box:
        client = made(clients, "messages", box, mode=mode)
        *growing, last = client.create_partial(response_model=Invoice, messages=ask(picture), growing_text=True)
    assert last == Invoice.model_validate(record)
    assert (growing[-1].number, growing[-1].sum) == ("17", Decimal("12.5"))


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("mode", NATIVE)
async def test_streamed_items_have_the_real_names(
    mode: Mode, asynchronous: bool, clients: Clients, picture: bytes
) -> None:
    record = {"result": ORDER["alle Zeilen"]}
    with Sandbox(answering(record)) as box:
        client = made(clients, "messages", box, asynchronous=asynchronous)
        items = client.create_iterable(response_model=Line, messages=ask(picture), mode=mode)
        got = [each async for each in items] if asynchronous else list(items)
    assert got == wanted(list[Line], record)


@pytest.mark.parametrize("mode", NATIVE)
def test_complaints_errors_and_replies_speak_of_the_real_names(mode: Mode, clients: Clients, picture: bytes) -> None:
    bad = {**ORDER, "erste Zeile": {"Beschreibung / Text": "Tea", "Preis €": -1}}
    with Sandbox(answering(bad)) as box, pytest.raises(ExtractionFailed) as caught:
        made(clients, "messages", box).create(response_model=Order, messages=ask(picture), mode=mode, max_retries=1)
    assert list(caught.value.errors) == ["erste Zeile.Preis €"]
    assert caught.value.partial["alle Zeilen"] == ORDER["alle Zeilen"]
    assert [set(json.loads(attempt.reply or "")) for attempt in caught.value.attempts] == [set(ORDER)] * 2
    complaint = json.dumps(box.requests[1].body["messages"][-1], ensure_ascii=False)
    assert "erste Zeile.Preis €" in complaint


def test_a_field_that_was_asked_for_again_is_taken_by_its_real_name(clients: Clients, picture: bytes) -> None:
    first, second = {"Invoice No.": "17", "Summe €": "x"}, {"Invoice No.": "", "Summe €": 12.5}
    with Sandbox(answering(first, second)) as box:
        got = made(clients, "messages", box).create(response_model=Invoice, messages=ask(picture))
    assert got == Invoice.model_validate({"Invoice No.": "17", "Summe €": 12.5})
    assert len(box.requests) == 2


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"Invoice_No.": "17", "Invoice No.": "18", "Summe": 1}', "stands more than once"),
        ('{"Invoice_No.": "17", "Invoice_No.": "18", "Summe": 1}', "stands more than once"),
        ('{"Invoice_No.": "17", "Summe": 12.500000000000000001}', None),
    ],
    ids=["both names", "the key twice", "every digit"],
)
def test_what_the_reply_says_is_not_touched_but_for_its_keys(
    text: str, fault: str | None, clients: Clients, picture: bytes
) -> None:
    with Sandbox([Reply(text=text)]) as box:
        client = made(clients, "messages", box)
        if fault is None:
            got = client.create(response_model=Invoice, messages=ask(picture), mode=Mode.JSON_SCHEMA)
            assert got.sum == Decimal("12.500000000000000001")
            return
        with pytest.raises(ExtractionFailed) as caught:
            client.create(response_model=Invoice, messages=ask(picture), mode=Mode.JSON_SCHEMA, max_retries=0)
    assert fault in caught.value.errors[""]


def test_errors_of_a_model_whose_locations_are_field_names_are_found(clients: Clients, picture: bytes) -> None:
    with Sandbox(answering({"Invoice No.": "soon"}, {"Invoice No.": 17})) as box:
        got = made(clients, "messages", box).create(response_model=Loose, messages=ask(picture))
    assert got.number == 17


@pytest.mark.parametrize("wire", ["chat", "responses"])
@pytest.mark.parametrize("mode", NATIVE)
def test_openai_is_sent_the_real_names(wire: str, mode: Mode, clients: Clients, picture: bytes) -> None:
    with Sandbox([{"Invoice No.": "17", "Summe €": 12.5}]) as box:
        got = made(clients, wire, box).create(response_model=Invoice, messages=ask(picture), mode=mode)
    assert got.number == "17"
    assert "Invoice No." in properties(box.requests[0].body)


@pytest.mark.parametrize("mode", [Mode.JSON, Mode.PROMPTED])
def test_a_schema_in_the_prompt_has_the_real_names(mode: Mode, clients: Clients, picture: bytes) -> None:
    with Sandbox([{"Invoice No.": "17", "Summe €": 12.5}]) as box:
        got = made(clients, "messages", box).create(response_model=Invoice, messages=ask(picture), mode=mode)
    assert got.number == "17"
    (told,) = box.requests[0].body["system"]
    assert "Summe €" in told["text"]


def test_claude_behind_a_gateway_is_sent_keys_that_it_takes(clients: Clients, picture: bytes) -> None:
    with Sandbox(answering({"Invoice No.": "17", "Summe €": 12.5})) as box:
        client = clients.sync("openai", box, model="anthropic/claude-haiku-5-5")
        got = client.create(response_model=Invoice, messages=ask(picture), mode=Mode.TOOLS)
    assert got.number == "17"
    assert "Invoice_No." in properties(box.requests[0].body)


def test_a_model_that_nobody_knows_is_asked_again_with_keys_that_it_takes(clients: Clients, picture: bytes) -> None:
    said = "tools.0.custom.input_schema.properties: Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'"

    def answer(request: SandboxRequest) -> object:
        if "Summe €" in properties(request.body):
            return Fault(400, message=said)
        return answering({"Invoice No.": "17", "Summe €": 12.5})(request)

    with Sandbox(answer) as box:
        client = clients.sync("openai", box, model="gpt-4o")
        for _ in range(2):
            assert client.create(response_model=Invoice, messages=ask(picture), mode=Mode.TOOLS).number == "17"
    assert [request.status for request in box.requests] == [400, 200, 200]


def test_the_sandbox_refuses_such_keys_in_the_endpoint_s_words(sandbox: Start) -> None:
    box = sandbox({})
    tool: Any = {"name": "t", "input_schema": {"type": "object", "properties": {"Invoice No.": {"type": "string"}}}}
    with (
        anthropic.Anthropic(base_url=box.anthropic_url, api_key="k", max_retries=0) as client,
        pytest.raises(anthropic.BadRequestError) as caught,
    ):
        client.messages.create(
            model="claude-haiku-5-5", max_tokens=9, messages=[{"role": "user", "content": "x"}], tools=[tool]
        )
    assert "tools.0.custom.input_schema.properties: Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'" in str(
        caught.value
    )


def test_a_schema_that_cannot_be_carried_is_told_by_its_real_names(clients: Clients, picture: bytes) -> None:
    class Odd(BaseModel):
        any_key: dict[str, str] = Field(alias="freie Felder")

    with Sandbox([{}]) as box, pytest.raises(SchemaError, match=r"freie Felder: .* do not support a dict"):
        made(clients, "messages", box).create(response_model=Odd, messages=ask(picture), mode=Mode.JSON_SCHEMA)
    assert box.requests == []
