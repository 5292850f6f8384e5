"""EndpointRow: what is known of one endpoint: a maker, a cloud, a gateway or a local server."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from typesight.models.modes import Capability, Mode
from typesight.models.profiles import GIF, JPEG, PNG, UNKNOWN_PROFILE, WEBP, VisionProfile

__all__ = ["EndpointRow", "Gateway", "SdkClient"]

# Names as a gateway ("openai/gpt-4o"), Bedrock ("us.anthropic.claude-...") or Vertex ("claude-...@20260101") has them.
_FOREIGN = re.compile(r"/|anthropic\.|@")


@dataclass(frozen=True, slots=True)
class Gateway:
    """What a gateway lacks, whatever the model: modes, forced tool calls, tools chosen by name, parameters.

    `unsent_parameters` names parameters of ours that are not sent. A gateway may translate what OpenAI's own Chat
    Completions refuse of a model. The token limit is `max_tokens` everywhere, and a developer message is sent as a
    system message, since chat templates of open models refuse a role that they do not know.
    """

    missing_modes: frozenset[Mode] = frozenset()
    forced_tools: bool = True
    named_tools: bool = True
    unsent_parameters: frozenset[str] = frozenset()

    def limit_capability(self, capability: Capability) -> Capability:
        """What a model can behind this gateway."""
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
    """How an SDK's client is made for an endpoint's name: the package, the class, and what it is given.

    `models` is a pattern found in the names of the models that it is for. `base_url` is where a gateway is unless
    `base_url=` says otherwise, or the environment variable `host`. `keys` are environment variables, the first that
    is set holds; `keyless` is sent where no key is needed. The SDKs find their own maker's address and key.
    """

    package: str
    kind: str
    models: str = ""
    base_url: str = ""
    host: str = ""
    keys: tuple[str, ...] = ()
    keyless: str = ""


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """What one endpoint allows and lacks, how its client is made, and how a client that you hand over is recognised.

    Its limits are laid over a model's profile: of two limits the smaller holds; fields named as those of VisionProfile
    mean the same. `levels`: the endpoint passes OpenAI's detail levels on. `native` is the maker whose models, by their
    bare names, keep their own profile untouched. `opaque` is the profile of a model that is not known. `prices` is the
    name of its prices at genai-prices. `gateway` is None where the endpoint takes what the maker's own takes.
    `claude_messages`: it serves Claude over Anthropic Messages. `clients` are tried in order. `classes` matches the
    names of SDK classes that talk to it, `hosts` the "host:port" of a base URL.
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
    opaque: VisionProfile = UNKNOWN_PROFILE
    gateway: Gateway | None = None
    claude_messages: bool = False
    clients: tuple[SdkClient, ...] = ()
    classes: str = ""
    hosts: str = ""

    def limit_profile(self, row: VisionProfile) -> VisionProfile:
        """A model's profile as it is behind this endpoint."""
        named = {} if self.levels or not row.detail else {"levels": {"": row.rule(), **row.levels}, "detail": ""}
        return replace(
            row,
            name=f"{self.name}/{row.name}",
            as_of=min(self.as_of, row.as_of or self.as_of),
            source=f"{row.source}; {self.source}",
            formats=row.formats & self.formats,
            max_bytes=min(row.max_bytes, self.max_bytes or row.max_bytes),
            max_request_bytes=min(row.max_request_bytes, self.max_request_bytes or row.max_request_bytes),
            max_images=min(row.max_images, self.max_images or row.max_images),
            urls=row.urls and self.urls,
            text_first=self.text_first,
            context=self.context,
            **named,  # type: ignore[arg-type]  # the two fields of another type
        )

    def is_native(self, model: str) -> bool:
        """Whether this endpoint serves a model under its maker's own name for it."""
        return bool(self.native and not _FOREIGN.search(model))

    def serves_as_maker(self, model: str) -> bool:
        """Whether the maker's own rules hold here: at the maker, on Azure, or behind a proxy that passes it through."""
        return self.levels or self.is_native(model)
