"""Selects the wire and the mode of a call: the best that the model and the endpoint take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from typesight.endpoints.endpoint import Endpoint
from typesight.errors import ModeError, SchemaError
from typesight.exchange.request import Request
from typesight.exchange.wire import Wire
from typesight.models.modes import Capability, Mode
from typesight.schema.target import Target

__all__ = ["APIS", "ModeSelector", "WireMode"]

APIS = ("auto", "chat", "responses")
_PORTABLE_OPTIONS = ("max_tokens",)

_MISSING_MODES = {
    Mode.TOOLS: "takes no tools",
    Mode.JSON_SCHEMA: "has no native JSON schema output",
    Mode.JSON: "has no JSON mode",
}


@dataclass(frozen=True, slots=True)
class WireMode:
    """An endpoint with its wire, the mode, and what the model can do there. Mode None is for response_model=None."""

    endpoint: Endpoint
    mode: Mode | None
    capability: Capability

    @property
    def wire(self) -> Wire:
        """The endpoint's wire."""
        return self.endpoint.wire


@dataclass(frozen=True, slots=True)
class ModeSelector:
    """Everything that decides the wire and mode of a call: endpoint, model, target, and the caller's `api` and `mode`.

    `profile` is the name of the model's profile, which stands in for a model name that is unknown. `options` are the
    keywords for the SDK's call.
    """

    endpoint: Endpoint
    model: str
    profile: str
    target: Target[Any] | None
    api: str = "auto"
    mode: Mode | str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def switch_model(self, client: Any, model: str) -> ModeSelector:
        """Make the selector for another model, at the same endpoint or at another typesight client's.

        If the other endpoint has other wires, only the token limit is kept of the options.
        """
        endpoint: Endpoint = self.endpoint if client is None else client.endpoint
        same = endpoint.wires.keys() == self.endpoint.wires.keys()
        options = (
            self.options if same else {name: self.options[name] for name in _PORTABLE_OPTIONS if name in self.options}
        )
        asking = replace(
            self, endpoint=endpoint, model=model, profile=endpoint.find_profile(model).name, api="auto", options=options
        )
        try:
            asking.select()
        except (ModeError, SchemaError):  # the other model does not take the mode that was named
            asking = replace(asking, mode=None)
        return asking

    def rebuild_request(self, before: Request, way: WireMode) -> Request:
        """Rebuild a request for this model and endpoint; its turns stay."""
        return replace(
            before,
            model=self.model,
            vendor=self.endpoint.vendor,
            profile=self.endpoint.find_profile(self.model),
            mode=way.mode,
            capability=way.capability,
            options=self.options,
        )

    def select(self) -> WireMode:
        """Select the best wire and mode. Raises ModeError or SchemaError if none works, or not the named mode."""
        if self.target is None:
            (wire,) = self._list_wires(None)
            return WireMode(self.endpoint.with_wire(wire), None, self._find_capability(wire))
        wanted = None if self.mode is None else _read_mode(self.mode)
        errors: list[ModeError | SchemaError] = []
        for way in self._list_candidates(wanted):
            error = self._find_objection(way)
            if error is None:
                return way
            errors.append(error)
        raise errors[0]

    def _list_candidates(self, wanted: Mode | None) -> list[WireMode]:
        """List the wires and modes to try, best first; only the mode that was named, unless the endpoint refused it."""
        known = self._known_capability.modes
        ways = [
            WireMode(self.endpoint.with_wire(w), mode, self._find_capability(w))
            for mode in known
            for w in self._list_wires(mode)
        ]
        if wanted is None:
            return ways
        named = [
            WireMode(self.endpoint.with_wire(w), wanted, self._find_capability(w)) for w in self._list_wires(wanted)
        ]
        refused = wanted in known and not any(wanted in way.capability.modes for way in named)
        return [*named, *ways] if refused else named

    def _list_wires(self, mode: Mode | None) -> list[Wire]:
        """List the wires to try: the one that was named, else the default.

        Responses is tried after Chat Completions if the mode is tools and the model does not always take them there.
        """
        wires = self.endpoint.wires
        if self.api in wires:
            return [wires[self.api]]
        both = mode is Mode.TOOLS and self._known_capability.chat_tools != "always"
        return list(wires.values()) if both else list(wires.values())[:1]

    @property
    def _known_capability(self) -> Capability:
        """What the model can do at this endpoint, before any refusal."""
        return self.endpoint.find_capability(self.model, self.profile)

    def _find_capability(self, wire: Wire) -> Capability:
        return self.endpoint.with_wire(wire).subtract_refusals(self._known_capability, self.model, self.target)

    def _find_objection(self, way: WireMode) -> ModeError | SchemaError | None:
        """Find out why a wire and mode cannot be used; None if they can."""
        assert way.mode is not None
        assert self.target is not None
        if way.mode not in way.wire.MODES:
            return ModeError(f"{way.wire.NAME} has no mode {way.mode}; it has {', '.join(map(str, way.wire.MODES))}")
        if way.mode not in self._known_capability.modes:
            return ModeError(
                f"{self.model} {_MISSING_MODES[way.mode]}: use mode=Mode.{self._known_capability.modes[0].name}"
            )
        if way.mode not in way.capability.modes:
            return ModeError(f"the endpoint refused {way.mode} for {self.model}: leave mode out, or name another")
        return self._find_tools_objection(way) or _find_schema_objection(self.target, way)

    def _find_tools_objection(self, way: WireMode) -> ModeError | None:
        """Find out why a model takes no tools on this wire: Chat Completions may refuse them with reasoning."""
        if way.mode is not Mode.TOOLS or way.wire.TOOLS_WITH_REASONING or way.capability.chat_tools == "always":
            return None
        elsewhere = "use mode=Mode.JSON_SCHEMA, or api='responses'"
        if way.capability.chat_tools == "never":
            return ModeError(f"{self.model} takes no function tools in {way.wire.NAME}: {elsewhere}")
        effort = self.options.get("reasoning_effort")
        # If the caller named this wire, reasoning is switched off; otherwise Responses is used, to keep it.
        if effort == "none" or (effort is None and self.api != "auto"):
            return None
        return ModeError(
            f"{self.model} takes function tools in {way.wire.NAME} only with reasoning_effort='none': {elsewhere}"
        )


def _read_mode(given: Mode | str) -> Mode:
    try:
        return Mode(given)
    except ValueError:
        raise ModeError(f"there is no mode {given!r}; the modes are {', '.join(map(repr, map(str, Mode)))}") from None


def _find_schema_objection(target: Target[Any], way: WireMode) -> SchemaError | None:
    try:
        way.wire.MODES[way.mode or Mode.TOOLS].ask(target, way.capability)
    except SchemaError as error:
        return error
    return None
