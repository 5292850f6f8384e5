"""What a reply is before anyone looks at its fields, and what its error says."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, field_validator
from pydantic_core import PydanticCustomError

from typesight import InvalidRecord, Mode, NoAnswer, Usage
from typesight.conversation.judging import find_stop_error, judge, make_reply_error
from typesight.exchange.completion import Answer, Completion, StopReason
from typesight.schema.field_paths import FieldError
from typesight.schema.target import make_target


def completion(*answers: Answer, stop: StopReason = StopReason.DONE) -> Completion:
    return Completion(answers, stop, Usage(output=9), {}, "m")


def test_a_reply_that_ended_by_itself_may_hold_a_record() -> None:
    assert find_stop_error(completion()) is None


@pytest.mark.parametrize("stop", [stop for stop in StopReason if stop not in {StopReason.DONE, StopReason.OPEN}])
def test_every_other_ending_is_an_error_that_says_what_to_do(stop: StopReason) -> None:
    error = find_stop_error(completion(stop=stop))
    assert error is not None
    assert not error.reaskable
    assert "{" not in str(error)


class R(BaseModel):
    a: int


def faults(*answers: Answer, kind: Any = R) -> tuple[FieldError, ...]:
    return judge(completion(*answers), make_target(kind)).faults


def test_the_one_answer_is_judged() -> None:
    assert judge(completion(Answer('{"a": 1}', "c", "R")), make_target(R)).value == R(a=1)


def test_no_answer_is_a_missing_one() -> None:
    assert faults() == (FieldError("", "no record was given", None, missing=True),)


def test_no_call_is_told_which_tool_to_call() -> None:
    (fault,) = judge(completion(), make_target(R), mode=Mode.TOOLS).faults
    assert fault.message == "no record was given: call the tool R"
    (fault,) = judge(completion(), make_target(list[R | B]), mode=Mode.TOOLS).faults
    assert fault.message == "no record was given: call the tool R or B"


def test_two_answers_are_no_choice() -> None:
    (fault,) = faults(Answer('{"a": 1}', "c", "R"), Answer('{"a": 2}', "d", "R"))
    assert fault.message == "2 records were given where one was asked for"


@pytest.mark.parametrize("again", ['{"a": 1}', '{ "a":1 }', '{"a": 1.0}', '{"a": "1"}'])
def test_the_same_answer_twice_is_one(again: str) -> None:
    made = judge(completion(Answer('{"a": 1}', "c", "R"), Answer(again, "d", "R")), make_target(R))
    assert (made.value, [repair.before for repair in made.repairs]) == (R(a=1), [2])


def test_the_same_wrong_answer_twice_has_the_faults_of_one() -> None:
    assert [fault.path for fault in faults(*[Answer('{"a": "x"}', "c", "R")] * 2)] == ["a"]


def test_an_answer_and_a_failing_one_are_no_choice() -> None:
    (fault,) = faults(Answer('{"a": 1}', "c", "R"), Answer('{"a": "x"}', "d", "R"))
    assert fault.message == "2 records were given where one was asked for"


def test_the_same_call_to_another_tool_is_not_the_same_answer() -> None:
    (fault,) = faults(Answer('{"a": 1}', "c", "R"), Answer('{"a": 1}', "d", "Other"))
    assert fault.message == "2 records were given where one was asked for"


def test_a_call_of_another_tool_is_told_which_to_call() -> None:
    assert faults(Answer('{"a": 1}', "c", "Other")) == (FieldError("", "the tool to call is R", "Other"),)


class B(BaseModel):
    a: int
    b: str = "b"


def test_calls_of_several_tools_are_a_list_of_each_tool_s_own_kind() -> None:
    made = judge(completion(Answer('{"a": 1}', "c", "B"), Answer('{"a": 2}', "d", "R")), make_target(list[R | B]))
    assert made.value == [B(a=1), R(a=2)]
    assert [type(each) for each in made.value] == [B, R]


def test_a_failing_call_of_several_is_named_by_its_place() -> None:
    found = faults(
        Answer('{"a": 1}', "c", "B"), Answer('{"a": "x"}', "d", "R"), Answer("{}", "e", "C"), kind=list[R | B]
    )
    assert [fault.path for fault in found] == ["result.1.a", "result.2"]
    assert found[1].message == "the tools to call are R, B"


def test_the_list_s_own_rules_hold_for_several_calls() -> None:
    (fault,) = faults(Answer('{"a": 1}', "c", "B"), kind=Annotated[list[R | B], Field(min_length=2)])
    assert (fault.path, "at least 2 items" in fault.message) == ("result", True)


def test_an_error_names_eight_fields_and_counts_the_rest() -> None:
    error = make_reply_error([FieldError(f"f{place}", "wrong", 1) for place in range(11)], answered=True)
    assert type(error) is InvalidRecord
    assert str(error).count("wrong") == 8
    assert str(error).endswith("; and 3 more")
    assert len(error.errors) == 11


def test_the_error_of_no_answer_is_its_own_kind() -> None:
    assert type(make_reply_error([FieldError("", "no record was given", None)], answered=False)) is NoAnswer


def test_a_validator_s_own_words_stay_out_of_the_text_and_in_the_errors() -> None:
    error = make_reply_error([FieldError("a", "SECRET is odd", "SECRET", quotes=True)], answered=True)
    assert "SECRET" not in str(error)
    assert error.errors == {"a": "SECRET is odd"}


class Own(BaseModel):
    a: str

    @field_validator("a")
    @classmethod
    def check(cls, given: str) -> str:
        raise PydanticCustomError("own_words", "{given} is odd", {"given": given})


class Cash(BaseModel):
    kind: Literal["cash"]


class Card(BaseModel):
    kind: Literal["card"]


class Paid(BaseModel):
    by: Annotated[Cash | Card, Field(discriminator="kind")]


QUOTING = [(Own, '{"a": "SECRET"}'), (Paid, '{"by": {"kind": "SECRET"}}'), (Own, '{"SECRET": 1, "SECRET": 2}')]


@pytest.mark.parametrize(("kind", "reply"), QUOTING, ids=["a custom error", "a tag", "a key that stands twice"])
def test_no_text_of_the_reply_stands_in_the_error(kind: Any, reply: str) -> None:
    error = make_reply_error(make_target(kind).judge(reply).faults, answered=True)
    assert "SECRET" not in str(error)


def test_a_long_path_of_the_reply_s_own_making_is_cut() -> None:
    assert len(str(make_reply_error([FieldError("k" * 5_000, "wrong", 1)], answered=True))) < 200
