"""Endpoint: where requests go, an SDK's client or the local reader, and the wire it speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from typesight.deadline import Deadline, mark_network_wait
from typesight.endpoints.deadline_client import apply_deadline
from typesight.endpoints.request_redirects import count_hops, guard_http_client, skip_vain_pauses
from typesight.exchange.wire import Wire
from typesight.models.endpoint_rows import LOCAL_ENDPOINT
from typesight.models.endpoint_type import EndpointRow
from typesight.models.model_at_endpoint import ModelAtEndpoint, find_capability_at, find_model_at
from typesight.models.modes import Capability, RefusedFeature, is_schema_refusal
from typesight.models.profiles import VisionProfile
from typesight.schema.target import Target
from typesight.wires import local

__all__ = ["Endpoint", "LocalEndpoint", "RawReply", "SdkEndpoint", "count_requests"]


class RawReply(Protocol):
    """An HTTP reply as the SDKs' `with_raw_response` returns it."""

    retries_taken: int

    @property
    def http_response(self) -> Any:
        """The HTTP library's own response."""
        ...

    @property
    def request_id(self) -> str | None:
        """The provider's id of the request."""
        ...

    def parse(self) -> Any:
        """Return the SDK's own reply object, or on some asynchronous clients an awaitable of it."""
        ...


def count_requests(outcome: RawReply | BaseException) -> int:
    """Count the HTTP requests behind a reply or an SDK's error, including redirects."""
    response = getattr(outcome, "http_response", None) or getattr(outcome, "response", None)
    return count_hops(response) or getattr(outcome, "retries_taken", 0) + 1


class Endpoint(Protocol):
    """Where a request goes: an SDK's client or the local reader."""

    @property
    def wire(self) -> Wire:
        """The wire that requests use."""
        ...

    @property
    def wires(self) -> Mapping[str, Wire]:
        """All wires that the endpoint speaks, by name; the first is the default."""
        ...

    @property
    def vendor(self) -> str:
        """The provider whose prices apply, as genai-prices names it."""
        ...

    @property
    def max_retries(self) -> int:
        """How often the SDK repeats a request after a transport error."""
        ...

    def find_model(self, model: str, given: str | VisionProfile | None = None) -> ModelAtEndpoint:
        """Find what is known about the model at this endpoint; `given` is the option `profile` of the call."""
        ...

    def find_profile(self, model: str, given: str | VisionProfile | None = None) -> VisionProfile:
        """Find the model's vision profile at this endpoint; `given` is the option `profile` of the call."""
        ...

    def with_wire(self, wire: Wire) -> Endpoint:
        """A copy of this endpoint that uses one of its wires."""
        ...

    def find_capability(self, model: str, profile: str) -> Capability:
        """Find what the model can do at this endpoint, by its name, or if that is unknown by its profile's name."""
        ...

    def subtract_refusals(self, capability: Capability, model: str, target: Target[Any] | None = None) -> Capability:
        """Remove from a capability what this endpoint has refused on this wire, for any schema or the target's."""
        ...

    def remember_refusal(self, model: str, refused: RefusedFeature, target: Target[Any] | None = None) -> None:
        """Remember a refusal as long as the client lives; one of a schema applies to targets with that schema."""
        ...

    def make_sender(self, max_retries: int, deadline: Deadline | None = None) -> Callable[..., Any]:
        """Make the function that takes an encoded request and returns a RawReply, or an awaitable of one.

        The deadline shortens the timeouts of the client and of the call; no request starts after it.
        """
        ...

    def close(self) -> Any:
        """Close the connections; returns an awaitable if the client is asynchronous."""
        ...


