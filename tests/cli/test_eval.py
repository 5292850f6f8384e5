"""`typesight eval`: what models and settings are worth on documents with labels, as a user types it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Ended
from command_line import WITHOUT_OCR, keys, run
from labelled_pictures import label_bill, make_folder, read_bill, read_some, write_rows
from typesight.cli import main
from typesight.evaluation.evaluation import Evaluation
from typesight.testing import Fault, Sandbox

Boxes = Callable[..., Sandbox]
Eval = Callable[..., Ended]

SCHEMA = "company, total: float"
BOTH = ("--model", "openai/gpt-4o", "--model", "openai/gpt-4o-mini")
QUICK = ("--turn", "off", "--max-retries", "0")


@pytest.fixture
def bills(tmp_path: Path) -> Path:
    """A folder with four bills, which are labelled, and beside it nothing."""
    return make_folder(tmp_path / "bills")


@pytest.fixture
def here(bills: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Eval:
    """Runs `typesight eval` in this process, beside the folder; what argparse refuses has exit code 2 too."""
    monkeypatch.chdir(bills.parent)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(bills.parent / "no_config"))

    def evaluate(box: Sandbox | None, *arguments: str | Path, schema: str | None = SCHEMA) -> Ended:
        for name, value in (keys(box) if box else {}).items():
            monkeypatch.setenv(name, value)
        try:
            code = main(["eval", *(["--schema", schema] if schema else []), *map(str, arguments)])
        except SystemExit as end:
            code = int(end.code or 0)
        out, error = capsys.readouterr()
        assert "Traceback" not in error
        return Ended(code, out, error)

    return evaluate


def test_models_side_by_side_are_one_table_with_the_price_said_first(here: Eval, sandbox: Boxes) -> None:
    box = sandbox(answer=read_some)
    done = here(box, "bills", *BOTH, *QUICK)
    assert done.returncode == 0
    assert done.stdout.startswith("Record: 4 documents with 8 labelled values, ")
    rows = [line.split() for line in done.stdout.split("\n\n")[1].splitlines()]
    assert [row[:4] for row in rows[1:]] == [
        ["*", "openai/gpt-4o", "4", "100"],
        ["*", "openai/gpt-4o-mini", "4", "75.0"],
    ]
    assert done.stderr.startswith("typesight: 2 settings: 8 documents to ask, for about $0.")
    assert "answers not counted" in done.stderr
    assert "typesight: openai/gpt-4o-mini (2 of 2 settings)\n" in done.stderr
    assert "bills/bill2.png: 1 of 2 values right\n  total: 0.0 instead of 2.5\n" in done.stdout


def test_a_second_look_sends_nothing(here: Eval, sandbox: Boxes, bills: Path) -> None:
    box = sandbox(answer=read_some)
    first = here(box, "bills", *BOTH, *QUICK)
    asked = len(box.requests)
    second = here(box, "bills", *BOTH, *QUICK)
    assert (len(box.requests), second.stdout) == (asked, first.stdout)
    assert "2 settings: 0 documents to ask, 8 kept from an earlier run, at no cost" in second.stderr
    assert (bills / ".typesight-eval").is_dir()


def test_a_sweep_is_each_model_with_each_value(here: Eval, sandbox: Boxes, bills: Path) -> None:
    box = sandbox(answer=read_some)
    done = here(
        box, "bills", "--model", "openai/gpt-4o-mini", "--sweep", "max_side=200,none", "mode=tools,json", *QUICK,
        "--limit", "2", "--format", "json", "--store", "kept",
    )  # fmt: skip
    data = json.loads(done.stdout)
    assert [(each["name"], each["summary"]["documents"]["right"]) for each in data["settings"]] == [
        ("openai/gpt-4o-mini max_side=200 mode=tools", 0),
        ("openai/gpt-4o-mini max_side=200 mode=json", 0),
        ("openai/gpt-4o-mini max_side=none mode=tools", 2),
        ("openai/gpt-4o-mini max_side=none mode=json", 2),
    ]
    assert len(box.requests) == 8
    assert Path("kept").is_dir() and not (bills / ".typesight-eval").exists()


def list_details(box: Sandbox) -> list[str | None]:
    """The level of detail of each picture that was sent."""
    parts = [each for request in box.requests for each in request.body["messages"][-1]["content"]]
    return [each["image_url"].get("detail") for each in parts if "image_url" in each]


def test_the_level_of_detail_is_swept_too(here: Eval, sandbox: Boxes) -> None:
    box = sandbox(answer=read_bill)
    sweep = ("--sweep", "detail=low,high,none", "--limit", "1", "--model", "openai/gpt-4o")
    dry = json.loads(here(box, "bills", *QUICK, *sweep, "--dry-run", "--format", "json").stdout)
    assert here(box, "bills", *QUICK, *sweep).returncode == 0
    assert list_details(box) == ["low", "high", "high"]
    tokens = [each["input_tokens"] for each in dry["settings"]]
    assert tokens[0] < tokens[1] == tokens[2]


def test_one_level_of_detail_has_a_flag(here: Eval, sandbox: Boxes) -> None:
    box = sandbox(answer=read_bill)
    arguments = ("bills", *QUICK, "--limit", "1", "--model", "openai/gpt-4o", "--detail", "low")
    assert here(box, *arguments).returncode == 0
    assert list_details(box) == ["low"]
    assert "to ask, 1 kept" in here(box, *arguments, "--sweep", "max_side=200,none").stderr


WRONG = [
    (["--sweep", "max_side=abc"], "max_side: abc is not a whole number (0 or more); give PIXELS, or none for its defa"),
    (["--sweep", "maxside=1"], "there is no option maxside: did you mean max_side?"),
    (["--sweep", "quux=1"], "there is no option quux: the options are mode, max_retries, "),
    (
        ["--sweep", "verify=wran"],
        "verify: verify='wran' is not one of off, warn, reask; give off|warn|reask, or none f",
    ),
    (["--sweep", "hint=text"], "hint: "),
    (["--sweep", "mode=tool"], "mode: there is no mode 'tool'; the modes are 'tools', "),
    (["--sweep", "strict=yes"], "strict: yes is not one of on, off; give on|off, or none for its default"),
    (
        ["--sweep", "detail=lo"],
        "detail='lo' is not one of auto, low, high, original; give auto|low|high|original, or none",
    ),
    (["--sweep", "concurrency=1,2"], "concurrency cannot be swept: it is no setting of a model"),
    (["--sweep", "cache=a,b"], "cache cannot be swept: it is no setting of a model"),
    (["--sweep", "prompt=a,b"], "prompt cannot be swept on a command line; Python can"),
    (["--sweep", "model=a,b"], "models are not swept; give each with --model"),
    (["--sweep", "max_side=768,768"], "max_side has 768 twice"),
    (["--sweep", "max_side=1", "max-side=2"], "max_side is given twice; write max_side=VALUE,VALUE once"),
    (["--sweep", "max_side=768", "--max-side", "5"], "max_side is swept, so --max-side cannot be given too"),
    (["--sweep", "detail=low", "--detail", "low"], "detail is swept, so --detail cannot be given too"),
    (["--sweep", "max_side="], "max_side: a value is empty; give PIXELS, or none for its default"),
    (["--sweep", "max_side=1", "bills"], "bills is no NAME=VALUE,VALUE; the folder stands before --sweep"),
    (["--fail-under", "total=98"], "argument --fail-under: total=98: give a share from 0 to 1, as total=0.98 or 0.95"),
    (["--fail-under", "nan"], "argument --fail-under: nan: give a share from 0 to 1"),
    (["--answers", "x"], "argument --answers: x is no NAME=PATH, such as other=answers.jsonl"),
    (["--answers", "x=a", "--answers", "x=b"], "argument --answers: x is given twice"),
    (["--scorer", "score"], "argument --scorer: score is no FILE.py:FUNCTION"),
    (["--limit", "0"], "argument --limit: '0' is no whole number above 0"),
    (["--failures", "-1"], "argument --failures: '-1' is no whole number, 0 or more"),
    (["--ledger", "x"], "unknown option --ledger"),
    (["--cache", "x"], "unknown option --cache"),
    (
        ["--fail-under", "totl=1"],
        "the labels have no field totl: did you mean total? The fields are company, total; docu",
    ),
    (["--fail-under", "zzz=1"], "the labels have no field zzz; the fields are company, total; documents is the share"),
    (["--base-url", "http://127.0.0.1:1"], "--base-url is the address of a model: give its name with --model"),
    ([*BOTH, "--base-url", "http://127.0.0.1:1"], "--base-url is the address of one model: give --model once"),
    (["--model", "opnai/x"], "'opnai/x' is not the name of an endpoint and a model: did you mean 'openai/x'?"),
    (["-o", "nowhere/e.json"], "-o nowhere/e.json: there is no folder nowhere"),
    (["-o", "-"], "-o takes a file: the JSON is printed on stdout with --format json"),
    (["-o", "bills"], "-o bills is a folder: give a file"),
    (["-o", "bills/labels.jsonl"], "-o bills/labels.jsonl holds something else than an evaluation: give another file"),
    (["--compare", "bills/labels.jsonl"], "--compare: bills/labels.jsonl is no evaluation: it is not JSON"),
    (["--compare", "none.json"], "--compare: cannot read none.json: No such file or directory"),
    (["--labels", "none.jsonl"], "there are no labels at none.jsonl: give a labels.jsonl, or a folder with a JSON for"),
    (["--answers", "x=none.jsonl"], "cannot read none.jsonl: No such file or directory"),
    (["--scorer", "none.py:f"], "--scorer none.py:f: there is no file none.py"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_what_cannot_begin_is_refused_in_a_line(arguments: list[str], said: str, here: Eval) -> None:
    done = here(None, "bills", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_without_schema_folder_or_labels_it_cannot_begin(here: Eval, bills: Path) -> None:
    assert "no schema: give --schema" in here(None, "bills", schema=None).stderr
    assert "FOLDER or --labels is empty: give the folder of the documents" in here(None, "").stderr
    assert "nowhere is not there: give a folder of documents" in here(None, "nowhere").stderr
    (bills / "labels.jsonl").unlink()
    done = here(None, "bills")
    assert done.returncode == 2
    assert "bills has no labels: write labels.jsonl, a line" in done.stderr


def test_an_accuracy_under_the_floor_is_exit_code_3(here: Eval, sandbox: Boxes) -> None:
    box = sandbox(answer=read_some)
    floors = ("--fail-under", "company=1", "--fail-under", "total=0.9", "--fail-under", "0.7", "--fail-under")
    done = here(box, "bills", *BOTH, *QUICK, *floors, "documents=0.6")
    assert done.returncode == 3
    assert "gpt-4o-mini" in done.stdout  # what was paid for is printed all the same
    assert done.stderr.splitlines()[-2:] == [
        "typesight: --fail-under: openai/gpt-4o-mini: the accuracy of total is 50 %, under 90 %",
        "typesight: --fail-under: openai/gpt-4o-mini: the share of documents wholly right is 50 %, under 60 %",
    ]
    assert here(box, "bills", "--model", "openai/gpt-4o", *QUICK, *floors, "documents=1").returncode == 0


def test_an_unknown_field_of_a_floor_is_found_before_anything_is_asked(here: Eval, sandbox: Boxes) -> None:
    box = sandbox(answer=read_some)
    assert here(box, "bills", "--fail-under", "items.*.price=0.9").returncode == 2
    assert box.requests == []


def test_a_dry_run_prints_the_price_and_sends_nothing(here: Eval, sandbox: Boxes) -> None:
    box = sandbox(answer=read_some)
    done = here(box, "bills", *BOTH, *QUICK, "--sweep", "max_side=100,none", "--dry-run")
    rows = [line.split() for line in done.stdout.split("\n\n")[0].splitlines()]
    assert (done.returncode, box.requests) == (0, [])
    assert [row[0] for row in rows] == ["setting", "openai/gpt-4o", "openai/gpt-4o", *["openai/gpt-4o-mini"] * 2, "all"]
    assert rows[-1][1:4] == ["16", "0", "0"]
    data = json.loads(here(box, "bills", *BOTH, *QUICK, "--dry-run", "--format", "json").stdout)
    assert [(each["setting"], each["documents"]) for each in data["settings"]] == [
        ("openai/gpt-4o", 4),
        ("openai/gpt-4o-mini", 4),
    ]
    assert data["usd"] > 0


def test_an_evaluation_is_written_and_compared_with_the_next(here: Eval, sandbox: Boxes) -> None:
    box = sandbox(answer=read_some)
    assert here(box, "bills", "--model", "openai/gpt-4o-mini", *QUICK, "-o", "before.json").returncode == 0
    before = Evaluation.load("before.json")
    assert before.options == {"max_retries": 0, "turn": False}
    assert (before.folder, [each.name for each in before.settings]) == ("bills", ["openai/gpt-4o-mini"])
    done = here(box, "bills", "--model", "openai/gpt-4o", *QUICK, "-o", "before.json", "--compare", "before.json")
    assert "Compared with before.json:" in done.stdout
    assert "  bill2.png total: was not right, is now; 0.0 before, 2.5 now, right is 2.5" in done.stdout
    assert [each.name for each in Evaluation.load("before.json").settings] == ["openai/gpt-4o"]
    compared = ("--compare", "before.json", "--format", "json", "-q")
    done = here(box, "bills", "--model", "openai/gpt-4o", *QUICK, *compared)
    assert json.loads(done.stdout)["comparison"]["settings"][0]["changes"] == []
    assert done.stderr == ""


@pytest.mark.filterwarnings("default:other.jsonl has no answer")
def test_answers_of_another_tool_are_scored_without_a_model_or_a_schema(here: Eval, tmp_path: Path) -> None:
    write_rows(tmp_path / "other.jsonl", {"source": "bill0.png", "record": label_bill(0)})
    done = here(None, "bills", "--answers", "other=other.jsonl", schema=None)
    assert done.returncode == 0
    assert done.stdout.startswith("4 documents with 8 labelled values, ")
    assert "other: 3 documents not wholly right, the worst first\nbills/bill1.png: failed, no answer\n" in done.stdout
    said = "warning: other.jsonl has no answer to 3 of 4 documents, which count as failed: bill1.png, bill2.png"
    assert done.stderr == f"typesight: {said}, bill3.png\n"


def test_an_own_scorer_and_a_match_are_taken(here: Eval, sandbox: Boxes, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def near(record, label):\n    return abs(record['total'] - label['total'])\n")
    box = sandbox(answer=read_bill)
    done = here(box, "bills", *QUICK, "--scorer", "mine.py:near", "--match", "exact")
    assert "Scorer near: 0 on average." in done.stdout
    assert "compared as they are (exact)" in done.stdout
    (tmp_path / "mine.py").write_text("near = 3\n")
    assert "near is no function, but int" in here(box, "bills", "--scorer", "mine.py:near").stderr


def test_some_documents_are_the_same_ones_each_time(here: Eval, sandbox: Boxes, bills: Path) -> None:
    box = sandbox(answer=read_bill)
    chosen = [
        [each["source"] for each in json.loads(done.stdout)["settings"][0]["documents"]]
        for done in (here(box, "bills", *QUICK, "--sample", "2", "--format", "json") for _ in range(2))
    ]
    assert chosen[0] == chosen[1]
    assert len(chosen[0]) == len(box.requests) == 2
    (bills / "more.png").write_bytes((bills / "bill0.png").read_bytes())
    assert "1 document without a label, not read: more.png" in here(box, "bills", *QUICK, "--limit", "1").stderr


def test_the_model_may_be_that_of_the_environment_or_at_an_address(here: Eval, sandbox: Boxes) -> None:
    box = sandbox(answer=read_bill)
    assert "\nopenai/gpt-4o     4  100 " in here(box, "bills", *QUICK).stdout
    done = here(None, "bills", *QUICK, "--model", "openai/gpt-4o-mini", "--base-url", box.openai_url)
    assert (done.returncode, len(box.requests)) == (0, 8)


@pytest.mark.filterwarnings("default:the run's budget is used up")
def test_a_budget_that_is_used_up_leaves_an_evaluation_that_is_not_whole(here: Eval, sandbox: Boxes) -> None:
    box = sandbox(answer=read_bill)
    done = here(box, "bills", *QUICK, "--concurrency", "1", "--run-budget", "tokens=1")
    assert (done.returncode, len(box.requests)) == (3, 1)
    assert "openai/gpt-4o has not read all documents: run the same command again to go on." in done.stdout
    assert "openai/gpt-4o: 1 of 4 documents read; run it again to go on" in done.stderr
    swept = here(box, "bills", *QUICK, "--sweep", "seed=1,2,3", "--run-budget", "tokens=1", "--concurrency", "1")
    assert swept.stderr.count("run it again") == swept.stdout.count("run the same command again") == 1
    assert "3 settings have not read all documents; run it again to go on" in swept.stderr


def test_a_refused_key_ends_it(here: Eval, sandbox: Boxes) -> None:
    box = sandbox(answer=read_bill)
    box.faults(*[Fault(401)] * 9)
    done = here(box, "bills", *QUICK, "--concurrency", "1")
    assert (done.returncode, done.stdout) == (2, "")
    assert "AuthenticationError" in done.stderr


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_prints_what_it_has_and_goes_on_next_time(
    sent: signal.Signals, here: Eval, sandbox: Boxes
) -> None:
    def stop(request: Any) -> Any:
        if len(box.requests) == 2 and not Path("e.json").exists():
            os.kill(os.getpid(), sent)
        return read_bill(request)

    box = sandbox(answer=stop)
    done = here(box, "bills", *QUICK, "--concurrency", "1", "-o", "e.json")
    read = len(box.requests)  # the next one may have begun before the signal is seen
    assert done.returncode == 130
    assert 2 <= read < 4
    assert f"\nopenai/gpt-4o     {read}  100 " in done.stdout
    assert done.stderr.endswith(
        f"openai/gpt-4o: {read} of 4 documents read; run it again to go on\ntypesight: interrupted\n"
    )
    assert not Evaluation.load("e.json").is_whole
    done = here(box, "bills", *QUICK, "--concurrency", "1", "-o", "e.json")
    assert (done.returncode, len(box.requests)) == (0, 4)
    assert Evaluation.load("e.json").is_whole


def test_a_file_that_cannot_be_written_in_the_end_loses_nothing(here: Eval, sandbox: Boxes) -> None:
    def fill(request: Any) -> Any:
        Path("full").mkdir(exist_ok=True)
        return read_bill(request)

    done = here(sandbox(answer=fill), "bills", *QUICK, "-o", "full")
    assert done.returncode == 3
    assert "\nopenai/gpt-4o     4  100 " in done.stdout
    assert "-o full cannot be written: Is a directory; run it again with another file, it asks nothing" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("shell", "said"), [('exec "$@" >&-', "is closed"), ('"$@" >/dev/full', "No space left")])
def test_a_stdout_that_takes_nothing_is_said(shell: str, said: str, bills: Path, sandbox: Boxes) -> None:
    (bills.parent / "s.py").write_text(f"{WITHOUT_OCR}\nfrom labelled_pictures import Bill\n")
    env = keys(sandbox(answer=read_bill)) | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *_path()])}
    done = run(bills.parent, "eval", "bills", "--schema", "s.py:Bill", *QUICK, shell=shell, env=env)
    assert done.returncode == 3
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def _path() -> list[str]:
    return os.environ.get("PYTHONPATH", "").split(os.pathsep)
