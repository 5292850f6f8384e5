"""EndpointRow: what is known about one endpoint: a model maker, a cloud, a gateway or a local server."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from typesight.models.modes import Capability, Mode
from typesight.models.profiles import GIF, JPEG, PNG, UNKNOWN_PROFILE, WEBP, VisionProfile

__all__ = ["EndpointRow", "Gateway", "SdkClient"]

# Model names of gateways ("openai/gpt-4o"), Bedrock ("us.anthropic.claude-...") or Vertex ("claude-...@20260101").
_FOREIGN = re.compile(r"/|anthropic\.|@")


@dataclass(frozen=True, slots=True)
class Gateway:
    """What a gateway lacks for every model: modes, forced tool calls, tools chosen by name, parameters.

    `unsent_parameters` are parameters that typesight leaves out there. A gateway may translate what OpenAI's own Chat
    Completions refuses for a model. The token limit is always `max_tokens`, and a developer message is sent as a
    system message, since chat templates of open models refuse a role that they do not know.
    """

    missing_modes: frozenset[Mode] = frozenset()
    forced_tools: bool = True
    named_tools: bool = True
    unsent_parameters: frozenset[str] = frozenset()

    def limit_capability(self, capability: Capability) -> Capability:
        """Remove what the gateway lacks from a model's capability."""
        return replace(
            capability,
            modes=tuple(mode for mode in capability.modes if mode not in self.missing_modes),
            forced_tools=capability.forced_tools and self.forced_tools,
            named_tools=self.named_tools,
            chat_tools="always",
            token_limit_name="max_tokens",
            omitted_parameters=self.unsent_parameters,
            developer_role=False,
        )


@dataclass(frozen=True, slots=True)
class SdkClient:
    """How to create an SDK's client for an endpoint: the package, the class and its arguments.

    `models` is a pattern to search for in model names; the client is for those that match. `base_url` is a gateway's
    address, unless `base_url=` or the environment variable `host` sets another. `keys` are environment variables for
    the key, the first that is set wins; `keyless` is sent if no key is needed. Without `base_url` the SDK finds the
    address and the key itself; `setup` says in the docs what else it wants.
    """

    package: str
    kind: str
    models: str = ""
    base_url: str = ""
    host: str = ""
    keys: tuple[str, ...] = ()
    keyless: str = ""
    setup: str = ""


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """What one endpoint allows and lacks, how to create its client, and how to recognise a client that talks to it.

    Its limits are combined with those of a model's profile: the smaller one applies. Fields named like those of
    VisionProfile mean the same. `levels`: the endpoint passes OpenAI's detail levels on. `native` is the maker whose
    models, under their plain names, keep their own profile unchanged. `opaque` is the profile of an unknown model.
    `capability` is what every model can do there, if that does not depend on the model. `prices` is the provider's name
    in genai-prices, "" if it is not there. `traced_as` is its name in OpenTelemetry's GenAI conventions, if that is
    another than its own. `gateway` is None if the endpoint takes what the maker's own takes. `claude_messages`: it
    serves Claude over Anthropic Messages. `cache_marks`: its Chat Completions takes Claude's `cache_control` in parts
    of content; OpenRouter passes it on (its prompt-caching page, 2026). `clients` are tried in order. `classes` matches
    the names of SDK classes that talk to it, `hosts` the "host:port" of a base URL. `title` and `example`, the name of
    one of its models, are for the docs.
    """

    name: str
    as_of: date
    source: str
    formats: frozenset[str] = frozenset({JPEG, PNG, GIF, WEBP})
    max_bytes: int | None = None
    max_request_bytes: int | None = None
    max_images: int | None = None
    urls: bool = True
    levels: bool = False
    text_first: bool = False
    context: int | None = None
    native: str = ""
    prices: str = ""
    traced_as: str = ""
    opaque: VisionProfile = UNKNOWN_PROFILE
    capability: Capability | None = None
    gateway: Gateway | None = None
    claude_messages: bool = False
    cache_marks: bool = True
    clients: tuple[SdkClient, ...] = ()
    classes: str = ""
    hosts: str = ""
    title: str = ""
    example: str = ""

    def __hash__(self) -> int:
        return hash((self.name, self.native))

    @property
    def vendor(self) -> str:
        """The provider whose prices apply; its own name if no price list has it."""
        return self.prices or self.name

    @property
    def provider(self) -> str:
        """The provider as OpenTelemetry's conventions name it; behind a proxy the maker whose SDK speaks to it."""
        return self.traced_as or self.native or self.name

    def limit_profile(self, profile: VisionProfile) -> VisionProfile:
        """Combine a model's profile with the limits of this endpoint."""
        detail_fields = (
            {}
            if self.levels or not profile.detail
            else {"levels": {"": profile.rule(), **profile.levels}, "detail": ""}
        )
        return replace(
            profile,
            name=f"{self.name}/{profile.name}",
            as_of=min(self.as_of, profile.as_of or self.as_of),
            source=f"{profile.source}; {self.source}",
            formats=profile.formats & self.formats,
            max_bytes=min(profile.max_bytes, self.max_bytes or profile.max_bytes),
            max_request_bytes=min(profile.max_request_bytes, self.max_request_bytes or profile.max_request_bytes),
            max_images=min(profile.max_images, self.max_images or profile.max_images),
            urls=profile.urls and self.urls,
            text_first=self.text_first,
            context=self.context,
            **detail_fields,  # type: ignore[arg-type]  # two fields of other types
        )

    def is_native(self, model: str) -> bool:
        """Whether this endpoint serves the model under the maker's own name for it."""
        return bool(self.native and not _FOREIGN.search(model))

    def serves_as_maker(self, model: str) -> bool:
        """Whether the maker's own rules apply: at the maker, on Azure, or behind a proxy that changes nothing."""
        return self.levels or self.is_native(model)
