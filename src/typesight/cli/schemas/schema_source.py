"""Loads the type that `--schema` names or describes, as a target."""

from __future__ import annotations

import argparse
from typing import Any

from typesight.cli.exit_codes import CommandError
from typesight.cli.schemas.inline_schema import build_inline_model
from typesight.cli.schemas.python_schemas import load_from_file, load_from_module
from typesight.cli.schemas.schema_forms import SchemaForm, find_schema_form
from typesight.cli.stderr import format_error
from typesight.errors import SchemaError
from typesight.schema.target import Target, make_target

__all__ = ["load_given_target", "load_target"]

_LOADERS = {
    SchemaForm.FILE: load_from_file,
    SchemaForm.MODULE: load_from_module,
    SchemaForm.FIELDS: build_inline_model,
}


def load_given_target(given: argparse.Namespace) -> Target[Any]:
    """The target of a command's arguments, after `apply_settings`. Raises CommandError."""
    if not given.schema:
        raise CommandError(
            "no schema: give --schema FILE.py:Model, package.module:Model or fields such as "
            '"company, date: date, total: decimal"; or set TYPESIGHT_SCHEMA, or schema in typesight.toml'
        )
    return load_target(given.schema, given.origins.get("schema", "--schema"))


def load_target(text: str, origin: str = "--schema") -> Target[Any]:
    """The type that a text names or describes, as a target; `origin` says where the text is from. Raises CommandError.

    Runs the Python file or module that the text names.
    """
    named = f"{origin} {text}"
    form = find_schema_form(text)
    kind = _LOADERS[form](text, named if form is not SchemaForm.FIELDS else origin)
    try:
        return make_target(kind)
    except SchemaError as error:
        raise CommandError(f"{named}: {format_error(error)}") from error
    except Exception as error:  # pydantic raises its own errors for names that it cannot resolve
        why = f"{type(error).__name__}: {format_error(error)}"
        raise CommandError(f"{named}: {text.rpartition(':')[2]} cannot be a response_model: {why}") from error
