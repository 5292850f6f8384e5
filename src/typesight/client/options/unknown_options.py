"""Refuses options that a place does not take, and says where they belong or which name was meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from typesight.client.options.call_options import CALL_ROWS, DOCUMENT_ROWS, PARTIAL_ROWS
from typesight.client.options.many_options import RUN_ROWS
from typesight.client.options.read_options import Place
from typesight.client.options.sdk_options import CLIENT_ARGUMENTS, MESSAGE_PARAMETERS, SDK_PARAMETERS
from typesight.endpoints.call_parameters import CallParameters, find_call_parameters
from typesight.endpoints.connections import Connection
from typesight.endpoints.endpoint import Endpoint
from typesight.exchange.wire import Wire
from typesight.text.nearest_name import find_nearest

__all__ = ["list_taken_names", "refuse_client_arguments", "refuse_unknown"]

_PARAMETERS = {**SDK_PARAMETERS, **MESSAGE_PARAMETERS}

# What the SDKs call `max_tokens`, which is translated.
_TOKEN_LIMITS = frozenset({"max_completion_tokens", "max_output_tokens"})
# Options and arguments that not every call takes, and where they belong.
_HOMES = {
    **dict.fromkeys(MESSAGE_PARAMETERS, "create"),
    **dict.fromkeys(PARTIAL_ROWS.keys() - CALL_ROWS.keys(), "create_partial"),
    **dict.fromkeys(DOCUMENT_ROWS.keys() - CALL_ROWS.keys(), "extract"),
    **dict.fromkeys(RUN_ROWS, "extract_many"),
    **dict.fromkeys(("messages", "response_model"), "create"),
    "async_client": "from_provider",
    "sdk": "from_provider and typesight.extract",
    **dict.fromkeys(("api_key", "base_url"), "from_provider and typesight.extract, or to the SDK's client"),
    "engine": "from_local",
}


@dataclass(frozen=True, slots=True)
class _Destination:
    """Where a call goes: its endpoint, its wire or the first of those that it may use, and the SDK's calls for them."""

    endpoint: Endpoint
    wire: Wire
    calls: tuple[CallParameters | None, ...]


def refuse_unknown(foreign: Iterable[str], place: Place, connection: Connection, wires: Iterable[Wire]) -> None:
    """Raise TypeError for a name that is neither an option of ours here nor a parameter of the wires' SDK calls."""
    ways = list(wires)
    calls = tuple(find_call_parameters(connection, wire) for wire in ways)
    taken = _list_taken(calls, place)
    for name in sorted(foreign):
        if taken is not None and name not in taken:
            raise TypeError(_explain(name, place, _Destination(connection.endpoint, ways[0], calls), taken))


def list_taken_names(connection: Connection) -> Mapping[str, frozenset[str] | None]:
    """The parameters of the SDK's calls by API, as `refuse_unknown` lets them pass; None for a call that takes any."""
    calls = {api: find_call_parameters(connection, wire) for api, wire in connection.endpoint.wires.items()}
    return {api: _list_names(call) for api, call in calls.items()}


def refuse_client_arguments(given: Iterable[str]) -> None:
    """Raise TypeError for an argument of the SDK's client among the options of `from_provider`."""
    for name in given:
        if name in CLIENT_ARGUMENTS:
            raise TypeError(f"{name}= is for the SDK's client: give it in sdk={{{name!r}: ...}}")


def _list_taken(calls: Iterable[CallParameters | None], place: Place) -> set[str] | None:
    """List the parameters that one of the calls takes; None if one takes any name. The local reader ignores them."""
    taken: set[str] = set()
    for names in map(_list_names, calls):
        if names is None:
            return None
        taken |= names
    return taken - place.foreign


def _list_names(call: CallParameters | None) -> frozenset[str] | None:
    if call is None:
        return frozenset(_PARAMETERS)
    return None if call.names is None else frozenset(call.names)


def _explain(name: str, place: Place, goal: _Destination, taken: set[str]) -> str:
    """Say what is wrong with a name: where it belongs, or which name was meant."""
    why = _explain_known(name, place, goal)
    if why:
        return why
    here = {*place.rows, *taken, *place.arguments}
    near = find_nearest(name, {*here, *_PARAMETERS, *_HOMES, *CLIENT_ARGUMENTS})
    if near:
        where = "" if near in here else _explain_known(near, place, goal)
        return f"{name}: did you mean {near}?{f' {where}' if where else ''}"
    call = next(filter(None, goal.calls), None)
    if call is None:
        return f"{name}= is not an option of typesight"
    return (
        f"{name}= is neither an option of typesight nor a parameter of {call.call} in {call.sdk}: if only the "
        "endpoint knows it, give it in extra_body={...}"
    )


def _explain_known(name: str, place: Place, goal: _Destination) -> str | None:
    """Say where a name that is right elsewhere belongs; None for any other."""
    why = None if name in place.foreign else _explain_parameter(name, goal)
    if why:
        return why
    if name in _HOMES:
        return f"{name}= belongs to {_HOMES[name]}"
    if name in CLIENT_ARGUMENTS:
        return f"{name}= is for the SDK's client: give it there, or to from_provider in sdk={{{name!r}: ...}}"
    return None


def _explain_parameter(name: str, goal: _Destination) -> str | None:
    """Say why a parameter that an SDK's call has is not taken here; None for any other name."""
    row, call = _PARAMETERS.get(name), next(filter(None, goal.calls), None)
    if row is None or call is None:
        return None
    own, usual = [wire.NAME for wire in goal.endpoint.wires.values()], goal.wire.NAME
    there = [each for each in row.calls if each in own]
    if name in _TOKEN_LIMITS and usual not in row.calls:
        return f"{name}= is a parameter of {' and '.join(row.calls)}: give max_tokens=, which holds for every model"
    if not there:
        return f"{name}= is a parameter of {' and '.join(row.calls)}, not of {usual}{_mention_extract(name)}"
    if usual not in row.calls and len(own) > 1:
        api = next(api for api, wire in goal.endpoint.wires.items() if wire.NAME in there)
        return (
            f"{name}= is a parameter of {there[0]}, and this call goes to {usual}: give api={api!r}"
            f"{_mention_extract(name)}"
        )
    return f"{call.call} has no {name}= in {call.sdk}: install a newer version, or give extra_body={{{name!r}: ...}}"


def _mention_extract(name: str) -> str:
    return f"; extract has a {name}= of its own" if name in DOCUMENT_ROWS else ""
