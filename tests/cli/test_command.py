"""The command's frame: its verbs, and that help loads nothing but what it prints."""

from __future__ import annotations

import subprocess
import sys

import pytest

from typesight.cli.command import VERBS, build_parser, main

# What takes long to load, and help does not need.
HEAVY = {"pydantic", "pydantic_core", "PIL", "numpy", "openai", "anthropic", "rich", "tenacity", "sqlite3", "asyncio"}
SHOW_LOADED = """
import sys
from typesight.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], *([verb.name, "--help"] for verb in VERBS)])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHOW_LOADED, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout
    assert "typesight" in done.stderr
    assert {name for name in HEAVY if f"'{name}'" in done.stderr} == set()


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    out = capsys.readouterr().out
    assert [verb.name for verb in VERBS if f"\n    {verb.name}" not in out] == []


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_only_the_verb_that_is_given_has_its_arguments(verb: str) -> None:
    parser = build_parser([verb])
    (commands,) = [each.choices for each in parser._actions if isinstance(each.choices, dict)]
    assert {name for name, under in commands.items() if under.get_default("run")} == {verb}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["extrct"], "there is no command extrct: did you mean extract?"),
        (["\x1b[31m"], r"there is no command \x1b[31m"),
        (["--nope"], "the following arguments are required: COMMAND"),
        (["-q", "demo"], "-q belongs after the command: typesight demo -q"),
        (["--quiet", "demo"], "--quiet belongs after the command: typesight demo --quiet"),
        (["demo", "-x"], "unknown option -x"),
    ],
)
def test_a_command_that_is_none_is_refused(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
