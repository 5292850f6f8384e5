"""The floor plan holds: imports go down, no circles, one name for one thing, and files that fit on a screen or five."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import typesight
from house import draw, find_room, read_floors, read_house

PACKAGE = Path(typesight.__file__).parent
HOUSE = read_house(PACKAGE)
FILES = sorted(path.relative_to(PACKAGE).as_posix() for path in HOUSE.files.values())

# Rows from the top: the rooms of each floor. A room may import its own folder and lower floors.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli", "reader.evaluate"),
    ("testing", "checks"),
    ("__init__",),
    ("evaluation",),
    ("client",),
    ("many",),
    ("outputs",),
    ("drive",),
    ("watch",),
    ("loop",),
    ("conversation",),
    ("endpoints",),
    ("pacing",),
    ("caches",),
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
COLOURED = {
    "deadline.py",
    "drive/cached_replies.py",
    "drive/perform.py",
    "drive/policy.py",
    "drive/raw_reply.py",
    "drive/replies.py",
    "drive/run.py",
    "drive/send.py",
    "drive/stream.py",
    "client/async_client.py",
    "client/one_document.py",
    "evaluation/evaluate.py",
    "images/download/fetch.py",
    "endpoints/paced_requests.py",
    "endpoints/request_redirects.py",
    "many/async_extraction_run.py",
    "many/in_flight/document_tasks.py",
    "testing/fake/in_process.py",
}
# What the loop of a call must not import: what waits, tells the time, sends, or decides how often.
DOING = {
    *("asyncio", "concurrent", "contextvars", "multiprocessing", "queue", "selectors", "signal", "threading"),
    *("datetime", "random", "sched", "time"),
    *("anthropic", "http", "httpx", "httpx2", "io", "openai", "os", "pathlib", "socket", "ssl", "subprocess", "urllib"),
    *("tenacity", "drive", "client", "deadline"),
}
WIRES = {"openai", "anthropic", "local"}
EVERY_WIRE = "wire_table"  # the one file that knows all wires

LONGEST_FILE = 300  # lines
MOST_FILES = 15  # side by side in a folder
# Functions that fill one protocol: each wire has the first two, each verb of the command line the others; `encode` is
# also what the contract calls the shared encoder.
PROTOCOL = {"encode", "decode", "add_arguments", "run"}
# Names that stand twice on purpose: the function, and the command that is named after it.
VERBS = {"extract"}
# A vendor's room in one house has the names of its rooms in another.
VENDORS = {"openai", "anthropic"}
# To be rewritten; until then its names are its own.
EXEMPT = ("reader/",)


def test_every_file_has_its_floor() -> None:
    assert {find_room(module) or "__init__" for module in HOUSE.files} == {room for rooms in FLOORS for room in rooms}


def test_imports_go_down_only() -> None:
    floors = tuple(tuple("" if room == "__init__" else room for room in rooms) for rooms in FLOORS)
    assert HOUSE.arrows_up(floors) == []


def test_no_folder_has_a_circle_of_imports() -> None:
    assert HOUSE.circles() == []


def test_a_folder_holds_as_many_files_as_the_eye_takes_in() -> None:
    assert {folder: len(names) for folder, names in HOUSE.folders().items() if len(names) > MOST_FILES} == {}


def test_a_file_is_short() -> None:
    lengths = {file: len((PACKAGE / file).read_text("utf-8").splitlines()) for file in FILES}
    assert {file: length for file, length in lengths.items() if length > LONGEST_FILE} == {}


@pytest.mark.parametrize("wire", sorted(WIRES))
def test_a_wire_imports_no_other_wire(wire: str) -> None:
    others = tuple(f"wires.{other}" for other in (WIRES - {wire}) | {EVERY_WIRE})
    found = {module: targets for module, targets in HOUSE.imports.items() if f"{module}.".startswith(f"wires.{wire}.")}
    assert found
    assert [target for targets in found.values() for target in targets if target.startswith(others)] == []


def test_async_def_stands_only_where_sending_is() -> None:
    found = {file for file in FILES if any(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(parse(file)))}
    assert found <= COLOURED


def test_tenacity_is_known_to_the_policy_alone() -> None:
    """The public calls name its types, and only for a type checker."""
    calls = {f"client/{name}.py" for name in ("async_client", "client", "connect", "one_document")}
    calls.add("evaluation/evaluate.py")
    users = {file for file in FILES if "from tenacity" in (PACKAGE / file).read_text("utf-8")}
    assert users == {*calls, "drive/policy.py"}
    for file in calls:
        assert "tenacity" not in {node.module for node in parse(file).body if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("loop/")])
def test_the_loop_decides_and_does_nothing(file: str) -> None:
    """No I/O, no clock, no await, no thread and no retry policy: a driver has all that."""
    code = list(ast.walk(parse(file)))
    coloured = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
    assert [type(node).__name__ for node in code if isinstance(node, coloured)] == []
    imported = {alias.name for node in code if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in code if isinstance(node, ast.ImportFrom)}
    rooms = {module.removeprefix("typesight.").partition(".")[0] for module in imported}
    assert rooms & DOING == set()
    assert not {name for name in ("open", "input", "print", "sleep") if name in called_names(code)}


def test_a_name_stands_for_one_thing() -> None:
    """Modules, classes, and public functions: each name once, whatever it names."""
    homes: dict[str, set[str]] = defaultdict(set)
    for file in FILES:
        if not file.startswith(EXEMPT):
            for name in public_names(file):
                homes[name].add(without_vendor(file))
    assert {name: sorted(files) for name, files in homes.items() if len(files) > 1} == {}


def test_the_house_can_be_drawn() -> None:
    drawing = draw(HOUSE, read_floors(Path(__file__).parents[1]))
    assert "0 arrows up · 0 circles" in drawing
    assert all(f">{name}</text>" in drawing for names in HOUSE.folders().values() for name in names)


def called_names(code: list[ast.AST]) -> set[str]:
    """The plain names of the functions that are called."""
    return {node.func.id for node in code if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


def parse(file: str) -> ast.Module:
    return ast.parse((PACKAGE / file).read_text("utf-8"))


def public_names(file: str) -> Iterator[str]:
    """The module itself, its classes, and its public functions."""
    if Path(file).name not in {"__init__.py", "__main__.py"} and Path(file).stem != Path(file).parent.name:
        yield f"module {Path(file).stem}"
    for node in parse(file).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name not in PROTOCOL | VERBS:
            yield from [] if node.name.startswith("_") else [node.name]


def without_vendor(file: str) -> str:
    """A file's path; for one in a vendor's room the room is left out, for its names may be those of other vendors."""
    parts = Path(file).parts
    return "a vendor's" if VENDORS & set(parts) else file
