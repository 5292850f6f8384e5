"""Endpoint: where requests go, as a value: what is known there, without a connection to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from typesight.exchange.wire import Wire
from typesight.models.endpoint_rows import LOCAL_ENDPOINT
from typesight.models.endpoint_type import EndpointRow
from typesight.models.model_at_endpoint import ModelAtEndpoint, find_model_at
from typesight.models.modes import Capability, RefusedFeature, is_schema_refusal
from typesight.models.profiles import VisionProfile
from typesight.schema.target import Target
from typesight.wires.wire_table import WIRES

__all__ = ["Endpoint", "make_reader_endpoint"]


@dataclass(frozen=True)
class Endpoint:
    """Where requests go: the SDK that speaks to it ("openai", "anthropic", "local"), and what is known about it.

    It holds no connection, so it can be pickled. `given_profile` is the client's option `profile`. Two things are
    state, and live as long as the client: `known`, the models that were looked up, by name and profile of the call, and
    `refusals`, (API, model, digest) -> what was refused; the digest is the schema's if only that schema was refused,
    else "".
    """

    sdk: str
    row: EndpointRow
    given_profile: VisionProfile | None = None
    known: dict[tuple[str, Any], ModelAtEndpoint] = field(default_factory=dict, repr=False, compare=False)
    refusals: dict[tuple[str, str, str], tuple[RefusedFeature, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def vendor(self) -> str:
        """The provider whose prices apply, as genai-prices names it."""
        return self.row.vendor

    @cached_property
    def wires(self) -> Mapping[str, Wire]:
        """The wires that the endpoint speaks, by API; the first is the default."""
        return WIRES[self.sdk]

    @property
    def default_wire(self) -> Wire:
        """The wire that requests use unless something needs another."""
        return next(iter(self.wires.values()))

    def find_profile(self, model: str, given: str | VisionProfile | None = None) -> VisionProfile:
        """Return the profile of the call, else that of the client, else the one for the model's name."""
        return self.find_model(model, given).profile

    def find_model(self, model: str, given: str | VisionProfile | None = None) -> ModelAtEndpoint:
        """Find what is known about a model, looked up once; `given` is the option `profile` of the call."""
        found = self.known.get((model, given))
        if found is None:
            found = find_model_at(self.row, model, self.given_profile if given is None else given)
            self.known[model, given] = found
        return found

    def __getstate__(self) -> dict[str, Any]:
        """Leave the wires, which are modules, out of the pickle."""
        return {name: value for name, value in self.__dict__.items() if name != "wires"}

    def subtract_refusals(self, capability: Capability, api: str, model: str, target: Target[Any] | None) -> Capability:
        """Remove from a capability what was refused, for any schema or for the target's."""
        if not self.refusals:
            return capability
        for digest in {"", target.digest if target else ""}:
            for refused in self.refusals.get((api, model, digest), ()):
                capability = capability.drop_feature(refused)
        return capability

    def remember_refusal(
        self, refused: RefusedFeature, api: str, model: str, target: Target[Any] | None = None
    ) -> None:
        """Remember a refusal, with the schema's digest if only that schema was refused."""
        key = (api, model, target.digest if target and is_schema_refusal(refused) else "")
        known = self.refusals.get(key, ())
        if refused not in known:  # of many calls at once, each learns it by itself
            self.refusals[key] = (*known, refused)


def make_reader_endpoint() -> Endpoint:
    """Make the endpoint of the local reader."""
    return Endpoint("local", LOCAL_ENDPOINT, LOCAL_ENDPOINT.opaque)
