"""Registry: a client of an SDK as an endpoint.

No SDK is imported to recognise its client: what is handed over brought its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from typesight.endpoints.endpoint import Endpoint, LocalEndpoint, SdkEndpoint
from typesight.errors import MissingExtra
from typesight.exchange.wire import Wire
from typesight.models.policies import POLICIES, Policy, make_unknown_policy, read_profile_at, split_endpoint_name
from typesight.models.profiles import VisionProfile, find_known_profile
from typesight.ocr.engine import OcrEngine, is_ocr_installed
from typesight.wires.anthropic import messages
from typesight.wires.local import LocalReader
from typesight.wires.openai import chat, responses

__all__ = ["find_endpoint", "is_async", "make_local_endpoint", "recognise_endpoint"]


@dataclass(frozen=True, slots=True)
class _Sdk:
    """An SDK: its package, which is also its extra, its two clients and the wires they speak, the usual one first."""

    package: str
    client: str
    async_client: str
    wires: Mapping[str, Wire]

    def make_endpoint(
        self, client: Any, vendor: str, policy: Policy, given: VisionProfile | None = None
    ) -> SdkEndpoint:
        """An endpoint of this SDK."""
        return SdkEndpoint(client, next(iter(self.wires.values())), self.wires, policy.prices or vendor, policy, given)


_SDKS = {
    "openai": _Sdk("openai", "OpenAI", "AsyncOpenAI", {"chat": chat, "responses": responses}),
    "anthropic": _Sdk("anthropic", "Anthropic", "AsyncAnthropic", {"messages": messages}),
}
_LOCAL = "local"

# Rows: (name of an SDK's class, endpoint). AnthropicFoundry and AnthropicAWS speak to Anthropic's own servers.
_CLASSES = tuple(
    (re.compile(pattern), POLICIES[name])
    for pattern, name in (
        (r"(Async)?AzureOpenAI", "azure"),
        (r"(Async)?(AnthropicBedrock(Mantle)?|BedrockOpenAI)", "bedrock"),
        (r"(Async)?Anthropic(Vertex|GoogleCloud)", "vertex"),
        (r"(Async)?Anthropic(Foundry|AWS)", "anthropic"),
    )
)
_HERE = r"(localhost|127(\.\d+){3}|0\.0\.0\.0|::1|host\.docker\.internal|10(\.\d+){3}|192\.168(\.\d+){2})"
# Rows: (host:port of a base URL, endpoint). 11434 and 1234 are where Ollama and LM Studio listen unless told otherwise.
_HOSTS = tuple(
    (re.compile(pattern), POLICIES[name])
    for pattern, name in (
        (r"([\w-]+\.)?api\.openai\.com:\d+", "openai"),
        (r"api\.anthropic\.com:\d+", "anthropic"),
        (r"(.+\.)?openrouter\.ai:\d+", "openrouter"),
        (r"(.+\.)?(onerouter\.pro|infron\.ai):\d+", "infron"),
        (r"generativelanguage\.googleapis\.com:\d+", "gemini"),
        (r"(.+[.-])?aiplatform\.googleapis\.com:\d+", "vertex"),
        (r".+\.(openai|cognitiveservices|services\.ai)\.azure\.(com|us|cn):\d+", "azure"),
        (r"bedrock-.+\.(amazonaws\.com(\.cn)?|api\.aws):\d+", "bedrock"),
        (r"(.+\.)?ollama\.com:\d+|.+:11434", "ollama"),
        (rf"{_HERE}:1234", "lmstudio"),
    )
)


def recognise_endpoint(
    client: Any, vendor: str, profile: str | VisionProfile | None = None, policy: Policy | None = None
) -> SdkEndpoint:
    """The endpoint of an SDK's client; `profile` is what the caller says that its model can do.

    Where it talks to is seen by its class and its base URL, unless `policy` tells.

    Raises TypeError for another vendor's client, or for none, ValueError for a profile's name in no row.
    """
    row = _SDKS[vendor]
    if not _comes_from(client, row.package):
        raise TypeError(
            f"from_{vendor} takes a client of the {vendor} SDK, {row.package}.{row.client}() or "
            f"{row.package}.{row.async_client}(), not {type(client).__module__}.{type(client).__name__}"
        )
    policy = policy or _recognise_policy(client, vendor)
    given = None if profile is None else read_profile_at(profile, policy)
    return row.make_endpoint(client, vendor, policy, given)


def _recognise_policy(client: Any, maker: str) -> Policy:
    """Where a client talks to: told by its class, else by the host of its base URL."""
    classes = [kind.__name__ for kind in type(client).__mro__]
    url = urlsplit(str(getattr(client, "base_url", "")))
    try:
        place = f"{url.hostname or ''}:{url.port or {'http': 80}.get(url.scheme, 443)}"
    except ValueError:  # no port at all, as in "http://host:port"
        place = ""
    of_class = (policy for pattern, policy in _CLASSES if any(map(pattern.fullmatch, classes)))
    of_host = (policy for pattern, policy in _HOSTS if pattern.fullmatch(place))
    return next(of_class, None) or next(of_host, None) or make_unknown_policy(maker)


def is_async(client: Any) -> bool:
    """Whether an SDK's client is an asynchronous one."""
    return any(kind.__name__ == "AsyncAPIClient" for kind in type(client).__mro__)


def make_local_endpoint(engine: OcrEngine | None = None, *, asynchronous: bool) -> LocalEndpoint:
    """This machine's reader. Raises MissingExtra where it is not installed."""
    if engine is None and not is_ocr_installed():
        raise MissingExtra("local", "reading a picture on this machine")
    return LocalEndpoint(LocalReader(engine), asynchronous)


def find_endpoint(name: str) -> tuple[Endpoint, str]:
    """The endpoint that a name means, without a client, for what needs none; and the model's own name.

    `name` is as for `from_provider`, or a model's own. A name that nobody knows is that of a gateway's model.
    """
    if name == _LOCAL:
        return LocalEndpoint(LocalReader(), is_async=False), _LOCAL
    policy, model = split_endpoint_name(name)
    maker = next((each for each in _SDKS if find_known_profile(model, each)), "openai")
    if policy is None:
        policy = POLICIES[maker] if find_known_profile(name, maker) else make_unknown_policy(maker)
    # Claude speaks its own wire at its maker's and in the clouds; everywhere else all speak Chat Completions.
    claude = maker == "anthropic" and policy.name in {"anthropic", "bedrock", "vertex"}
    return _SDKS["anthropic" if claude else "openai"].make_endpoint(None, maker, policy), model


def _comes_from(client: Any, package: str) -> bool:
    return any(kind.__module__.partition(".")[0] == package for kind in type(client).__mro__)
