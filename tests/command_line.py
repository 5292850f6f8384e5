"""The command line as its users run it: a process, in a folder, with an environment and a shell around it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typesight.testing import Sandbox

SCHEMA = """
from datetime import date
from decimal import Decimal
from pydantic import BaseModel

class Receipt(BaseModel):
    company: str
    date: date
    total: Decimal

NOT_A_TYPE = 3
"""
# The same in one line.
FIELDS = "company, date: date, total: decimal"
# One document at a time, none of them asked again or turned by OCR.
ONE_BY_ONE = ("--max-retries", "0", "--concurrency", "1", "--turn", "off")
# As without the extra `local`, which would turn pictures that lie sideways and takes seconds to load.
WITHOUT_OCR = """
import sys
sys.modules["rapidocr"] = None
"""


def run(
    folder: Path,
    *arguments: str | bytes | Path,
    shell: str = 'exec "$@"',
    told: Callable[[subprocess.Popen[bytes]], None] | None = None,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
    env: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `typesight` in a folder, as `"$@"` of a line of shell; `told` is given the process once it runs."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI", "ANTHROPIC"))}
    for name in ("TYPESIGHT_MODEL", "TYPESIGHT_PROFILE", "TYPESIGHT_SCHEMA", "PYTHONUNBUFFERED", "NO_COLOR"):
        clean.pop(name, None)  # users' streams are buffered
    clean["XDG_CONFIG_HOME"] = str(folder / "no_config")  # not that of whoever runs the tests
    command = ["sh", "-c", shell, "sh", sys.executable, "-m", "typesight", *arguments]
    clean |= env or {}
    with subprocess.Popen(command, cwd=folder, env=clean, stdout=stdout, stderr=stderr) as process:
        if told:
            told(process)
        try:
            out, error = process.communicate(timeout=100)
        finally:
            process.kill()
    said = (error or b"").decode("utf-8", "replace")  # of whatever encoding the environment gives it
    return subprocess.CompletedProcess(command, process.returncode, (out or b"").decode("utf-8"), said)


def extract(
    folder: Path, box: Sandbox, *arguments: str | bytes | Path, schema: str = "schema.py:Receipt", **how: Any
) -> subprocess.CompletedProcess[str]:
    """Run `typesight extract`, with a Sandbox as the model."""
    how["env"] = keys(box) | how.get("env", {})
    return run(folder, "extract", "--schema", schema, *ONE_BY_ONE, *arguments, **how)


def keys(box: Sandbox) -> dict[str, str]:
    """The environment in which a Sandbox is OpenAI."""
    return {"OPENAI_BASE_URL": box.openai_url, "OPENAI_API_KEY": "k", "TYPESIGHT_MODEL": "openai/gpt-4o"}


def rows_of(text: str) -> list[dict[str, Any]]:
    """The rows of an output, by every reader's idea of what a line is."""
    return [json.loads(line) for line in text.splitlines()]


def rows_in(path: Path) -> list[dict[str, Any]]:
    """The rows of a file, which must be UTF-8."""
    return rows_of(path.read_bytes().decode("utf-8"))


def outcomes(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What became of each document."""
    return [(Path(row["source"]).name, row["status"]) for row in rows]
