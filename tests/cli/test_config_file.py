"""Settings from flags, the environment and a config file: which comes first, and what is refused."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import keys, rows_of, run
from support import GOOD
from typesight.cli import main
from typesight.cli.exit_codes import CommandError
from typesight.cli.settings.config_file import apply_settings
from typesight.testing import Sandbox

NAMES = ("model", "schema", "base_url", "profile", "max_retries", "tile", "strict", "cache", "config")
FILES = {
    "user": ("home/typesight.toml", 'model = "user/m"\nmax_retries = 5\n'),
    "project": ("pyproject.toml", '[tool.other]\nx = 1\n[tool.typesight]\nmodel = "project/m"\nmax_retries = 4\n'),
    "folder": ("typesight.toml", 'model = "folder/m"\nmax_retries = 3\n'),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, with a home in it and nothing in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    for name in ("MODEL", "PROFILE", "SCHEMA"):
        monkeypatch.delenv(f"TYPESIGHT_{name}", raising=False)
    return tmp_path


def settle(*, no_config: bool = False, **flags: str) -> Namespace:
    given = Namespace(**(dict.fromkeys(NAMES) | flags), no_config=no_config)
    apply_settings(given)
    return given


def write(text: str, name: str = "typesight.toml") -> None:
    Path(name).write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("there", "model", "retries"),
    [("", None, None), ("user", "user/m", "5"), ("user project", "project/m", "4"),
     ("user project folder", "folder/m", "3")],
)  # fmt: skip
def test_the_first_file_that_there_is_counts_alone(
    there: str, model: str | None, retries: str | None, here: Path
) -> None:
    for name in there.split():
        write(FILES[name][1], FILES[name][0])
    given = settle()
    assert (given.model, given.max_retries) == (model, retries)


def test_a_flag_comes_before_the_environment_and_that_before_the_file(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write('model = "file/m"\nschema = "a, b"\nmax_retries = 1\n')
    monkeypatch.setenv("TYPESIGHT_SCHEMA", "c, d")
    given = settle(max_retries="0")
    assert (given.model, given.schema, given.max_retries) == ("file/m", "c, d", "0")
    assert given.origins == {"schema": "TYPESIGHT_SCHEMA", "model": "typesight.toml"}
    monkeypatch.setenv("TYPESIGHT_MODEL", "environment/m")
    assert settle().model == "environment/m"
    assert settle(model="flag/m").model == "flag/m"


def test_an_empty_variable_is_none(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPESIGHT_MODEL", "")
    assert settle().model is None


def test_a_profile_and_an_address_go_with_the_model_of_their_place(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key of another model must not go to an address that was meant for this one."""
    write('model = "openai/m"\nbase_url = "http://127.0.0.1:9"\nprofile = "gpt-4o"\n')
    assert (settle().base_url, settle().profile) == ("http://127.0.0.1:9", "gpt-4o")
    other = settle(model="anthropic/claude-haiku-5-5")
    assert (other.base_url, other.profile) == (None, None)
    assert settle(model="openai/m").base_url == "http://127.0.0.1:9"
    write('base_url = "http://127.0.0.1:9"\n')
    with pytest.raises(CommandError, match="base_url is the address of a model: give its name with model"):
        settle(model="openai/m")
    write("")
    monkeypatch.setenv("TYPESIGHT_PROFILE", "gpt-4o")
    assert settle(model="openai/m").profile == "gpt-4o"


