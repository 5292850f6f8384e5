"""Every error pickles, keeps its attributes and shows nothing of a reply or a picture."""

from __future__ import annotations

import copy
import inspect
import pickle
import sys
from typing import Any

import pytest

from typesight import Attempt, ExtractionFailed, InvalidRecord, MissingExtra, TypesightError, Usage, errors
from typesight.installation import write_install_command

KINDS = [kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, errors.TypesightError)]


def failed(kind: type[ExtractionFailed] = ExtractionFailed) -> ExtractionFailed:
    last = InvalidRecord("the record does not validate: total: wrong", errors={"total": "wrong"})
    return kind(
        "no valid Receipt after 1 attempt",
        attempts=(Attempt(1, "m", "tools", errors=last.errors, error=last, reply='{"total": "x"}'),),
        last=last,
        partial={"company": "Shop"},
        usage=Usage(1, 2),
        cost=0.5,
        messages=[{"role": "user", "content": "hi"}],
    )


def made(kind: type[TypesightError]) -> TypesightError:
    """An error of this kind with something in every attribute."""
    if issubclass(kind, ExtractionFailed):
        return failed(kind)
    if issubclass(kind, MissingExtra):
        return kind("openai", "calling openai")
    if issubclass(kind, errors.ReplyError):
        return kind("what is wrong", errors={"items.0.price": "wrong"})
    return kind("what is wrong")


def state(error: TypesightError) -> dict[str, Any]:
    """The attributes of an error; an exception inside it by what it says."""
    return {key: repr(value) if isinstance(value, Exception) else value for key, value in vars(error).items()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_comes_back_from_its_pickle_as_it_was(kind: type[TypesightError], protocol: int) -> None:
    error = made(kind)
    again = pickle.loads(pickle.dumps(error, protocol))
    assert (type(again), str(again), again.args, state(again)) == (kind, str(error), error.args, state(error))


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_can_be_copied(kind: type[TypesightError]) -> None:
    error = made(kind)
    assert (str(copy.copy(error)), state(copy.copy(error))) == (str(error), state(error))


@pytest.mark.parametrize("kind", KINDS)
def test_a_pickled_error_can_be_raised_and_caught_as_its_kind(kind: type[TypesightError]) -> None:
    with pytest.raises(kind):
        raise pickle.loads(pickle.dumps(made(kind)))


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_typesight_s_own_and_exported(kind: type[TypesightError]) -> None:
    assert issubclass(kind, TypesightError)
    assert kind.__name__ in errors.__all__


@pytest.mark.parametrize(
    ("kind", "reaskable"),
    [
        (errors.InvalidRecord, True), (errors.NoAnswer, True), (errors.Truncated, False),
        (errors.Refused, False), (errors.Filtered, False), (errors.Interrupted, False),
    ],
)  # fmt: skip
def test_asking_again_helps_where_the_model_can_do_better(kind: type[errors.ReplyError], reaskable: bool) -> None:
    assert kind("x").reaskable is reaskable


def test_a_missing_extra_says_what_it_is_for_and_how_to_install_it() -> None:
    error = MissingExtra("local", "reading on this machine")
    assert str(error) == f"reading on this machine needs the extra [local]: {error.command}"
    assert error.command == write_install_command("local")
    assert isinstance(error, ImportError)


def test_a_missing_extra_from_another_machine_keeps_that_machine_s_command(monkeypatch: pytest.MonkeyPatch) -> None:
    pickled = pickle.dumps(MissingExtra("local", "reading on this machine"))
    monkeypatch.setattr(sys, "executable", "/elsewhere/bin/python")
    assert "/elsewhere" in MissingExtra("local", "reading on this machine").command
    assert "/elsewhere" not in str(pickle.loads(pickled))


def test_a_reply_error_keeps_its_own_copy_of_the_errors() -> None:
    given = {"a": "wrong"}
    error = InvalidRecord("x", errors=given)
    given.clear()
    assert error.errors == {"a": "wrong"}


def test_a_failure_s_errors_are_those_of_its_last_reply() -> None:
    assert failed().errors == {"total": "wrong"}


def test_a_failure_shows_neither_replies_nor_what_did_validate() -> None:
    error = failed()
    for text in (str(error), repr(error), repr(error.attempts)):
        assert "Shop" not in text
        assert '{"total"' not in text
