"""evaluate asks every setting about every document, scores the answers, and asks nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel, Field, field_validator

from labelled_pictures import Bill, draw_bill, label_bill, list_totals, make_folder, read_bill, read_some, write_rows
from many_runs import COLOURS
from support import Clients
from typesight import Budget, LabelError
from typesight.evaluation.evaluate import estimate_evaluation, evaluate, evaluate_async
from typesight.evaluation.evaluation import Evaluation
from typesight.evaluation.labels.label_fields import LabelWarning
from typesight.evaluation.labels.labelled_document import LabelledDocument
from typesight.testing import Fault, Sandbox, SandboxRequest

Start = Callable[..., Sandbox]
both_colours = pytest.mark.parametrize("colour", COLOURS)
SWEEP = {"max_side": [200, None]}
QUIET: dict[str, Any] = {"turn": False, "progress": False}


async def ask(colour: str, clients: Clients, box: Sandbox, folder: Any, *models: str, **options: Any) -> Evaluation:
    """An evaluation of models by a client of this colour."""
    make = clients.sync if colour == "sync" else clients.asynchronous
    client = make("openai", box)
    given = {"models": [(client, model) for model in models or ("gpt-4o",)], **QUIET, **options}
    kind = given.pop("kind", Bill)
    return evaluate(folder, kind, **given) if colour == "sync" else await evaluate_async(folder, kind, **given)


def forget_seconds(evaluation: Evaluation) -> list[Any]:
    """All that two evaluations of the same should share: not the time that requests took."""
    return [
        (each.name, [(one.source, one.score, one.answer.usage, one.answer.cost) for one in each.documents])
        for each in evaluation.settings
    ]


@both_colours
async def test_two_models_and_a_sweep_are_four_settings(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box, folder = sandbox(answer=read_some), make_folder(tmp_path / "bills")
    found = await ask(colour, clients, box, folder, "gpt-4o", "gpt-4o-mini", sweep=SWEEP)
    assert list_totals(found) == {
        "openai/gpt-4o max_side=200": [True] * 4,
        "openai/gpt-4o max_side=none": [True] * 4,
        "openai/gpt-4o-mini max_side=200": [False] * 4,
        "openai/gpt-4o-mini max_side=none": [True, True, False, False],
    }
    assert len(box.requests) == 16
    assert {request.pictures[0].size[0] for request in box.requests} == {200, 240}
    assert (found.schema_name, found.folder, found.is_whole) == ("Bill", str(folder), True)
    assert [each.source for each in found.settings[0].documents] == [f"bill{number}.png" for number in range(4)]


@both_colours
async def test_a_second_look_sends_nothing_and_finds_the_same(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box, folder = sandbox(answer=read_some), make_folder(tmp_path / "bills")
    first = await ask(colour, clients, box, folder, "gpt-4o", "gpt-4o-mini", sweep=SWEEP)
    asked = len(box.requests)
    second = await ask(colour, clients, box, folder, "gpt-4o", "gpt-4o-mini", sweep=SWEEP)
    assert len(box.requests) == asked
    assert second.to_dict() == first.to_dict()
    assert second.settings[0].cost == first.settings[0].cost
    assert all(each.cost for each in second.settings)


async def test_both_colours_find_the_same(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    found = [
        await ask(colour, clients, sandbox(answer=read_some), make_folder(tmp_path / colour), sweep=SWEEP)
        for colour in COLOURS
    ]
    assert forget_seconds(found[0]) == forget_seconds(found[1])


@both_colours
async def test_models_are_given_by_name_too(
    colour: str, sandbox: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, folder = sandbox(answer=read_bill), make_folder(tmp_path / "bills", 2)
    monkeypatch.setenv("OPENAI_BASE_URL", box.openai_url)
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    given: dict[str, Any] = {"models": "openai/gpt-4o", **QUIET}
    found = evaluate(folder, Bill, **given) if colour == "sync" else await evaluate_async(folder, Bill, **given)
    assert list_totals(found) == {"openai/gpt-4o": [True, True]}


@both_colours
async def test_a_document_whose_replies_are_invalid_has_failed_and_is_not_asked_again(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    def answer(request: SandboxRequest) -> Any:
        return {"company": 7} if request.pictures[0].sha256 == bad else read_bill(request)

    folder = make_folder(tmp_path / "bills", 2)
    probe = sandbox(answer=read_bill)
    await ask(colour, clients, probe, folder, store=tmp_path / "probe", concurrency=1)
    bad, box = probe.requests[0].pictures[0].sha256, sandbox(answer=answer)
    first = await ask(colour, clients, box, folder, max_retries=1)
    asked = len(box.requests)
    second = await ask(colour, clients, box, folder, max_retries=1)
    assert asked == len(box.requests) == 3
    failed, right = second.settings[0].documents
    assert (failed.score.is_failed, failed.answer.attempts, right.score.is_right) == (True, 2, True)
    assert str(failed.answer.error).startswith("ExtractionFailed: ")
    assert failed.answer.cost
    assert failed.answer.usage.output
    assert second.to_dict() == first.to_dict()


@both_colours
async def test_a_document_that_failed_by_the_server_is_asked_again(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box, folder = sandbox(answer=read_bill), make_folder(tmp_path / "bills", 2)
    box.faults(Fault(400))
    first = await ask(colour, clients, box, folder, concurrency=1)
    assert [each.score.is_failed for each in first.settings[0].documents] == [True, False]
    second = await ask(colour, clients, box, folder)
    assert list_totals(second) == {"openai/gpt-4o": [True, True]}
    assert len(box.requests) == 3


async def test_a_picture_that_is_none_has_failed(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "bills", 2)
    (folder / "bill0.png").write_text("no picture")
    found = await ask("sync", clients, sandbox(answer=read_bill), folder)
    failed, right = found.settings[0].documents
    assert (failed.score.is_failed, failed.answer.attempts, right.score.is_right) == (True, 0, True)


class Picky(BaseModel):
    """As Bill, with a validator."""

    company: str
    total: float

    @field_validator("total")
    @classmethod
    def check(cls, value: float) -> float:
        """Take no total of 1.5."""
        if value == 1.5:
            raise ValueError("no bill is that cheap")
        return value


async def test_a_validator_that_is_less_strict_costs_nothing(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    class Lenient(BaseModel):
        """As Bill, with a validator."""

        company: str
        total: float

    Lenient.__name__ = Lenient.__qualname__ = "Picky"
    Lenient.model_config["title"] = "Picky"
    Lenient.model_rebuild(force=True)
    box, folder = sandbox(answer=read_bill), make_folder(tmp_path / "bills", 3)
    strict = await ask("sync", clients, box, folder, kind=Picky, max_retries=1)
    assert [each.score.is_failed for each in strict.settings[0].documents] == [False, True, False]
    asked = len(box.requests)
    found = await ask("sync", clients, box, folder, kind=Lenient, max_retries=1)
    assert len(box.requests) == asked
    assert list_totals(found) == {"openai/gpt-4o": [True] * 3}
    cheap, same = found.settings[0].documents[1:]
    assert cheap.answer.attempts == 1
    assert cheap.answer.cost == same.answer.cost
    assert await ask("sync", clients, box, folder, kind=Lenient, max_retries=1) == found


async def test_a_stricter_validator_only_sends_the_reask(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    class Cautious(BaseModel):
        company: str
        total: float

    def check(value: float) -> float:
        if value < 1:
            raise ValueError("too cheap")
        return value

    class Strict(BaseModel):
        company: str
        total: Annotated[float, AfterValidator(check)]

    Strict.__name__ = Strict.__qualname__ = "Cautious"
    Strict.model_config["title"] = "Cautious"
    Strict.model_rebuild(force=True)
    box, folder = sandbox(answer=read_bill), make_folder(tmp_path / "bills", 3)
    await ask("sync", clients, box, folder, kind=Cautious, max_retries=1)
    asked = len(box.requests)
    found = await ask("sync", clients, box, folder, kind=Strict, max_retries=1)
    assert len(box.requests) == asked + 1
    failed, right, _ = found.settings[0].documents
    assert (failed.score.is_failed, failed.answer.attempts, right.answer.attempts) == (True, 2, 1)
    assert (failed.answer.cost or 0) > 1.5 * (right.answer.cost or 0)  # the first reply counts too
    assert await ask("sync", clients, box, folder, kind=Strict, max_retries=1) == found
    assert len(box.requests) == asked + 1


@both_colours
async def test_a_budget_of_a_document_is_kept_at_a_second_look(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box, folder = sandbox(answer=lambda _: {"company": 7}), make_folder(tmp_path / "bills", 1)
    first = await ask(colour, clients, box, folder, budget=Budget(tokens=500))
    assert str(first.settings[0].documents[0].answer.error).startswith("BudgetExceeded: ")
    assert await ask(colour, clients, box, folder, budget=Budget(tokens=500)) == first
    assert len(box.requests) == 1


async def test_copies_of_a_document_are_asked_once(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    box = sandbox(answer=read_bill)
    documents = [LabelledDocument(name, label_bill(3), draw_bill(3)) for name in ("a", "b")]
    found = await ask("sync", clients, box, documents, store=tmp_path, sweep={"max_retries": [0, 1]})
    assert len(box.requests) == 1
    assert len({each.answer.cost for one in found.settings for each in one.documents}) == 1


async def test_a_record_may_be_a_list(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    label = [label_bill(1), label_bill(2)]
    documents = [LabelledDocument("a", label, draw_bill(1))]
    box = sandbox(answer=lambda _: {"result": [label_bill(2), label_bill(1)]})
    found = await ask("sync", clients, box, documents, store=tmp_path, kind=list[Bill])
    assert list_totals(found) == {"openai/gpt-4o": [True]}


async def test_another_prompt_or_setting_is_asked_anew(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    box, folder = sandbox(answer=read_bill), make_folder(tmp_path / "bills", 2)
    for options in ({}, {"prompt": "Read it."}, {"max_retries": 0}, {"temperature": 0}):
        await ask("sync", clients, box, folder, **options)
    asked = [(request.text.count("Read it."), request.body.get("temperature")) for request in box.requests]
    assert asked == [(0, None)] * 2 + [(1, None)] * 2 + [(0, 0)] * 2  # fewer retries need no other replies


async def test_retries_can_be_swept(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    seen: set[int] = set()

    def answer(request: SandboxRequest) -> Any:
        number = read_bill(request)["total"]
        is_new = number not in seen
        seen.add(number)
        return {"company": 7} if is_new else read_bill(request)

    box, folder = sandbox(answer=answer), make_folder(tmp_path / "bills", 2)
    found = await ask("sync", clients, box, folder, sweep={"max_retries": [0, 1]}, concurrency=1)
    assert list_totals(found) == {"openai/gpt-4o max_retries=0": [False] * 2, "openai/gpt-4o max_retries=1": [True] * 2}
    assert [[each.answer.attempts for each in one.documents] for one in found.settings] == [[1, 1], [2, 2]]
    assert len(box.requests) == 4  # the first replies are those of the first setting
    one, two = (each.documents[0].answer.cost or 0 for each in found.settings)
    assert two > one > 0


async def test_scorers_get_the_record_and_the_label(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    def find_error(record: Any, label: Any) -> float:
        return abs(float(record["total"]) - float(label["total"]))

    folder = make_folder(tmp_path / "bills", 3)
    box = sandbox(answer=read_some)
    found = await ask("sync", clients, box, folder, "gpt-4o-mini", scorers={"off by": find_error})
    assert [each.extra for each in found.settings[0].documents] == [{"off by": 0}, {"off by": 0}, {"off by": 2.5}]


BROKEN_SCORERS: dict[str, tuple[Any, type[Exception], str]] = {
    "raises": (lambda record, label: record["none"], ValueError, "'mine' raised KeyError for bill0.png: 'none'"),
    "text": (lambda record, label: "good", TypeError, "'mine' returned 'good' for bill0.png"),
    "nothing": (lambda record, label: None, TypeError, "'mine' returned None for bill0.png"),
    "nan": (lambda record, label: float("nan"), TypeError, "'mine' returned nan for bill0.png: a finite number"),
    "no function": (7, TypeError, "'mine' must be a function of a record and a label"),
}


@pytest.mark.parametrize(("scorer", "error", "message"), BROKEN_SCORERS.values(), ids=BROKEN_SCORERS)
async def test_a_scorer_that_does_not_work_is_named(
    scorer: Any, error: type[Exception], message: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    box, folder = sandbox(answer=read_bill), make_folder(tmp_path / "bills", 2)
    with pytest.raises(error) as caught:
        await ask("sync", clients, box, folder, scorers={"mine": scorer})
    assert message in str(caught.value)
    await ask("sync", clients, box, folder)  # what was paid for is kept
    assert len(box.requests) == 2


async def test_answers_in_files_are_scored_beside_models(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "bills", 3)
    rows = [{"source": "bill0.png", "record": label_bill(0)}, {"source": "x/bill1.pdf", "record": {"total": "1.50"}}]
    answers = {"theirs": write_rows(tmp_path / "rows.jsonl", *rows)}
    with pytest.warns(LabelWarning, match=r"rows\.jsonl has no answer to 1 of 3 documents, .* failed: bill2\.png$"):
        found = await ask("sync", clients, sandbox(answer=read_bill), folder, answers=answers)
    assert [each.name for each in found.settings] == ["openai/gpt-4o", "theirs"]
    theirs = found.settings[1]
    assert [each.score.score for each in theirs.documents] == [1, 0.5, 0]
    assert theirs.documents[2].answer.error == "no answer"


def test_answers_and_scorers_have_names(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "bills", 1)
    rows = write_rows(tmp_path / "rows.jsonl", {"source": "bill0.png", "record": label_bill(0)})
    given: list[tuple[dict[str, Any], str]] = [
        ({"answers": [rows]}, "answers= must be a dict of paths by name"),
        ({"answers": {"a": rows}, "scorers": [len]}, "scorers= must be a dict of functions by name"),
    ]
    for options, said in given:
        with pytest.raises(TypeError, match=said):
            evaluate(folder, **options)


def test_answers_that_are_named_otherwise_are_named(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "bills", 9)
    rows = write_rows(tmp_path / "rows.jsonl", *({"source": name, "record": {}} for name in ("bill0.png", "bil1.png")))
    said = r"failed: bill1\.png, .*bill5\.png and 3 more; it has answers to bil1\.png, which are not among them$"
    with pytest.warns(LabelWarning, match=said):
        evaluate(folder, answers={"theirs": rows})


def test_answers_alone_need_no_schema(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "bills", 2)
    rows = write_rows(tmp_path / "rows.jsonl", *({"source": f"bill{n}.png", "record": label_bill(n)} for n in range(2)))
    assert list_totals(evaluate(folder, answers={"theirs": rows})) == {"theirs": [True, True]}
    assert not (folder / ".typesight-eval").exists()
    with pytest.raises(LabelError, match=r"has no answer to any of these documents: is bill0\.png named otherwise"):
        evaluate(folder, answers={"theirs": write_rows(tmp_path / "rows.jsonl", {"source": "x", "record": {}})})


async def test_documents_may_be_given_with_their_labels(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    documents = [LabelledDocument(f"no {number}", label_bill(number), draw_bill(number)) for number in range(2)]
    found = await ask("sync", clients, sandbox(answer=read_bill), documents, store=tmp_path)
    assert list_totals(found) == {"openai/gpt-4o": [True, True]}
    assert found.folder is None


async def test_fields_that_nobody_asks_for_are_not_judged(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    class Total(BaseModel):
        total: float

    folder = make_folder(tmp_path / "bills", 2)
    box = sandbox(answer=lambda request: {"total": label_bill(0)["total"]})
    with pytest.warns(LabelWarning, match="Total has no company, which the labels have: not judged"):
        found = await ask("sync", clients, box, folder, kind=Total)
    assert [len(each.score.verdicts) for each in found.settings[0].documents] == [1, 1]


async def test_a_label_that_does_not_fit_the_schema_is_an_error(
    clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    documents = [LabelledDocument("a", [1], draw_bill(1))]
    box = sandbox(answer=read_bill)
    with pytest.raises(LabelError, match="a: the label is a list, and Bill is an object"):
        await ask("sync", clients, box, documents, store=tmp_path)
    documents = [LabelledDocument("a", {"Total": 1}, draw_bill(1))]
    with pytest.raises(LabelError, match="a: the label has none of the fields of Bill: it has Total"):
        await ask("sync", clients, box, documents, store=tmp_path)
    documents = [LabelledDocument("a", {"total": 1})]
    with pytest.raises(ValueError, match="a has no document=: without one, only answers= can be scored"):
        await ask("sync", clients, box, documents, store=tmp_path)
    assert not box.requests


async def test_an_estimate_counts_what_is_left_to_ask(clients: Clients, sandbox: Start, tmp_path: Path) -> None:
    box, folder = sandbox(answer=read_bill), make_folder(tmp_path / "bills", 3)
    given: dict[str, Any] = {"models": [(clients.sync("openai", box), "gpt-4o")], "sweep": SWEEP, "turn": False}
    small, whole = estimate_evaluation(folder, Bill, **given)
    assert (small.documents, small.earlier, small.setting.name) == (3, 0, "openai/gpt-4o max_side=200")
    assert whole.usd is not None
    assert 0 < (small.usd or 0) <= whole.usd
    assert not box.requests
    assert not (folder / ".typesight-eval").exists()
    evaluate(folder, Bill, **{**given, "sweep": {"max_side": [200]}}, progress=False)
    (folder / "bill3.png").write_text("none")
    write_rows(folder / "labels.jsonl", *({"image": f"bill{n}.png", "fields": label_bill(n)} for n in range(4)))
    small, whole = estimate_evaluation(folder, Bill, **given)
    assert (small.documents, small.earlier, small.failed, small.usd) == (0, 3, 1, 0)
    assert (whole.documents, whole.earlier, whole.failed) == (3, 0, 1)
    assert whole.problems[0].startswith("bill3.png: ")


def test_labels_have_the_names_that_records_are_written_with(tmp_path: Path) -> None:
    class Named(BaseModel):
        """A field that the model is asked for by another name."""

        number: str = Field(validation_alias="Invoice No")
        total: float

    rows = write_rows(tmp_path / "rows.jsonl", {"source": "a", "record": {"number": "7", "total": 2.0}})
    right = evaluate([LabelledDocument("a", {"number": "7", "total": 2})], Named, answers={"file": rows})
    assert [each.field for each in right.settings[0].fields] == ["number", "total"]
    assert right.settings[0].values.accuracy == 1
    with pytest.warns(LabelWarning, match="has no Invoice No, which the labels have: not judged"):
        evaluate([LabelledDocument("a", {"Invoice No": "7", "total": 2})], Named, answers={"file": rows})


@both_colours
async def test_another_server_is_asked_anew_under_the_same_name(
    colour: str, clients: Clients, sandbox: Start, tmp_path: Path
) -> None:
    folder, boxes = make_folder(tmp_path / "bills", 2), [sandbox(answer=read_bill) for _ in range(2)]
    for box in (*boxes, *boxes):
        await ask(colour, clients, box, folder)
    assert [len(box.requests) for box in boxes] == [2, 2]
