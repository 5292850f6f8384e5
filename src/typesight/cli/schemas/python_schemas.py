"""Schemas in Python: the class that FILE.py:Model or package.module:Model names."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import walk_tb
from types import ModuleType
from typing import Any

from typesight.cli.exit_codes import CommandError
from typesight.cli.stderr import format_error

__all__ = ["load_from_file", "load_from_module"]

_NOTHING: Any = object()
_IN_PACKAGE = "attempted relative import"  # how Python's own message begins


def load_from_file(text: str, named: str) -> Any:
    """The value that FILE.py:Model names; `named` begins the error. Raises CommandError.

    The file's folder stays first on `sys.path`, so that the file can import its neighbours, also later.
    """
    file, _, name = text.rpartition(":")
    if not file or not name:
        raise CommandError(f"{named}: give a file and the name of a class in it, FILE.py:Model")
    path = Path(file)
    if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises where the folder is closed
        raise CommandError(f"{named}: there is no file {file}")
    spec = spec_from_file_location(f"typesight_schema_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise CommandError(f"{named}: {path} is not a Python file")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # pydantic looks names up there
    _put_on_path(path.resolve().parent)
    loader = spec.loader
    _run(lambda: loader.exec_module(module), named, f"{path}{{line}}", spec.origin)
    return _get_class(module, name, named, file)


def load_from_module(text: str, named: str) -> Any:
    """The value that package.module:Model names, installed or in the current folder. Raises CommandError."""
    where, _, name = text.rpartition(":")
    if not name:
        raise CommandError(f"{named}: give a module and the name of a class in it, package.module:Model")
    _put_on_path(Path.cwd())
    try:
        module = _run(lambda: import_module(where), named, where, None)
    except CommandError as error:
        missing = getattr(error.__cause__, "name", None)
        if isinstance(error.__cause__, ModuleNotFoundError) and f"{where}.".startswith(f"{missing}."):
            raise CommandError(
                f"{named}: there is no module {missing}, neither installed nor in the current folder; one word with a "
                "colon is read as package.module:Model, so give a file as FILE.py:Model, and a field's type after a "
                'space, "name: type"'
            ) from error
        raise
    return _get_class(module, name, named, where)


def _put_on_path(folder: Path) -> None:
    """Put a folder first on the path of imports."""
    if sys.path[:1] != [str(folder)]:
        sys.path.insert(0, str(folder))


def _run(load: Callable[[], Any], named: str, place: str, file: str | None) -> Any:
    """Run the code of a schema; `{line}` in `place` is replaced by the line where it failed."""
    try:
        return load()
    except (Exception, SystemExit) as error:
        where = place.replace("{line}", _find_line(error, file))
        if isinstance(error, ImportError) and str(error).startswith(_IN_PACKAGE):
            raise CommandError(
                f"{named}: {where} imports its neighbour with a dot, and a file runs without its package: "
                f"{_suggest_package(file)}"
            ) from error
        what = f"{type(error).__name__}: {format_error(error)}"
        raise CommandError(f"{named}: {where} does not run: {what}") from error


def _suggest_package(file: str | None) -> str:
    """How to name a file that belongs to a package."""
    folder = Path(file or "").resolve().parent
    parts = [Path(file or "").stem]
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    if len(parts) == 1:
        return "import it without the dot"
    return f"give its name as a module, {'.'.join(parts)}:Model, in the folder {folder}, or import without the dot"


def _get_class(module: ModuleType, name: str, named: str, where: str) -> Any:
    """The value of that name; a module may compute its values, or import them, when they are asked for."""
    found = _run(lambda: getattr(module, name, _NOTHING), named, where, None)
    if found is _NOTHING:
        raise CommandError(f"{named}: {where} has no {name}{_list_classes(module)}")
    return found


def _find_line(error: BaseException, file: str | None) -> str:
    """`:12`, the last line of the file in the traceback; "" if there is none."""
    lines = [number for frame, number in walk_tb(error.__traceback__) if frame.f_code.co_filename == file]
    if isinstance(error, SyntaxError) and error.filename == file:
        lines.append(error.lineno or 0)
    return f":{lines[-1]}" if lines else ""


def _list_classes(module: ModuleType) -> str:
    """The classes that the module itself defines, for a user who misspelled one."""
    own = [name for name, each in vars(module).items() if getattr(each, "__module__", "") == module.__name__]
    return f"; it has {', '.join(own[:8])}" if own else ""
