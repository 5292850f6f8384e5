"""Every file and folder that CONTRIBUTING.md, SECURITY.md and docs/how-it-works.md name is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Where the paths of the table's columns begin: what to change, then code, tests and docs.
COLUMNS = (ROOT, ROOT / "src" / "typesight", ROOT / "tests", ROOT / "docs")
PATH = re.compile(r"`([\w./-]*(?:/[\w.-]*|\.(?:py|md|toml)))`")
LINK = re.compile(r"\]\(([^)#:]+)\)")


def named_paths(text: str) -> Iterator[Path]:
    """The paths in a page: in a table of four columns they begin in the column's folder, elsewhere at the root."""
    for line in text.splitlines():
        cells = line.strip().strip("|").split("|") if line.startswith("|") else [line]
        bases = COLUMNS if len(cells) == len(COLUMNS) else (ROOT,) * len(cells)
        for base, cell in zip(bases, cells, strict=True):
            yield from (base / each for each in PATH.findall(cell))
            yield from (ROOT / each for each in LINK.findall(cell))


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "SECURITY.md"])
def test_every_path_that_is_named_exists(page: str) -> None:
    found = set(named_paths((ROOT / page).read_text("utf-8")))
    assert found
    assert sorted(str(path.relative_to(ROOT)) for path in found if not path.exists()) == []


def test_every_path_of_the_way_of_a_call_exists() -> None:
    """The page names files from the package's folder on."""
    found = PATH.findall((ROOT / "docs" / "how-it-works.md").read_text("utf-8"))
    assert len(found) > 20
    assert [path for path in found if not (COLUMNS[1] / path).exists()] == []


def test_paths_are_looked_for_where_their_column_is() -> None:
    row = "| a thing | `errors.py`, `drive/` | `test_errors.py` | `errors.md` |"
    names = ("src/typesight/errors.py", "src/typesight/drive", "tests/test_errors.py", "docs/errors.md")
    assert list(named_paths(row)) == [ROOT / name for name in names]
    assert list(named_paths("See `.ci/run`, `tests/wire/` and [this](SECURITY.md), not `pip install`.")) == [
        ROOT / ".ci/run", ROOT / "tests/wire", ROOT / "SECURITY.md",
    ]  # fmt: skip


def test_the_table_has_a_row_for_what_newcomers_change() -> None:
    rows = [line for line in (ROOT / "CONTRIBUTING.md").read_text("utf-8").splitlines() if line.startswith("| a")]
    wanted = (
        "gateway", "model", "mode", "hook event", "CLI verb", "error", "option of a call", "word of the local reader",
        "synonym", "image format", "token rule", "warning", "docs page", "check",
    )  # fmt: skip
    heads = [row.split("|")[1] for row in rows]
    assert [each for each in wanted if not any(each in head for head in heads)] == []
