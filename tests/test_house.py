"""The floor plan holds: imports go down, sync and async stay where they belong."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import typesight

HOUSE = Path(typesight.__file__).parent

# Rows from the top: the rooms of each floor. A room may import its own folder and lower floors.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("checks", "testing"),
    ("__init__",),
    ("client",),
    ("drive",),
    ("conversation",),
    ("endpoints",),
    ("wires",),
    ("reader",),
    ("evidence",),
    ("ocr",),
    ("exchange",),
    ("images",),
    ("schema",),
    ("models",),
    ("deadline", "budget"),
    ("failures",),
    ("attempts",),
    ("errors", "usage", "text"),
    ("installation", "logger"),
)
LEVEL = {room: len(FLOORS) - number for number, rooms in enumerate(FLOORS) for room in rooms}
COLOURED = {
    "deadline.py",
    "drive/run.py",
    "drive/send.py",
    "drive/stream.py",
    "client/async_client.py",
    "images/download/fetch.py",
    "endpoints/redirects.py",
}
WIRES = {"openai", "anthropic", "local"}
# The one file that knows all wires: which of them stream.
EVERY_WIRE = "streams"

FILES = sorted(path.relative_to(HOUSE).as_posix() for path in HOUSE.rglob("*.py"))


def imports(file: str) -> Iterator[str]:
    """The modules of typesight that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse((HOUSE / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("typesight"):
            inside = str(node.module).removeprefix("typesight").lstrip(".")
            yield from [inside] if inside else (alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (each.name[10:] for each in node.names if each.name.startswith("typesight."))


def room(module: str) -> str:
    return module.removesuffix(".py").replace("/", ".").split(".")[0]


def test_every_file_has_its_floor() -> None:
    assert {room(file) for file in FILES} == set(LEVEL)


@pytest.mark.parametrize("file", [file for file in FILES if file != "__init__.py"])
def test_a_file_imports_its_own_room_and_lower_floors_only(file: str) -> None:
    here = room(file)
    wrong = [module for module in imports(file) if room(module) != here and LEVEL[room(module)] >= LEVEL[here]]
    assert wrong == []


@pytest.mark.parametrize("wire", sorted(WIRES))
def test_a_wire_imports_no_other_wire(wire: str) -> None:
    others = tuple(f"wires.{other}" for other in (WIRES - {wire}) | {EVERY_WIRE})
    files = [file for file in FILES if file.startswith((f"wires/{wire}/", f"wires/{wire}.py"))]
    assert files
    assert [module for file in files for module in imports(file) if module.startswith(others)] == []


@pytest.mark.slow
def test_async_def_stands_only_where_sending_is() -> None:
    found = {
        file
        for file in FILES
        if any(
            isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(ast.parse((HOUSE / file).read_text("utf-8")))
        )
    }
    assert found <= COLOURED


def test_tenacity_is_known_to_the_policy_alone() -> None:
    """The client names its types, and only for a type checker."""
    users = {file for file in FILES if "from tenacity" in (HOUSE / file).read_text("utf-8")}
    assert users == {"client/async_client.py", "client/client.py", "drive/policy.py"}
    for client in ("client/async_client.py", "client/client.py"):
        running = ast.parse((HOUSE / client).read_text("utf-8")).body
        assert "tenacity" not in {node.module for node in running if isinstance(node, ast.ImportFrom)}
