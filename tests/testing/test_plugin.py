"""The pytest plugin in a user's project: what its tests catch, and what they say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).with_name("sample_project")
# Rows: what somebody changes in receipts.py, and what the failing tests then say.
BREAKS = {
    "a renamed field": (
        ("    total: Decimal", "    amount: Decimal"),
        ("RepliesUsedUp: the fake model has 1 reply, and this is request 2", "- amount: Field required"),
    ),
    "a stricter validator": (
        ("Field(gt=0)", "Field(gt=0, lt=50)"),
        ("- total: Input should be less than 50", "request 1: gpt-6-luna, answered with 200"),
    ),
    "a dropped picture": (
        ("[PROMPT, Image(picture)]", "[PROMPT]"),
        ("assert [] == [(420, 260)]", "what the FakeModel was asked", "\n  no picture\n  Read this receipt."),
    ),
    "a changed prompt": (
        (", tip included", ""),
        ("AssertionError: assert 'tip included' in", "Read this receipt. The total is what was paid."),
    ),
    "a picture that is not there": (
        ("Image(picture)", "Image('nothing.jpg')"),
        (">       return client.create(", "\nE       typesight.errors.ImageNotFound: there is no file nothing.jpg"),
    ),
    "an endpoint of its own": (
        ("client.create(", "__import__('typesight').from_provider('openai/gpt-4o', api_key='k').create("),
        (
            "APIConnectionError: Connection error.\nE       this test reached for api.openai.com:443",
            "allow('api.openai.com')",
        ),
    ),
    "an endpoint of its own whose errors are hidden": (
        (
            "    return client.create(",
            "    with __import__('contextlib').suppress(Exception):\n"
            "        return __import__('typesight').from_provider('openai/gpt-4o', api_key='k').create(",
        ),
        ("assert None == Receipt(", "what block_network stopped", "\nthis test reached for api.openai.com:443"),
    ),
}
SLOW = {"a renamed field", "a stricter validator", "a changed prompt"}


def run_project(folder: Path, change: tuple[str, str] = ("", "")) -> subprocess.CompletedProcess[str]:
    """Run the project's tests as its user would, with this plugin and no other, after a change of its code."""
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("__pycache__"))
    code = (folder / "receipts.py").read_text("utf-8")
    assert change[0] in code
    (folder / "receipts.py").write_text(code.replace(*change) if change[0] else code, "utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "typesight.testing.plugin",
        "-p",
        "no:cacheprovider",
        "-W",
        "error",
    ]
    variables = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)


def test_the_tests_of_a_sound_project_pass(tmp_path: Path) -> None:
    done = run_project(tmp_path / "project")
    assert "3 passed" in done.stdout, done.stdout


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in BREAKS])
def test_a_broken_project_fails_and_says_what_the_model_was_asked(tmp_path: Path, name: str) -> None:
    change, said = BREAKS[name]
    done = run_project(tmp_path / "project", change)
    assert done.returncode == 1
    assert [words for words in said if words not in done.stdout] == []
    assert "typesight/client" not in done.stdout  # none of the library's own lines


def test_pytest_finds_the_plugin_by_its_entry_point_and_may_be_told_of_it_again() -> None:
    """It refuses to register a module under two names: an entry point of another name would clash with `-p`."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"typesight.testing.plugin": "typesight.testing.plugin"}
