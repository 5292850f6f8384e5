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
    mode: Mode | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def switch_model(self, client: Any, model: str) -> ModeSelector:
        """Make the selector for another model, at the same endpoint or at another typesight client's.

        If the other endpoint has other wires, only the token limit is kept of the options.
        """
        endpoint: Endpoint = self.endpoint if client is None else client._endpoint
        same_wires = endpoint.wires.keys() == self.endpoint.wires.keys()
        options = (
            self.options
            if same_wires
            else {name: self.options[name] for name in _PORTABLE_OPTIONS if name in self.options}
        )
        selector = replace(
            self, endpoint=endpoint, model=model, profile=endpoint.find_profile(model).name, api="auto", options=options
        )
        try:
            selector.select()
        except (ModeError, SchemaError):  # the other model does not take the mode that was named
            selector = replace(selector, mode=None)
        return selector

    def rebuild_request(self, request: Request, wire_mode: WireMode) -> Request:
        """Rebuild a request for this model and endpoint; its turns stay."""
        return replace(
            request,
            model=self.model,
            vendor=self.endpoint.vendor,
            profile=self.endpoint.find_profile(self.model),
            mode=wire_mode.mode,
            capability=wire_mode.capability,
            options=self.options,
        )

    def select(self) -> WireMode:
        """Select the best wire and mode. Raises ModeError or SchemaError if none works, or not the named mode."""
        if self.target is None:
            (wire,) = self._list_wires(None)
            return WireMode(self.endpoint.with_wire(wire), None, self._find_capability(wire))
        errors: list[ModeError | SchemaError] = []
        for wire_mode in self._list_candidates(self.mode):
            error = self._find_objection(wire_mode)
            if error is None:
                return wire_mode
            errors.append(error)
        raise errors[0]

    def _list_candidates(self, wanted: Mode | None) -> list[WireMode]:
        """List the wires and modes to try, best first; only the mode that was named, unless the endpoint refused it."""
        known = self._known_capability.modes
        candidates = [
            WireMode(self.endpoint.with_wire(wire), mode, self._find_capability(wire))
            for mode in known
            for wire in self._list_wires(mode)
        ]
        if wanted is None:
            return candidates
        named = [
            WireMode(self.endpoint.with_wire(wire), wanted, self._find_capability(wire))
            for wire in self._list_wires(wanted)
        ]
        refused = wanted in known and not any(wanted in wire_mode.capability.modes for wire_mode in named)
        return [*named, *candidates] if refused else named

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

    def _find_objection(self, wire_mode: WireMode) -> ModeError | SchemaError | None:
        """Find out why a wire and mode cannot be used; None if they can."""
        mode, wire = wire_mode.mode, wire_mode.wire
        assert mode is not None
        assert self.target is not None
        if mode not in wire.MODES:
            return ModeError(f"{wire.NAME} has no mode {mode}; it has {', '.join(map(str, wire.MODES))}")
        if mode not in self._known_capability.modes:
            return ModeError(
                f"{self.model} {_MISSING_MODES[mode]}: use mode=Mode.{self._known_capability.modes[0].name}"
            )
        if mode not in wire_mode.capability.modes:
            return ModeError(f"the endpoint refused {mode} for {self.model}: leave mode out, or name another")
        return self._find_tools_objection(wire_mode) or _find_schema_objection(self.target, wire_mode)

    def _find_tools_objection(self, wire_mode: WireMode) -> ModeError | None:
        """Find out why a model takes no tools on this wire: Chat Completions may refuse them with reasoning."""
        if (
            wire_mode.mode is not Mode.TOOLS
            or wire_mode.wire.TOOLS_WITH_REASONING
            or wire_mode.capability.chat_tools == "always"
        ):
            return None
        elsewhere = "use mode=Mode.JSON_SCHEMA, or api='responses'"
        if wire_mode.capability.chat_tools == "never":
            return ModeError(f"{self.model} takes no function tools in {wire_mode.wire.NAME}: {elsewhere}")
        effort = self.options.get("reasoning_effort")
        # If the caller named this wire, reasoning is switched off; otherwise Responses is used, to keep it.
        if effort == "none" or (effort is None and self.api != "auto"):
            return None
        return ModeError(
            f"{self.model} takes function tools in {wire_mode.wire.NAME} only with reasoning_effort='none': {elsewhere}"
        )


def _find_schema_objection(target: Target[Any], wire_mode: WireMode) -> SchemaError | None:
    try:
        wire_mode.wire.MODES[wire_mode.mode or Mode.TOOLS].ask(target, wire_mode.capability)
    except SchemaError as error:
        return error
    return None
