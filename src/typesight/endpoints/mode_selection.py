"""Selects the API and the mode of a call: the best that the model and the endpoint take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from typesight.endpoints.endpoint import Endpoint
from typesight.errors import ModeError, SchemaError
from typesight.exchange.request import Request
from typesight.exchange.wire import Wire
from typesight.models.modes import Capability, Mode
from typesight.models.profiles import VisionProfile
from typesight.schema.target import Target

__all__ = ["APIS", "ModeSelector", "WireMode"]

APIS = ("auto", "chat", "responses")
_PORTABLE_OPTIONS = ("max_tokens",)

_MISSING_MODES = {
    Mode.TOOLS: "takes no tools",
    Mode.JSON_SCHEMA: "has no native JSON schema output",
    Mode.JSON: "has no JSON mode",
}


@dataclass(frozen=True)
class WireMode:
    """An endpoint, the API it is asked by, the mode, and what the model can do there.

    Mode None is for response_model=None.
    """

    endpoint: Endpoint
    api: str
    mode: Mode | None
    capability: Capability

    @cached_property
    def wire(self) -> Wire:
        """The wire of the API."""
        return self.endpoint.wires[self.api]

    def __getstate__(self) -> dict[str, Any]:
        """Leave the wire, which is a module, out of the pickle."""
        return {name: value for name, value in self.__dict__.items() if name != "wire"}


@dataclass(frozen=True, slots=True)
class ModeSelector:
    """Everything that decides the wire and mode of a call: endpoint, model, target, and the caller's `api` and `mode`.

    `given_profile` is the option `profile` of the call, `options` are the keywords for the SDK's call.
    """

    endpoint: Endpoint
    model: str
    target: Target[Any] | None
    given_profile: str | VisionProfile | None = None
    api: str = "auto"
    mode: Mode | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def switch_model(self, endpoint: Endpoint | None, model: str) -> ModeSelector:
        """Make the selector for another model, at the same endpoint or at another one.

        If the other endpoint has other wires, only the token limit is kept of the options.
        """
        endpoint = endpoint or self.endpoint
        same_wires = endpoint.wires.keys() == self.endpoint.wires.keys()
        options = (
            self.options
            if same_wires
            else {name: self.options[name] for name in _PORTABLE_OPTIONS if name in self.options}
        )
        selector = replace(self, endpoint=endpoint, model=model, given_profile=None, api="auto", options=options)
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
        """Select the best API and mode. Raises ModeError or SchemaError if none works, or not the named mode."""
        known = self.endpoint.find_model(self.model, self.given_profile).capability
        if self.target is None:
            return self._make(known, self._list_apis(None, known)[0], None)
        errors: list[ModeError | SchemaError] = []
        for wire_mode in self._list_candidates(self.mode, known):
            error = self._find_objection(wire_mode, self.target, known)
            if error is None:
                return wire_mode
            errors.append(error)
        raise errors[0]

    def _make(self, known: Capability, api: str, mode: Mode | None) -> WireMode:
        can = self.endpoint.subtract_refusals(known, api, self.model, self.target)
        return WireMode(self.endpoint, api, mode, can)

    def _list_candidates(self, wanted: Mode | None, known: Capability) -> Iterator[WireMode]:
        """List the APIs and modes to try, best first; only the mode that was named, unless the endpoint refused it."""
        if wanted is not None:
            named = [self._make(known, api, wanted) for api in self._list_apis(wanted, known)]
            yield from named
            if wanted not in known.modes or any(wanted in wire_mode.capability.modes for wire_mode in named):
                return
        for mode in known.modes:
            for api in self._list_apis(mode, known):
                yield self._make(known, api, mode)

    def _list_apis(self, mode: Mode | None, known: Capability) -> list[str]:
        """List the APIs to try: the one that was named, else the default.

        Responses is tried after Chat Completions if the mode is tools and the model does not always take them there.
        """
        apis = list(self.endpoint.wires)
        if self.api in apis:
            return [self.api]
        return apis if mode is Mode.TOOLS and known.chat_tools != "always" else apis[:1]

    def _find_objection(
        self, wire_mode: WireMode, target: Target[Any], known: Capability
    ) -> ModeError | SchemaError | None:
        """Find out why an API and mode cannot be used; None if they can."""
        mode, wire = wire_mode.mode, wire_mode.wire
        assert mode is not None
        if mode not in wire.MODES:
            return ModeError(f"{wire.NAME} has no mode {mode}; it has {', '.join(map(str, wire.MODES))}")
        if mode not in known.modes:
            return ModeError(f"{self.model} {_MISSING_MODES[mode]}: use mode=Mode.{known.modes[0].name}")
        if mode not in wire_mode.capability.modes:
            return ModeError(f"the endpoint refused {mode} for {self.model}: leave mode out, or name another")
        return self._find_tools_objection(wire_mode) or _find_schema_objection(target, wire_mode)

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
