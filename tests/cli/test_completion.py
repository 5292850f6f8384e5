"""Shell completion, tried in the shell."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from command_line import run

shtab = pytest.importorskip("shtab")

# Completes a line as bash does when Tab is pressed: the words, and which of them is completed.
COMPLETE = """
source ./script
complete -p typesight >&2
complete_line() {
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMPREPLY=()
    "$(complete -p typesight | sed 's/.*-F \\([^ ]*\\) .*/\\1/')" typesight "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
    echo "${COMPREPLY[*]}"
}
"""  # noqa: E501 - one command of the shell
LINES = {
    "typesight exp": "export",
    "typesight extract in/a.png --max-r": "--max-retries",
    "typesight extract in/a.png --verify w": "warn",
    "typesight extract notes": "notes.txt",
    "typesight extract in/a.png --schema schem": "schema.py",
    "typesight completion b": "bash",
}


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_verbs_options_values_and_files(folder: Path) -> None:
    (folder / "in" / "notes.txt").rename(folder / "notes.txt")
    (folder / "script").write_text(run(folder, "completion", "bash").stdout, "utf-8")
    script = COMPLETE + "".join(f"complete_line {line}\n" for line in LINES)
    done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == list(LINES.values()), done.stderr
    assert "-F _shtab_typesight typesight" in done.stderr


@pytest.mark.parametrize("shell", ["zsh", "tcsh", "fish"])
def test_other_shells_have_a_script(shell: str, folder: Path) -> None:
    assert shell in shtab.SUPPORTED_SHELLS
    done = run(folder, "completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    assert "max-retries" in done.stdout


def test_a_shell_without_a_script_is_refused(folder: Path) -> None:
    done = run(folder, "completion", "cmd")
    assert done.returncode == 2
    assert "invalid choice: 'cmd'" in done.stderr


def test_without_the_extra_its_command_is_printed(folder: Path) -> None:
    (folder / "sitecustomize.py").write_text("import sys\nsys.modules['shtab'] = None\n", "utf-8")
    done = run(folder, "completion", "bash", shell='PYTHONPATH="$PWD:$PYTHONPATH" exec "$@"')
    assert (done.returncode, done.stdout) == (2, "")
    assert "shell completion needs the extra [cli]: " in done.stderr
