"""The command of a MissingExtra works wherever typesight came from: an index, a wheel, a folder, a clone or git."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from typesight import installation

REPOSITORY = Path(__file__).parent.parent
PYTHON = [sys.executable, "-m", "pip", "install"]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The notes of an installation that stand before those of the real one, and say nothing yet."""
    notes = tmp_path / "site" / "typesight-9.9.dist-info"
    notes.mkdir(parents=True)
    (notes / "METADATA").write_text("Metadata-Version: 2.1\nName: typesight\nVersion: 9.9\n", "utf-8")
    monkeypatch.syspath_prepend(str(notes.parent))
    return notes


def words(notes: Path, **origin: Any) -> list[str]:
    """The command as a shell takes it apart, for an installation from there."""
    (notes / "direct_url.json").write_text(json.dumps(origin), "utf-8")
    return shlex.split(installation.write_install_command("local"))


def test_from_an_index_the_name_is_enough(installed: Path) -> None:
    assert installation.write_install_command("local") == shlex.join([*PYTHON, "typesight[local]"])


def test_from_a_clone_in_editable_mode_its_folder_is_named(installed: Path, tmp_path: Path) -> None:
    clone = tmp_path / "it's a clone"
    clone.mkdir()
    assert words(installed, url=clone.as_uri(), dir_info={"editable": True}) == [*PYTHON, "-e", f"{clone}[local]"]


def test_from_a_folder_its_url_is_named(installed: Path, tmp_path: Path) -> None:
    url = tmp_path.as_uri()
    assert words(installed, url=url, dir_info={}) == [*PYTHON, f"typesight[local] @ {url}"]


def test_from_a_wheel_its_url_is_named(installed: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "my wheels" / "typesight-9.9-py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.touch()
    assert words(installed, url=wheel.as_uri(), archive_info={}) == [*PYTHON, f"typesight[local] @ {wheel.as_uri()}"]


def test_a_wheel_that_is_gone_is_not_named(installed: Path, tmp_path: Path) -> None:
    assert words(installed, url=(tmp_path / "gone.whl").as_uri(), archive_info={}) == [*PYTHON, "typesight[local]"]


def test_from_a_repository_its_commit_is_named(installed: Path) -> None:
    url = "https://example.com/typesight.git"
    noted = {"url": url, "vcs_info": {"vcs": "git", "commit_id": "abc123"}, "subdirectory": "python"}
    assert words(installed, **noted) == [*PYTHON, f"typesight[local] @ git+{url}@abc123#subdirectory=python"]


def test_damaged_notes_are_as_good_as_none(installed: Path) -> None:
    (installed / "direct_url.json").write_text("{", "utf-8")
    assert shlex.split(installation.write_install_command("local")) == [*PYTHON, "typesight[local]"]


def test_an_environment_of_uv_s_has_no_pip_and_uv_is_told_the_interpreter(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (installed / "INSTALLER").write_text("uv\n", "utf-8")
    monkeypatch.setattr(installation, "find_spec", lambda name: None)
    said = shlex.split(installation.write_install_command("local"))
    assert said == ["uv", "pip", "install", "--python", sys.executable, "typesight[local]"]


def test_where_the_interpreter_is_not_known_pip_alone_is_named(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "")
    assert installation.write_install_command("local") == "pip install 'typesight[local]'"


def test_a_checkout_that_is_not_installed_is_named_as_a_clone() -> None:
    source = REPOSITORY / "src"
    script = (
        f"import sys; sys.path[:] = [{str(source)!r}, *sys.path]\n"
        "from typesight.installation import write_install_command; print(write_install_command('local'))"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=True)
    assert shlex.split(done.stdout) == [*PYTHON, "-e", f"{REPOSITORY}[local]"]


@pytest.mark.parametrize(("url", "path"), [("file:///C:/a%20b", "C:/a b"), ("file:///a%20b/c", "/a b/c")])
def test_a_file_url_is_a_path(url: str, path: str) -> None:
    assert installation._read_file_url(url) == path


# What installs typesight, one after the other in one fresh environment; {wheel} and {folder} are named.
WAYS = {
    "a wheel": "{wheel}",
    "a wheel that is gone": "{wheel}",
    "a folder": "{folder}",
    "a clone": "-e {folder}",
}
ASK = """
import typesight.checks
try:
    typesight.checks.VatNumber
except typesight.MissingExtra as error:
    print(error.command)
else:
    print("it is there")
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_command_that_is_told_brings_the_extra(tmp_path: Path) -> None:
    """With the extra `checks`, the lightest, in a folder whose name has a space; needs a package index."""
    wheels, folder = tmp_path / "my wheels", tmp_path / "my clone"
    python = tmp_path / "environment" / "bin" / "python"
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def pip(*arguments: str | Path, by: str | Path = python) -> None:
        subprocess.run([by, "-m", "pip", "--disable-pip-version-check", "-q", *arguments], check=True, env=clean)

    def ask() -> str:
        done = subprocess.run([python, "-c", ASK], check=True, env=clean, capture_output=True, text=True)
        return done.stdout.strip()

    subprocess.run(["git", "clone", "--quiet", REPOSITORY, folder], check=True)
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "environment"], check=True)
    for way, template in WAYS.items():
        pip("wheel", "--no-deps", "--wheel-dir", wheels, REPOSITORY, by=sys.executable)
        (wheel,) = wheels.iterdir()
        pip("install", *(word.format(wheel=wheel, folder=folder) for word in template.split()))
        if way == "a wheel that is gone":
            wheel.unlink()
        command = ask()
        subprocess.run(command, shell=True, check=True, env=clean, stdout=subprocess.DEVNULL)
        assert ask() == "it is there", (way, command)
        pip("uninstall", "--yes", "typesight", "python-stdnum")
