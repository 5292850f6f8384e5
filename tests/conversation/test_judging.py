"""What a reply is before anyone looks at its fields, and what its error says."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, field_validator
from pydantic_core import PydanticCustomError

from typesight import InvalidRecord, NoAnswer, Usage
from typesight.conversation.judging import invalid, no_record, the_answer
from typesight.providers.completion import Answer, Completion, Stop
from typesight.schema.fields import FieldError
from typesight.schema.target import target_of


def completion(*answers: Answer, stop: Stop = Stop.DONE) -> Completion:
    return Completion(answers, stop, Usage(output=9), {}, "m")


def test_a_reply_that_ended_by_itself_may_hold_a_record() -> None:
    assert no_record(completion()) is None


@pytest.mark.parametrize("stop", [stop for stop in Stop if stop is not Stop.DONE])
def test_every_other_ending_is_an_error_that_says_what_to_do(stop: Stop) -> None:
    error = no_record(completion(stop=stop))
    assert error is not None
    assert not error.reaskable
    assert "{" not in str(error)


def test_the_one_answer_is_the_answer() -> None:
    answer = Answer("{}", "c", "R")
    assert the_answer(completion(answer), "R") == (answer, None)


def test_no_answer_is_a_missing_one() -> None:
    assert the_answer(completion(), "R") == (None, FieldError("", "no record was given", None, missing=True))


def test_an_error_names_eight_fields_and_counts_the_rest() -> None:
    error = invalid([FieldError(f"f{place}", "wrong", 1) for place in range(11)], answered=True)
    assert type(error) is InvalidRecord
    assert str(error).count("wrong") == 8
    assert str(error).endswith("; and 3 more")
    assert len(error.errors) == 11


def test_the_error_of_no_answer_is_its_own_kind() -> None:
    assert type(invalid([FieldError("", "no record was given", None)], answered=False)) is NoAnswer


def test_a_validator_s_own_words_stay_out_of_the_text_and_in_the_errors() -> None:
    error = invalid([FieldError("a", "SECRET is odd", "SECRET", quotes=True)], answered=True)
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
    error = invalid(target_of(kind).judge(reply).faults, answered=True)
    assert "SECRET" not in str(error)


def test_a_long_path_of_the_reply_s_own_making_is_cut() -> None:
    assert len(str(invalid([FieldError("k" * 5_000, "wrong", 1)], answered=True))) < 200
