"""Endpoint: an SDK's client, the wire it speaks, and how one request goes through it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from typesight.deadline import Deadline, mark_network_wait
from typesight.endpoints.deadline_client import apply_deadline
from typesight.endpoints.request_redirects import count_hops, guard_http_client
from typesight.exchange.wire import Wire
from typesight.models.endpoint_profiles import find_profile_at, read_profile_at
from typesight.models.endpoint_type import EndpointRow
from typesight.models.modes import Capability, RefusedFeature, find_capability, is_schema_refusal
from typesight.models.profiles import LOCAL_PROFILE, VisionProfile
from typesight.schema.target import Target
from typesight.wires import local

__all__ = ["Endpoint", "LocalEndpoint", "RawReply", "SdkEndpoint", "count_requests"]


class RawReply(Protocol):
    """An HTTP reply as the SDKs' `with_raw_response` gives it."""

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
        """The SDK's own reply object; an awaitable of it on some asynchronous clients."""
        ...


def count_requests(outcome: RawReply | BaseException) -> int:
    """How many HTTP requests a reply took, or an SDK's error, hops of redirects included."""
    response = getattr(outcome, "http_response", None) or getattr(outcome, "response", None)
    return count_hops(response) or getattr(outcome, "retries_taken", 0) + 1


class Endpoint(Protocol):
    """Somewhere a request can go."""

    @property
    def wire(self) -> Wire:
        """The language spoken there."""
        ...

    @property
    def wires(self) -> Mapping[str, Wire]:
        """All languages that can be spoken there, by name; the first is the usual one."""
        ...

    @property
    def vendor(self) -> str:
        """Whose prices hold."""
        ...

    @property
    def max_retries(self) -> int:
        """How often the SDK sends a request again by itself when transport fails."""
        ...

    def find_profile(self, model: str, given: str | VisionProfile | None = None) -> VisionProfile:
        """What the model takes of a picture here; `given` is what the caller says that it can do."""
        ...

    def with_wire(self, wire: Wire) -> Endpoint:
        """The same endpoint, spoken to in one of its wires."""
        ...

    def find_capability(self, model: str, profile: str) -> Capability:
        """What the model takes here, by its name, or by its profile's where its own is opaque."""
        ...

    def subtract_refusals(self, can: Capability, model: str, target: Target[Any] | None = None) -> Capability:
        """What a model can for a target, less what this endpoint was seen to refuse on this wire."""
        ...

    def remember_refusal(self, model: str, refused: RefusedFeature, target: Target[Any] | None = None) -> None:
        """Remember what was refused, for as long as the client lives: of one schema, for targets that have it."""
        ...

    def make_sender(self, max_retries: int, deadline: Deadline | None = None) -> Callable[..., Any]:
        """The call that takes an encoded request and gives a Reply, or an awaitable of one.

        The deadline shortens the timeouts of the client and of the call, and lets no request begin after it.
        """
        ...

    def close(self) -> Any:
        """Close the connections; an awaitable where the client is asynchronous."""
        ...


@dataclass(frozen=True)
class SdkEndpoint:
    """A client of an official SDK, and what the endpoint that it talks to makes of pictures.

    `refusals` has state, shared by all that stand for the same client: what was refused, by wire, model and, where it
    was the schema that was too much, its digest ("" elsewhere).
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
        """As the client was made."""
        return int(self.client.max_retries)

    def find_profile(self, model: str, given: str | VisionProfile | None = None) -> VisionProfile:
        """The profile given for this call, else for this client, else the one of the model's name."""
        if given is not None:
            return read_profile_at(given, self.row)
        return self.given_profile or find_profile_at(self.row, model)

    def with_wire(self, wire: Wire) -> SdkEndpoint:
        """The same client, asked through another of its methods."""
        return replace(self, wire=wire)

    def find_capability(self, model: str, profile: str) -> Capability:
        """As its maker says, unless it is behind a gateway."""
        known = find_capability(model, profile)
        gateway = None if self.row.serves_as_maker(model) else self.row.gateway
        return gateway.limit_capability(known) if gateway else known

    def subtract_refusals(self, can: Capability, model: str, target: Target[Any] | None = None) -> Capability:
        """What is left of it after what was refused, of any schema and of the target's."""
        for digest in {"", target.digest if target else ""}:
            for refused in self.refusals.get((self.wire.NAME, model, digest), ()):
                can = can.drop_feature(refused)
        return can

    def remember_refusal(self, model: str, refused: RefusedFeature, target: Target[Any] | None = None) -> None:
        """Remember what was refused."""
        key = (self.wire.NAME, model, target.digest if target and is_schema_refusal(refused) else "")
        self.refusals[key] = (*self.refusals.get(key, ()), refused)

    def make_sender(self, max_retries: int, deadline: Deadline | None = None) -> Callable[..., Any]:
        """The SDK's `create`, raw, with so many transport retries left, each hop of a redirect one of them."""
        http_client = guard_http_client(self.client._client, max_retries + 1)  # no SDK tells it otherwise
        client = self.client.with_options(max_retries=max_retries, http_client=http_client)
        found = apply_deadline(client, deadline) if deadline else client
        for name in self.wire.CLIENT_PATH:
            found = getattr(found, name)
        create = found.with_raw_response.create

        def send(**asked: Any) -> Any:
            patient = self.wire.extend_timeout(asked, client.timeout)
            with mark_network_wait():
                return create(**patient)

        return send

    def close(self) -> Any:
        """Those of the SDK's client."""
        return self.client.close()


@dataclass(frozen=True, slots=True)
class _LocalReply:
    """The reader's reply, which no HTTP carried."""

    reply: Any
    retries_taken: int = 0
    request_id: str | None = None
    http_response: None = None

    def parse(self) -> Any:
        return self.reply


@dataclass(frozen=True)
class LocalEndpoint:
    """The reader of this machine; in asynchronous code it reads in a thread."""

    reader: local.LocalReader
    is_async: bool
    vendor: str = "local"
    max_retries: int = 0

    @property
    def wire(self) -> Wire:
        """The reader's own."""
        return local

    @property
    def wires(self) -> Mapping[str, Wire]:
        """The reader's own alone."""
        return {"local": local}

    def with_wire(self, wire: Wire) -> LocalEndpoint:
        """Itself: there is one wire."""
        del wire
        return self

    def find_capability(self, model: str, profile: str) -> Capability:
        """The reader's."""
        return find_capability(model, profile)

    def subtract_refusals(self, can: Capability, model: str, target: Target[Any] | None = None) -> Capability:
        """All of it: the reader refuses no mode that it has."""
        del model, target
        return can

    def remember_refusal(self, model: str, refused: RefusedFeature, target: Target[Any] | None = None) -> None:
        """Nothing to learn."""

    def find_profile(self, model: str, given: str | VisionProfile | None = None) -> VisionProfile:
        """Pixels as they are, unless the caller's own profile says otherwise."""
        del model
        return given if isinstance(given, VisionProfile) else LOCAL_PROFILE

    def make_sender(self, max_retries: int, deadline: Deadline | None = None) -> Callable[..., Any]:
        """The reader's `create`."""
        del max_retries
        create = partial(self._create, deadline=deadline)
        return partial(asyncio.to_thread, create) if self.is_async else create

    def close(self) -> Any:
        """There are none."""
        return asyncio.sleep(0) if self.is_async else None

    def _create(self, **asked: Any) -> _LocalReply:
        return _LocalReply(self.reader.create(**asked))
