"""How a schema looks in one API and mode: what is sent, who enforces it, or why it is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from typesight.cli.work.constraints import list_lost_constraints
from typesight.endpoints.endpoint import Endpoint
from typesight.endpoints.mode_selection import ModeSelector
from typesight.errors import ModeError, SchemaError
from typesight.exchange.wire import Wire
from typesight.models.modes import Capability, Mode
from typesight.schema.target import Target
from typesight.wires.wire_table import WIRES

__all__ = ["ModeView", "explain_view", "view_all_apis", "view_model"]

# Where each API has a schema in the arguments of its call.
_SCHEMA_KEYS = ("schema", "parameters", "input_schema")
_IN_PROMPT = frozenset({Mode.JSON, Mode.PROMPTED})


@dataclass(frozen=True, slots=True)
class ModeView:
    """A schema in one API and mode.

    `model` is None for any model of the API. `error` says why it is refused. `sent` are the arguments of the SDK's call
    that ask for it, `instructions` the text about it in the prompt. `enforced`: the reply is held to the schema as it
    is sent, so that typesight finds fault only with `checked_here`, and with what Python validators say. `is_used`: the
    call takes this mode if none is named.
    """

    model: str | None
    api: str
    mode: Mode
    error: str | None = None
    sent: Mapping[str, Any] | None = None
    instructions: str | None = None
    enforced: bool = False
    checked_here: tuple[str, ...] = ()
    is_used: bool = False


def view_all_apis(target: Target[Any]) -> list[ModeView]:
    """A schema in every API and mode, for a model that can do all that the API can."""
    wires = [wire for each in WIRES.values() for wire in each.values()]
    return [_view(None, wire, mode, target, Capability()) for wire in wires for mode in wire.MODES]


def view_model(target: Target[Any], endpoint: Endpoint, model: str, name: str) -> list[ModeView]:
    """A schema in the APIs and modes of a model, which is called `name`."""
    selector = ModeSelector(endpoint, model, target)
    try:
        used = selector.select()
    except (ModeError, SchemaError):
        used = None
    views = []
    for api, wire in endpoint.wires.items():
        for mode in wire.MODES:
            try:
                chosen = ModeSelector(endpoint, model, target, api=api, mode=mode).select()
            except (ModeError, SchemaError) as error:
                views.append(ModeView(name, wire.NAME, mode, error=" ".join(str(error).split())))
                continue
            is_used = used is not None and (used.api, used.mode) == (api, mode)
            views.append(_view(name, wire, mode, target, chosen.capability, is_used=is_used))
    return views


def _view(
    model: str | None, wire: Wire, mode: Mode, target: Target[Any], can: Capability, *, is_used: bool = False
) -> ModeView:
    row = wire.MODES[mode]
    try:
        sent = row.ask(target, can)
    except SchemaError as error:
        return ModeView(model, wire.NAME, mode, error=" ".join(str(error).split()))
    enforced = not wire.IS_LOCAL and (mode is Mode.JSON_SCHEMA or (mode is Mode.TOOLS and _is_strict(sent)))
    lost = [
        constraint
        for schema, member in zip(_find_schemas(sent), target.tools or (target,), strict=False)
        for constraint in list_lost_constraints(member.schema, schema, member.property_keys.name_by_key)
    ]
    return ModeView(
        model,
        wire.NAME,
        mode,
        sent=sent,
        instructions=row.write_instructions(target) if row.write_instructions else None,
        enforced=enforced,
        checked_here=tuple(lost) if enforced else (),
        is_used=is_used,
    )


def _is_strict(sent: Mapping[str, Any]) -> bool:
    """Whether every tool is strict."""
    return all(tool.get("strict", tool.get("function", {}).get("strict")) for tool in sent.get("tools", ()))


def _find_schemas(sent: Any) -> Iterator[Mapping[str, Any]]:
    """The schemas in the arguments of a call, in order."""
    if isinstance(sent, list):
        for each in sent:
            yield from _find_schemas(each)
    elif isinstance(sent, Mapping):
        for key, value in sent.items():
            if key in _SCHEMA_KEYS and isinstance(value, Mapping):
                yield value
            else:
                yield from _find_schemas(value)


def explain_view(view: ModeView, *, is_local: bool) -> str:
    """Say in a line who holds the reply to the schema, and what typesight checks itself."""
    if view.error:
        return view.error
    if is_local:
        return "read on this machine; typesight checks the record"
    if view.enforced:
        also = f"; typesight also checks {', '.join(view.checked_here)}" if view.checked_here else ""
        return f"the provider enforces the schema{also}"
    where = "the schema is in the prompt" if view.mode in _IN_PROMPT else "the schema is sent, but not enforced"
    return f"{where}; typesight checks the record"
