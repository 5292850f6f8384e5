"""Way: how one call is asked, in which wire and which mode; and how the best way is found."""

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

__all__ = ["APIS", "Asking", "Way"]

APIS = ("auto", "chat", "responses")
_PORTABLE = ("max_tokens",)

_LACKS = {
    Mode.TOOLS: "takes no tools",
    Mode.JSON_SCHEMA: "has no native JSON schema output",
    Mode.JSON: "has no JSON mode",
}


@dataclass(frozen=True, slots=True)
class Way:
    """An endpoint spoken to in one wire, the mode there, and what the model takes. Mode None: no record is wanted."""

    endpoint: Endpoint
    mode: Mode | None
    can: Capability

    @property
    def wire(self) -> Wire:
        """The wire that is spoken."""
        return self.endpoint.wire


@dataclass(frozen=True, slots=True)
class Asking:
    """What decides how a call is asked: the endpoint, the model, what is wanted, and what the caller named.

    `profile` is the name of the profile that holds, which tells of a model whose own name is opaque. `options` are
    the keywords for the SDK's call.
    """

    endpoint: Endpoint
    model: str
    profile: str
    target: Target[Any] | None
    api: str = "auto"
    mode: Mode | str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def to(self, client: Any, model: str) -> Asking:
        """How another model is asked for the same: at the same endpoint, or at a typesight client's.

        Options of one provider's call mean nothing to another's, but for the limit of the reply.
        """
        endpoint: Endpoint = self.endpoint if client is None else client.endpoint
        same = endpoint.wires.keys() == self.endpoint.wires.keys()
        options = self.options if same else {name: self.options[name] for name in _PORTABLE if name in self.options}
        asking = replace(
            self, endpoint=endpoint, model=model, profile=endpoint.profile(model).name, api="auto", options=options
        )
        try:
            asking.way()
        except (ModeError, SchemaError):  # the mode that was named is the other model's
            asking = replace(asking, mode=None)
        return asking

    def request(self, before: Request, way: Way) -> Request:
        """A request as this asks for it, with the turns of another."""
        return replace(
            before,
            model=self.model,
            vendor=self.endpoint.vendor,
            profile=self.endpoint.profile(self.model),
            mode=way.mode,
            can=way.can,
            options=self.options,
        )

    def way(self) -> Way:
        """The best way to ask. Raises ModeError or SchemaError where there is none, or none in the mode named."""
        if self.target is None:
            (wire,) = self._wires(None)
            return Way(self.endpoint.speaking(wire), None, self._can(wire))
        wanted = None if self.mode is None else _mode(self.mode)
        errors: list[ModeError | SchemaError] = []
        for way in self._ways(wanted):
            error = self._objection(way)
            if error is None:
                return way
            errors.append(error)
        raise errors[0]

    def _ways(self, wanted: Mode | None) -> list[Way]:
        """Every way to try, the best first: the mode that was named alone, unless the endpoint has refused it."""
        known = self._known.modes
        ways = [Way(self.endpoint.speaking(w), mode, self._can(w)) for mode in known for w in self._wires(mode)]
        if wanted is None:
            return ways
        named = [Way(self.endpoint.speaking(w), wanted, self._can(w)) for w in self._wires(wanted)]
        refused = wanted in known and not any(wanted in way.can.modes for way in named)
        return [*named, *ways] if refused else named

    def _wires(self, mode: Mode | None) -> list[Wire]:
        """The wires that may be spoken: the one that was named, else the usual one.

        Responses comes second to Chat Completions for tools of a model that does not take them there as it is.
        """
        wires = self.endpoint.wires
        if self.api in wires:
            return [wires[self.api]]
        both = mode is Mode.TOOLS and self._known.chat_tools != "always"
        return list(wires.values()) if both else list(wires.values())[:1]

    @property
    def _known(self) -> Capability:
        """What is known of the model where it is."""
        return self.endpoint.capability(self.model, self.profile)

    def _can(self, wire: Wire) -> Capability:
        return self.endpoint.speaking(wire).left_of(self._known, self.model, self.target)

    def _objection(self, way: Way) -> ModeError | SchemaError | None:
        """Why a way cannot be gone."""
        assert way.mode is not None
        assert self.target is not None
        if way.mode not in way.wire.MODES:
            return ModeError(f"{way.wire.NAME} has no mode {way.mode}; it has {', '.join(map(str, way.wire.MODES))}")
        if way.mode not in self._known.modes:
            return ModeError(f"{self.model} {_LACKS[way.mode]}: use mode=Mode.{self._known.modes[0].name}")
        if way.mode not in way.can.modes:
            return ModeError(f"{self.model} was refused {way.mode} by its endpoint: leave mode out, or name another")
        return self._objection_to_tools(way) or _not_carried(self.target, way)

    def _objection_to_tools(self, way: Way) -> ModeError | None:
        """What Chat Completions has against tools beside reasoning; Responses has nothing."""
        if way.mode is not Mode.TOOLS or way.wire.TOOLS_BESIDE_REASONING or way.can.chat_tools == "always":
            return None
        elsewhere = "use mode=Mode.JSON_SCHEMA, or api='responses'"
        if way.can.chat_tools == "never":
            return ModeError(f"{self.model} takes no function tools in {way.wire.NAME}: {elsewhere}")
        effort = self.options.get("reasoning_effort")
        # Reasoning is switched off for a caller who named this wire; otherwise it is worth the other one.
        if effort == "none" or (effort is None and self.api != "auto"):
            return None
        return ModeError(
            f"{self.model} takes function tools in {way.wire.NAME} only with reasoning_effort='none': {elsewhere}"
        )


def _mode(given: Mode | str) -> Mode:
    try:
        return Mode(given)
    except ValueError:
        raise ModeError(f"there is no mode {given!r}; there are {', '.join(map(repr, map(str, Mode)))}") from None


def _not_carried(target: Target[Any], way: Way) -> SchemaError | None:
    try:
        way.wire.MODES[way.mode or Mode.TOOLS].ask(target, way.can)
    except SchemaError as error:
        return error
    return None