@dataclass(frozen=True)
class SdkEndpoint:
    """A client of an official SDK, and the row of the endpoint that it talks to.

    `refusals` is state, shared by all copies for the same client. It maps (wire, model, digest) to what was refused;
    the digest is the schema's if only that schema was refused, else "".
    """

    client: Any
    wire: Wire
    wires: Mapping[str, Wire]
    vendor: str
    row: EndpointRow
    given_profile: VisionProfile | None = None
    refusals: dict[tuple[str, str, str], tuple[RefusedFeature, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def max_retries(self) -> int:
        """The `max_retries` of the SDK's client."""
        return int(self.client.max_retries)

    def find_model(self, model: str, given: str | VisionProfile | None = None) -> ModelAtEndpoint:
        """Find what is known by the profile of the call, else by that of the client, else by the model's name."""
        return find_model_at(self.row, model, self.given_profile if given is None else given)

    def find_profile(self, model: str, given: str | VisionProfile | None = None) -> VisionProfile:
        """Return the profile of the call, else that of the client, else the one for the model's name."""
        return self.find_model(model, given).profile

    def with_wire(self, wire: Wire) -> SdkEndpoint:
        """A copy with the same client that calls another of its methods."""
        return replace(self, wire=wire)

    def find_capability(self, model: str, profile: str) -> Capability:
        """Find what the model can do, less what a gateway lacks."""
        return find_capability_at(self.row, model, profile)

    def subtract_refusals(self, capability: Capability, model: str, target: Target[Any] | None = None) -> Capability:
        """Remove what was refused of a capability, for any schema or for the target's."""
        for digest in {"", target.digest if target else ""}:
            for refused in self.refusals.get((self.wire.NAME, model, digest), ()):
                capability = capability.drop_feature(refused)
        return capability

    def remember_refusal(self, model: str, refused: RefusedFeature, target: Target[Any] | None = None) -> None:
        """Remember a refusal, with the schema's digest if only that schema was refused."""
        key = (self.wire.NAME, model, target.digest if target and is_schema_refusal(refused) else "")
        self.refusals[key] = (*self.refusals.get(key, ()), refused)

    def make_sender(self, max_retries: int, deadline: Deadline | None = None) -> Callable[..., Any]:
        """Make a raw call of the SDK's `create` with that many transport retries; each redirect counts as one."""
        http_client = guard_http_client(self.client._client, max_retries + 1)  # the SDKs do not count redirects
        client = self.client.with_options(max_retries=max_retries, http_client=http_client)
        skip_vain_pauses(client, http_client)
        resource = apply_deadline(client, deadline) if deadline else client
        for name in self.wire.CLIENT_PATH:
            resource = getattr(resource, name)
        create = resource.with_raw_response.create

        def send(**options: Any) -> Any:
            arguments = self.wire.extend_timeout(options, client.timeout)
            with mark_network_wait():
                return create(**arguments)

        return send

    def close(self) -> Any:
        """Close the connections of the SDK's client."""
        return self.client.close()


@dataclass(frozen=True, slots=True)
class _LocalReply:
    """The local reader's reply, which has no HTTP response."""

    reply: Any
    retries_taken: int = 0
    request_id: str | None = None
    http_response: None = None

    def parse(self) -> Any:
        return self.reply


@dataclass(frozen=True)
class LocalEndpoint:
    """The OCR reader on this machine; in asynchronous code it runs in a thread."""

    reader: local.LocalReader
    is_async: bool
    vendor: str = LOCAL_ENDPOINT.vendor
    max_retries: int = 0

    @property
    def wire(self) -> Wire:
        """The local reader's wire."""
        return local

    @property
    def wires(self) -> Mapping[str, Wire]:
        """Only the local reader's wire."""
        return {LOCAL_ENDPOINT.name: local}

    def with_wire(self, wire: Wire) -> LocalEndpoint:
        """Return this endpoint: it has only one wire."""
        del wire
        return self

    def find_model(self, model: str, given: str | VisionProfile | None = None) -> ModelAtEndpoint:
        """Find what the local reader does, with its own profile, or the VisionProfile of the call."""
        profile = given if isinstance(given, VisionProfile) else LOCAL_ENDPOINT.opaque
        return find_model_at(LOCAL_ENDPOINT, model, profile)

    def find_capability(self, model: str, profile: str) -> Capability:
        """Find what the local reader can do."""
        return find_capability_at(LOCAL_ENDPOINT, model, profile)

    def subtract_refusals(self, capability: Capability, model: str, target: Target[Any] | None = None) -> Capability:
        """Return the capability unchanged: the reader refuses nothing."""
        del model, target
        return capability

    def remember_refusal(self, model: str, refused: RefusedFeature, target: Target[Any] | None = None) -> None:
        """Do nothing: the reader refuses nothing."""

    def find_profile(self, model: str, given: str | VisionProfile | None = None) -> VisionProfile:
        """Return the local profile, which leaves pixels unchanged, or the VisionProfile of the call."""
        return self.find_model(model, given).profile

    def make_sender(self, max_retries: int, deadline: Deadline | None = None) -> Callable[..., Any]:
        """Make a call of the reader's `create`, in a thread if the client is asynchronous."""
        del max_retries
        create = partial(self._create, deadline=deadline)
        return partial(asyncio.to_thread, create) if self.is_async else create

    def close(self) -> Any:
        """Do nothing: the reader has no connections."""
        return asyncio.sleep(0) if self.is_async else None

    def _create(self, **arguments: Any) -> _LocalReply:
        return _LocalReply(self.reader.create(**arguments))
