"""Schemas in Python files and modules: what they may import, and one clear line if they cannot be loaded."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from command_line import keys, rows_of, run
from support import GOOD
from typesight.cli.exit_codes import CommandError
from typesight.cli.schemas.schema_forms import SchemaForm, find_schema_form
from typesight.cli.schemas.schema_source import load_target
from typesight.testing import Sandbox

# Rows: the file's text, the name in it -> what is said.
BROKEN: dict[str, tuple[str, str, str]] = {
    "a module that raises": ("x = 1\ny = 1 / 0\n", "X", "s.py:2 does not run: ZeroDivisionError: division by zero"),
    "a module that raises elsewhere": ("import json\n\njson.loads('')\n", "X", "s.py:3 does not run: JSONDecodeError"),
    "no syntax": ("x = 1\nclass X(\n", "X", "s.py:2 does not run: SyntaxError"),
    "a module that leaves": ("import sys\nsys.exit(0)\n", "X", "s.py:2 does not run: SystemExit: 0"),
    "a missing import": ("import nowhere\n", "X", "s.py:1 does not run: ModuleNotFoundError"),
    "a text of many lines": ("raise ValueError('one\\n\\x1b[31mtwo')\n", "X", r"ValueError: one \x1b[31mtwo"),
    "no such name": ("class Bill: pass\n", "Bil", "s.py has no Bil; it has Bill"),
    "a name that fails to be found": (
        "def __getattr__(name):\n    import nowhere\n", "X", "s.py does not run: ModuleNotFoundError",
    ),
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


FIELDS = """
from datetime import date
from decimal import Decimal
from pydantic import BaseModel

class Base(BaseModel):
    company: str
    date: date
    total: Decimal
"""

# Rows: the schema as it is given, and how it is read.
FORMS = {
    "schema.py:Receipt": SchemaForm.FILE,
    "my schemas, v2.py:Receipt": SchemaForm.FILE,
    "C:\\\\schemas.py:Receipt": SchemaForm.FILE,
    "schema.py": SchemaForm.FILE,
    "in/schema:Receipt": SchemaForm.FILE,
    "schemas:Receipt": SchemaForm.MODULE,
    "package.schemas:Receipt": SchemaForm.MODULE,
    "total:decimal": SchemaForm.FIELDS,
    "company": SchemaForm.FIELDS,
    "company, total:decimal": SchemaForm.FIELDS,
    "total: Receipt": SchemaForm.FIELDS,
}


@pytest.mark.parametrize("text", FORMS)
def test_a_schema_has_one_of_three_forms(text: str) -> None:
    assert find_schema_form(text) is FORMS[text]


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, with schemas in files and packages; what is imported from it is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for folder in ("there", "package", "package/inner"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").touch()
    (tmp_path / "there" / "__init__.py").unlink()
    files = {
        "there/shared_fields.py": FIELDS,
        "there/receipts.py": "from shared_fields import Base\nclass Receipt(Base): pass\n",
        "there/lazy.py": f"{FIELDS}\nclass Receipt(Base):\n    def model_post_init(self, _): import shared_fields\n",
        "package/shared_fields.py": FIELDS,
        "package/receipts.py": "from .shared_fields import Base as Receipt\n",
        "package/inner/deep.py": "from ..shared_fields import Base as Receipt\n",
        "broken.py": "import elsewhere\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    known = set(sys.modules)
    yield tmp_path
    for name in sys.modules.keys() - known:
        del sys.modules[name]


WAYS = ["there/receipts.py:Receipt", "there/lazy.py:Receipt", "package.receipts:Receipt", "package.inner.deep:Receipt"]


@pytest.mark.parametrize("schema", WAYS)
def test_a_schema_imports_its_neighbours(schema: str, there: Path) -> None:
    record = load_target(schema).judge(json.dumps(GOOD)).value
    assert record is not None
    assert record.company == GOOD["company"]


@pytest.mark.slow
def test_a_module_in_the_current_folder_reads_documents(two: Path, sandbox: Callable[..., Sandbox]) -> None:
    done = run(two, "extract", "in/a.png", "--schema", "schema:Receipt", env=keys(sandbox(GOOD)))
    assert done.returncode == 0, done.stderr
    assert rows_of(done.stdout)[0]["record"]["total"] == "73.5"


def test_a_file_in_a_package_is_told_its_module_s_name(there: Path) -> None:
    with pytest.raises(CommandError) as caught:
        load_target("package/receipts.py:Receipt")
    assert "package/receipts.py:1 imports its neighbour with a dot, and a file runs without" in str(caught.value)
    assert f"give its name as a module, package.receipts:Model, in the folder {there}" in str(caught.value)


MISSING = [
    ("nowhere:X", "there is no module nowhere, neither installed nor in the current folder"),
    ("json.nowhere:X", "there is no module json.nowhere, neither"),
    ("total:decimla", "give a file as FILE.py:Model, and a field's type after a space"),
    ("json:Nope", "json has no Nope; it has"),
    ("json:", "package.module:Model"),
    ("broken:X", "broken does not run: ModuleNotFoundError: No module named 'elsewhere'"),
]


@pytest.mark.parametrize(("schema", "said"), MISSING)
def test_a_module_that_cannot_be_loaded_is_told_why(schema: str, said: str, there: Path) -> None:
    with pytest.raises(CommandError) as caught:
        load_target(schema)
    assert said in str(caught.value)
