"""Load the type that `--schema FILE.py:Model` names."""

from __future__ import annotations

import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import walk_tb
from types import ModuleType
from typing import Any

from typesight.cli.exit_codes import CommandError
from typesight.cli.stderr import format_error
from typesight.errors import SchemaError
from typesight.schema.target import Target, make_target

__all__ = ["load_target"]


def load_target(named: str) -> Target[Any]:
    """The type that FILE.py:Model names, as a target. Raises CommandError."""
    file, colon, name = named.rpartition(":")
    if not colon or not name:
        raise CommandError(f"--schema {named}: give a file and a name in it, FILE.py:Model")
    if not os.path.isfile(file):  # noqa: PTH113 - Path.is_file raises where the folder is closed
        raise CommandError(f"--schema {named}: there is no file {file}")
    module = _run_file(named, Path(file))
    if not hasattr(module, name):
        raise CommandError(f"--schema {named}: {file} has no {name}{_list_classes(module)}")
    kind = getattr(module, name)
    try:
        return make_target(kind)
    except SchemaError as error:
        raise CommandError(f"--schema {named}: {format_error(error)}") from error
    except Exception as error:  # pydantic raises its own errors for names that it cannot resolve
        why = f"{type(error).__name__}: {format_error(error)}"
        raise CommandError(f"--schema {named}: {name} cannot be a response_model: {why}") from error


def _run_file(named: str, path: Path) -> ModuleType:
    """Run the file as a module."""
    spec = spec_from_file_location(f"typesight_schema_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise CommandError(f"--schema {named}: {path} is not a Python file")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # pydantic looks names up there
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        what = f"{type(error).__name__}: {format_error(error)}"
        raise CommandError(f"--schema {named}: {path}{_find_line(error, spec.origin)} does not run: {what}") from error
    return module


def _find_line(error: BaseException, file: str | None) -> str:
    """`:12`, the last line of the file in the traceback; "" if there is none."""
    lines = [number for frame, number in walk_tb(error.__traceback__) if frame.f_code.co_filename == file]
    if isinstance(error, SyntaxError) and error.filename == file:
        lines.append(error.lineno or 0)
    return f":{lines[-1]}" if lines else ""


def _list_classes(module: ModuleType) -> str:
    """The classes that the file itself defines, for a user who misspelled one."""
    own = [name for name, each in vars(module).items() if getattr(each, "__module__", "") == module.__name__]
    return f"; it has {', '.join(own[:8])}" if own else ""
