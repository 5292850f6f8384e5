"""Settings that no flag gave: from the environment, else from a config file.

    model = "openai/gpt-6-luna"          # typesight.toml, or [tool.typesight] of pyproject.toml
    schema = "schemas.py:Receipt"        # relative to this file
    max_retries = 1                      # every option that has a flag

Only these files are read: what --config names, else typesight.toml or pyproject.toml in the current folder, else
typesight.toml in the user's own folder for configuration. A schema that comes from one of them runs Python, and a
base_url gets the key: stderr says what was taken from where.
"""

from __future__ import annotations

import argparse
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typesight.cli.exit_codes import CommandError
from typesight.cli.schemas.schema_forms import move_schema_file
from typesight.cli.settings.flag_rows import FLAG_ROWS
from typesight.cli.stderr import format_error, say
from typesight.text.nearest_name import find_nearest

__all__ = ["apply_settings"]

_ENVIRONMENT = {"model": "TYPESIGHT_MODEL", "profile": "TYPESIGHT_PROFILE", "schema": "TYPESIGHT_SCHEMA"}
_METAVARS = {row.name: row.metavar for row in FLAG_ROWS}
_KEYS = frozenset({"model", "schema", "base_url", *_METAVARS})
# What only makes sense together with the model that the same place names.
_OF_A_MODEL = frozenset({"profile", "base_url"})
# A user's name and password in an address: "http://user:secret@host/v1".
_PASSWORD = re.compile(r"(?<=//)[^/]*@|^[^/]*@")
# A setting whose text is a path; in a file it is relative to that file.
_PATHS = frozenset({"cache", "ledger"})


@dataclass(frozen=True, slots=True)
class _Settings:
    """The settings of one place, by name; `origin` is how messages call it. True is a flag without text."""

    origin: str
    values: Mapping[str, Any]
    is_file: bool = False

    def name_origin(self, name: str) -> str:
        return self.origin if self.is_file else _ENVIRONMENT[name]


def apply_settings(given: argparse.Namespace) -> None:
    """Fill in what no flag gave; `given.origins` then says by name where each came from.

    A flag comes before the environment, and that before the file. A place that names a model gives its profile and
    base_url only together with that model. Raises CommandError for a file that cannot be read or has unknown keys.
    """
    given.origins = {}
    for place in (_read_environment(), _read_file(given)):
        own_model = given.model in (None, place.values.get("model", given.model))
        for name, value in place.values.items():
            if getattr(given, name, ...) is None and (own_model or name not in _OF_A_MODEL):
                setattr(given, name, value)
                given.origins[name] = place.name_origin(name)
        if place.is_file:
            _say_origin(given, place.origin)


def _say_origin(given: argparse.Namespace, origin: str) -> None:
    """Say what a config file gave, since it need not be the user's own."""
    taken = [name for name, where in given.origins.items() if where == origin]
    if taken:
        say(f"from {origin}: {', '.join(_show(name, getattr(given, name)) for name in taken)}")


def _show(name: str, value: Any) -> str:
    """A setting as messages show it, without the password that an address may hold."""
    return name if value is True else f"{name} {_PASSWORD.sub('', value) if name == 'base_url' else value}"


def _read_environment() -> _Settings:
    found = {name: os.environ.get(variable, "") for name, variable in _ENVIRONMENT.items()}
    return _Settings("the environment", {name: value for name, value in found.items() if value})


def _read_file(given: argparse.Namespace) -> _Settings:
    """The settings of the first config file that there is."""
    for path, section in [] if given.no_config else _list_places(given.config):
        try:
            table: Any = tomllib.loads(path.read_bytes().decode("utf-8-sig"))  # Windows' editors begin it with a mark
        except (FileNotFoundError, NotADirectoryError) as error:
            if given.config is None:
                continue
            raise CommandError(f"--config {given.config}: there is no such file") from error
        except OSError as error:
            raise CommandError(f"cannot read {path}: {error.strerror}") from error
        except (ValueError, RecursionError) as error:  # no TOML, or no UTF-8
            raise CommandError(f"{path} is not TOML: {format_error(error)}") from error
        for key in section:
            table = table.get(key) if isinstance(table, dict) else None
        if table is not None:
            return _Settings(str(path), dict(_read_table(table, path)), is_file=True)
    return _Settings("", {}, is_file=True)


def _list_places(named: str | None) -> list[tuple[Path, tuple[str, ...]]]:
    """The files that may hold settings, and the keys of the table that does, in order."""
    in_project = ("tool", "typesight")
    if named is not None:
        return [(Path(named), in_project if Path(named).name == "pyproject.toml" else ())]
    own = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111 - raises where there is no home
    return [
        (Path("typesight.toml"), ()),
        (Path("pyproject.toml"), in_project),
        (Path(own) / "typesight.toml", ()),
    ]


def _read_table(table: Any, path: Path) -> Iterator[tuple[str, Any]]:
    """The settings of a table, as flags have them: texts, or True for a flag without text. Raises CommandError."""
    if not isinstance(table, dict):
        raise CommandError(f"{path}: tool.typesight is no table: write [tool.typesight]")
    if "base_url" in table and "model" not in table:  # or the key of whatever model is named would go there
        raise CommandError(f"{path}: base_url is the address of a model: give its name with model")
    for name, value in table.items():
        if name not in _KEYS:
            near = find_nearest(name.replace("-", "_"), _KEYS)
            raise CommandError(f"{path}: there is no setting {name}{f': did you mean {near}?' if near else ''}")
        text = _write_value(name, value, path)
        if text is not None:
            yield name, text


def _write_value(name: str, value: Any, path: Path) -> Any:
    """A value as its flag has it; None for a flag without text that is off."""
    if name in _METAVARS and _METAVARS[name] is None:
        if not isinstance(value, bool):
            raise CommandError(f"{path}: {name} = {value!r}: give true or false")
        return value or None
    if isinstance(value, bool):  # options that are on, off or auto
        return "on" if value else "off"
    if not isinstance(value, str | int | float):
        raise CommandError(f"{path}: {name} is a {type(value).__name__}: give a text or a number, as its flag takes it")
    if name == "schema":
        return move_schema_file(str(value), path.parent)
    return str(path.parent / str(value)) if name in _PATHS else str(value)
