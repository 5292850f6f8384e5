"""A schema that cannot be loaded is one clear line and exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import run

# Rows: the file's text, the name in it -> what is said.
BROKEN: dict[str, tuple[str, str, str]] = {
    "a module that raises": ("x = 1\ny = 1 / 0\n", "X", "s.py:2 does not run: ZeroDivisionError: division by zero"),
    "a module that raises elsewhere": ("import json\n\njson.loads('')\n", "X", "s.py:3 does not run: JSONDecodeError"),
    "no syntax": ("x = 1\nclass X(\n", "X", "s.py:2 does not run: SyntaxError"),
    "a module that leaves": ("import sys\nsys.exit(0)\n", "X", "s.py:2 does not run: SystemExit: 0"),
    "a missing import": ("import nowhere\n", "X", "s.py:1 does not run: ModuleNotFoundError"),
    "a text of many lines": ("raise ValueError('one\\n\\x1b[31mtwo')\n", "X", r"ValueError: one \x1b[31mtwo"),
    "no such name": ("class Bill: pass\n", "Bil", "s.py has no Bil; it has Bill"),
    "an instance": ("import pydantic\nclass M(pydantic.BaseModel): pass\nX = M()\n", "X", "an instance of M cannot"),
    "a module": ("import json as X\n", "X", "cannot be a response_model"),
    "a function": ("def X(): pass\n", "X", "a function (X) cannot be a response_model"),
    "an open reference": (
        "import pydantic\nclass X(pydantic.BaseModel):\n    a: 'Missing'\n", "X", "cannot be a response_model",
    ),
    "a type with no schema": ("import socket\nX = socket.socket\n", "X", "cannot be a response_model"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("what", BROKEN)
def test_a_schema_that_cannot_be_loaded_is_one_line(what: str, tmp_path: Path) -> None:
    text, name, said = BROKEN[what]
    (tmp_path / "s.py").write_text(text, "utf-8")
    (tmp_path / "a.png").touch()
    done = run(tmp_path, "extract", "a.png", "--schema", f"s.py:{name}", "--model", "local")
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""
