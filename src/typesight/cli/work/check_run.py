"""The work of `typesight check`: how each provider sees a schema."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TextIO

from typesight.cli.exit_codes import CommandError, ExitCode
from typesight.cli.schemas.schema_source import load_given_target
from typesight.cli.settings.config_file import apply_settings
from typesight.cli.stderr import escape_controls, say_error
from typesight.cli.work.mode_views import ModeView, explain_view, view_all_apis, view_model
from typesight.cli.work.plain_output import print_result
from typesight.endpoints.client_by_name import find_named_row
from typesight.endpoints.recognise_client import find_endpoint
from typesight.models.endpoint_rows import LOCAL_ENDPOINT
from typesight.schema.target import Target
from typesight.wires import local

__all__ = ["run"]


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Print how the schema looks in each API and mode; exit code 2 if a model takes it in none."""
    apply_settings(given)
    models = [given.model] if isinstance(given.model, str) else given.model or []
    target = load_given_target(given)
    origin = given.origins.get("model", "--model")
    groups = [_view_name(target, model, origin) for model in models] or [view_all_apis(target)]
    views = [view for group in groups for view in group]
    print_result(
        json.dumps([_write_view(view) for view in views], indent=2) if given.json else _write_table(views), stdout
    )
    lost = [group[0].model or "no API" for group in groups if all(view.error for view in group)]
    for name in lost:
        say_error(f"{name} takes {target.name} in no mode")
    return ExitCode.CANNOT_BEGIN if lost else ExitCode.DONE


def _view_name(target: Target[Any], name: str, origin: str) -> list[ModeView]:
    """The views of a model by its name, which `origin` gave. Raises CommandError if its endpoint is not known."""
    try:
        if name != LOCAL_ENDPOINT.name:
            find_named_row(name)
    except ValueError as error:
        raise CommandError(f"{origin}: {error}") from error
    endpoint, model = find_endpoint(name)
    return view_model(target, endpoint, model, name)


def _write_view(view: ModeView) -> dict[str, Any]:
    """A view as JSON data."""
    return {"ok": view.error is None, **{each.name: _copy(getattr(view, each.name)) for each in fields(view)}}


def _copy(value: Any) -> Any:
    """Mappings of any kind as dicts, which JSON knows."""
    if hasattr(value, "items"):
        return {key: _copy(each) for key, each in value.items()}
    return [_copy(each) for each in value] if isinstance(value, list | tuple) else value


def _write_table(views: Sequence[ModeView]) -> str:
    """A heading for each model and API, and a line for each mode."""
    width = max(len(view.mode) for view in views)
    lines: list[str] = []
    last: tuple[str | None, str] | None = None
    for view in views:
        if (view.model, view.api) != last:
            last = (view.model, view.api)
            lines += [*([""] if lines else []), f"{view.model}: {view.api}" if view.model else view.api]
        result = "refused" if view.error else "used" if view.is_used else "ok"
        says = explain_view(view, is_local=view.api == local.NAME)
        lines.append(f"  {view.mode:{width}}  {result:7}  {escape_controls(says)}")
    return "\n".join(lines)