@pytest.mark.parametrize("address", ["http://user:secret@127.0.0.1:9/v1", "user:secret@127.0.0.1:9/v1"])
def test_a_password_in_an_address_is_not_shown(address: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(f'model = "openai/m"\nbase_url = "{address}"')
    assert settle().base_url == address
    said = capsys.readouterr().err
    assert "127.0.0.1:9/v1" in said
    assert "secret" not in said


def test_values_are_as_their_flags_take_them(here: Path) -> None:
    write("strict = true\ntile = false\nmax_retries = 2\n")
    given = settle()
    assert (given.strict, given.tile, given.max_retries) == (True, "off", "2")
    write("strict = false\n")
    assert settle().strict is None


def test_paths_are_relative_to_the_file(here: Path) -> None:
    (here / "sub").mkdir()
    write('schema = "s.py:Receipt"\ncache = "replies"\n', "sub/own.toml")
    given = settle(config="sub/own.toml")
    assert (given.schema, given.cache) == (str(Path("sub", "s.py:Receipt")), str(Path("sub", "replies")))
    write('schema = "company, total: decimal"\n', "sub/own.toml")
    assert settle(config="sub/own.toml").schema == "company, total: decimal"


def test_no_config_reads_no_file(here: Path) -> None:
    write("no toml")
    assert settle(no_config=True).model is None


# Rows: a file's text, and what is said of it.
REFUSED = [
    ("modle = 'a'", "typesight.toml: there is no setting modle: did you mean model?"),
    ("max-retries = 1", "typesight.toml: there is no setting max-retries: did you mean max_retries?"),
    ("quux = 1", "typesight.toml: there is no setting quux"),
    ("strict = 'yes'", "typesight.toml: strict = 'yes': give true or false"),
    ("budget = {usd = 1}", "typesight.toml: budget is a dict: give a text or a number, as its flag takes it"),
    ("model = ", "typesight.toml is not TOML: Invalid value (at end of document)"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_a_file_that_is_wrong_is_refused(text: str, said: str, here: Path) -> None:
    write(text)
    with pytest.raises(CommandError) as caught:
        settle()
    assert str(caught.value) == said


def test_a_file_that_is_named_must_be_there(here: Path) -> None:
    with pytest.raises(CommandError, match="there is no such file"):
        settle(config="nowhere.toml")


def test_a_file_may_begin_with_a_byte_order_mark(here: Path) -> None:
    Path("typesight.toml").write_text('model = "a/m"', "utf-8-sig")
    assert settle().model == "a/m"


def test_a_file_that_is_not_utf_8_or_a_folder_is_refused(here: Path) -> None:
    Path("typesight.toml").write_bytes(b'model = "\xff"')
    with pytest.raises(CommandError, match="is not TOML"):
        settle()
    with pytest.raises(CommandError, match="cannot read"):
        settle(config=str(here))


def test_a_config_file_gives_everything_and_stderr_says_so(two: Path, sandbox: Callable[..., Sandbox]) -> None:
    box = sandbox(GOOD)
    (two / "typesight.toml").write_text(
        f'model = "openai/gpt-4o"\nschema = "schema.py:Receipt"\nbase_url = "{box.openai_url}"\nseed = 3\n', "utf-8"
    )
    done = run(two, "extract", "in/a.png", env={"OPENAI_API_KEY": "k"})
    assert done.returncode == 0, done.stderr
    assert rows_of(done.stdout)[0]["record"]["total"] == "73.5"
    assert box.requests[0].body["seed"] == 3
    assert (
        "typesight: from typesight.toml: model openai/gpt-4o, schema schema.py:Receipt, "
        f"base_url {box.openai_url}, seed 3\n" in done.stderr
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("max_retries = -1", "typesight.toml: max_retries: -1 is not a whole number (0 or more)"),
        ("", "no schema: give --schema FILE.py:Model, package.module:Model or fields"),
        ('schema = "a, b: quux"', "typesight.toml, read as fields, column 7:"),
    ],
)
def test_a_wrong_setting_ends_the_command_and_names_its_place(
    text: str, said: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(text)
    assert main(["extract", "a.png"]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.slow
def test_quiet_leaves_errors_alone(two: Path, sandbox: Callable[..., Sandbox]) -> None:
    (two / "typesight.toml").write_text('schema = "schema.py:Receipt"', "utf-8")
    done = run(two, "extract", "in/a.png", "--quiet", env=keys(sandbox(GOOD)))
    assert (done.returncode, done.stderr) == (0, "")
    failed = run(two, "extract", "in/a.png", "-q", "--schema", "nowhere.py:X")
    assert failed.stderr == "typesight: --schema nowhere.py:X: there is no file nowhere.py\n"
