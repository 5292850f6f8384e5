"""What the sandbox refuses and answers on the Decisions wire, sent by the real SDK."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from pydantic import TypeAdapter

from typesight.testing import Fault, Recorded, Sandbox

decision = pytest.importorskip("openai.types.decision", reason="this openai has no Decisions")
decision_create_params = pytest.importorskip("openai.types.decision_create_params")

Body = dict[str, Any]
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
IMAGE: Body = {"type": "input_image", "image_url": f"data:image/png;base64,{PNG}", "detail": "high"}
TEXT: Body = {"type": "input_text", "text": "A receipt."}
MARK: Body = {"prompt_cache_breakpoint": {"mode": "explicit"}}
CALL: Body = {"type": "function_call", "call_id": "call_1", "name": "Receipt", "arguments": "{}"}
OUTPUT: Body = {"type": "function_call_output", "call_id": "call_1", "output": [TEXT, IMAGE]}
PREDICATE: Body = {"type": "predicate", "instructions": "The total is 9.80.", "name": "total"}
CURRENCY: Body = {
    "type": "choice", "instructions": [TEXT, IMAGE],
    "choices": [{"value": "EUR"}, {"value": True, "description": "any"}, {"value": "true"}],
}  # fmt: skip
CLARITY: Body = {"type": "score", "instructions": "How sharp?", "levels": [{"label": "blurred"}, {"label": "sharp"}]}


def good() -> Body:
    """Everything at once that is right."""
    user = {"role": "user", "content": [TEXT | MARK, IMAGE, {"type": "input_json", "data": [{"total": 9.8}]}]}
    said = {"role": "assistant", "content": [{"type": "output_text", "text": "Hm."}], "phase": "commentary"}
    body = {
        "model": "gpt-6-luna",
        "input": [{"role": "developer", "content": "Judge."}, user, said, CALL, OUTPUT],
        "questions": [PREDICATE, CURRENCY, CLARITY],
        "prompt_cache_key": "receipts",
        "prompt_cache_options": {"mode": "explicit", "ttl": "30m"},
        "safety_identifier": "me",
    }
    return dict(json.loads(json.dumps(body)))


def asking(box: Sandbox) -> openai.OpenAI:
    return openai.OpenAI(base_url=box.openai_url, api_key="test", max_retries=0)


def ask(box: Sandbox, **changes: Any) -> Any:
    """The SDK's own object, whose whole content is held against the SDK's closed types."""
    with asking(box) as client:
        found = client.decisions.create(**{**good(), **changes})
    TypeAdapter(decision.Decision).validate_python(found.model_dump(), strict=True, extra="forbid")
    return found


def test_a_file_of_recorded_replies_answers_no_decisions(tmp_path: Path) -> None:
    refused = pytest.raises(openai.APIStatusError, match="replies of /v1/decisions are not recorded")
    with Sandbox(Recorded(tmp_path / "r.jsonl", record=True)) as box, refused:
        ask(box)


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


def test_a_right_request_is_right_by_the_sdks_types() -> None:
    body = TypeAdapter(decision_create_params.DecisionCreateParams).validate_python(good(), extra="forbid")
    assert len(list(body["questions"])) == 3


def test_without_a_script_every_answer_is_undecided(box: Sandbox) -> None:
    predicate, currency, clarity = ask(box).answers
    assert (predicate.type, predicate.name, predicate.probability) == ("predicate", "total", 0.5)
    assert (currency.choice, currency.name) == ("EUR", None)
    assert [share.value for share in currency.probabilities] == ["EUR", True, "true"]
    assert {share.probability for share in currency.probabilities} == {currency.confidence} == {1 / 3}
    assert (clarity.score, [share.label for share in clarity.probabilities]) == (0.5, ["blurred", "sharp"])


def test_pictures_of_the_input_and_of_the_questions_are_received_and_counted(box: Sandbox) -> None:
    usage = ask(box).usage
    assert [picture.size for picture in box.requests[-1].pictures] == [(1, 1)] * 3
    assert usage.total_tokens == usage.input_tokens > 3


# Rows: an entry of the script -> the answers, as short as they can be said.
SCRIPTED: list[tuple[list[Any], list[Any]]] = [
    ([0.97, "EUR", "sharp"], [0.97, ("EUR", 0.9), 0.9]),
    ([0, True, 0], [0.0, (True, 0.9), 0.1]),
    ([1, "true", 1], [1.0, ("true", 0.9), 0.9]),
    ([0.5, [0.1, 0.7, 0.2], [0.25, 0.75]], [0.5, (True, 0.7), 0.75]),
    ([None, None, None], ["refusal", "refusal", "refusal"]),
    ([{"probability": 0.25}, {"type": "refusal"}, "blurred"], [0.25, "refusal", 0.1]),
]


def shorten(answer: Any) -> Any:
    rows: dict[str, Callable[[], Any]] = {
        "predicate": lambda: answer.probability,
        "choice": lambda: (answer.choice, answer.confidence),
        "score": lambda: round(answer.score, 9),
        "refusal": lambda: "refusal",
    }
    return rows[answer.type]()


@pytest.mark.parametrize(("entry", "answers"), SCRIPTED)
def test_a_script_gives_an_answer_for_each_question(entry: list[Any], answers: list[Any]) -> None:
    with Sandbox([entry]) as scripted:
        assert [shorten(answer) for answer in ask(scripted).answers] == answers


WRONG: list[tuple[Any, str]] = [
    ([0.5], "a script's entry for 3 questions is a list of as many answers"),
    ("yes", "a script's entry for 3 questions is a list of as many answers"),
    ([2, "EUR", 0], "the answer 2 to a question of type 'predicate' is not a probability from 0 to 1"),
    ([0.5, "USD", 0], "the answer 'USD' to a question of type 'choice' is not one of"),
    ([0.5, False, 0], "the answer False to a question of type 'choice' is not one of"),
    ([0.5, "EUR", [0.5]], "to a question of type 'score' is not 2 probabilities"),
    ([0.5, "EUR", 2], "the answer 2 to a question of type 'score' is not one of"),
]


@pytest.mark.parametrize(("entry", "words"), WRONG)
def test_an_entry_that_answers_no_question_is_named(entry: Any, words: str) -> None:
    with Sandbox([entry]) as scripted, pytest.raises(openai.InternalServerError) as caught:
        ask(scripted)
    assert words in str(caught.value)


def choices(*values: Any) -> Body:
    return {"questions": [{**CURRENCY, "choices": [{"value": value} for value in values]}]}


def deep(levels: int) -> Any:
    return {"a": deep(levels - 1)} if levels else 1


def said(*parts: Body) -> Body:
    return {"input": [{"role": "user", "content": list(parts)}]}


# Rows: what is changed in a right request -> the parameter that is named.
REFUSED: dict[str, tuple[Body, str]] = {
    "another model": ({"model": "gpt-6.1-sol"}, "model"),
    "no questions": ({"questions": []}, "questions"),
    "401 questions": ({"questions": [PREDICATE] * 401}, "questions"),
    "an unknown question": ({"questions": [{**PREDICATE, "type": "guess"}]}, "questions[0].type"),
    "a question without a type": ({"questions": [{"instructions": "?"}]}, "questions[0].type"),
    "a question without instructions": ({"questions": [{"type": "predicate"}]}, "questions[0].instructions"),
    "a question that is none": ({"questions": ["?"]}, "questions[0]"),
    "levels for a predicate": ({"questions": [{**PREDICATE, "levels": []}]}, "questions[0].levels"),
    "one choice": (choices("a"), "questions[0].choices"),
    "256 choices": (choices(*map(str, range(256))), "questions[0].choices"),
    "a choice twice": (choices("a", "b", "a"), "questions[0].choices"),
    "a number for a choice": (choices("a", 1), "questions[0].choices[1].value"),
    "no levels": ({"questions": [{**CLARITY, "levels": []}]}, "questions[0].levels"),
    "a level without a label": ({"questions": [{**CLARITY, "levels": [{}]}]}, "questions[0].levels[0].label"),
    "an empty input": ({"input": []}, "input"),
    "an unknown item": ({"input": [{"type": "reasoning"}]}, "input[0].type"),
    "a developer's picture": ({"input": [{"role": "developer", "content": [IMAGE]}]}, "input[0].content[0].type"),
    "a picture by file id": (said({"type": "input_image", "file_id": "f"}), "input[0].content[0].image_url"),
    "a phase of the user": ({"input": [{"role": "user", "content": "x", "phase": "commentary"}]}, "input[0].phase"),
    "an output without a call": ({"input": [OUTPUT]}, "input"),
    "an output of another kind": ({"input": [CALL, {**OUTPUT, "type": "custom_tool_call_output"}]}, "input"),
    "five breakpoints": (said(*[TEXT | MARK] * 5), "input"),
    "a breakpoint in a question": (
        {"questions": [{**PREDICATE, "instructions": [TEXT | MARK]}]},
        "questions[0].instructions[0].prompt_cache_breakpoint",
    ),
    "another lifetime": ({"prompt_cache_options": {"ttl": "12h"}}, "prompt_cache_options.ttl"),
    "JSON of 33 levels": (said({"type": "input_json", "data": deep(33)}), "input[0].content[0].data"),
    "JSON of 10,001 values": (said({"type": "input_json", "data": {"a": [1] * 9_999}}), "input[0].content[0].data"),
    "JSON of 256 KiB": (said({"type": "input_json", "data": {"a": "x" * 262_144}}), "input[0].content[0].data"),
    "JSON that is a list of numbers": (said({"type": "input_json", "data": [1]}), "input[0].content[0].data[0]"),
    "a broken picture": (said({**IMAGE, "image_url": "data:image/png;base64,AAAA"}), "input[0].content[0].image_url"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_types_do_not_allow_is_refused(case: str, box: Sandbox) -> None:
    change, param = REFUSED[case]
    with pytest.raises(openai.BadRequestError) as caught:
        ask(box, **change)
    assert caught.value.param == param


ALLOWED: list[Body] = [
    choices("a", "b"),
    choices(*map(str, range(255))),
    choices(True, "true"),
    {"questions": [PREDICATE] * 400},
    {"input": "text"},
    said({"type": "input_json", "data": deep(32)}),
    said(*[TEXT | MARK] * 4),
]


@pytest.mark.parametrize("change", ALLOWED)
def test_what_is_just_allowed_is_answered(change: Body, box: Sandbox) -> None:
    assert len(ask(box, **change).answers) == len(({**good(), **change})["questions"])


def test_a_stream_is_refused(box: Sandbox) -> None:
    with pytest.raises(openai.BadRequestError, match="Unknown parameter: 'stream'"):
        ask(box, extra_body={"stream": True})


def test_faults_strike_decisions_too() -> None:
    faults = (Fault(429), Fault.reset(), Fault.hang_up(9), Fault.refusal(), Fault.no_choices(), Fault.drip(64, 0))
    with Sandbox([*faults, [1, "EUR", 0]]) as scripted:
        with pytest.raises(openai.RateLimitError):
            ask(scripted)
        for _ in range(2):
            with pytest.raises(openai.APIConnectionError):
                ask(scripted)
        assert [answer.type for answer in ask(scripted).answers] == ["refusal"] * 3
        assert ask(scripted).answers == []
        assert shorten(ask(scripted).answers[1]) == ("EUR", 0.9)
