"""Finds that a client has no key when it is made, not when its first request fails."""

from __future__ import annotations

from typing import Any

__all__ = ["check_credentials", "describe_missing_key", "is_key_error"]

# Clients of the Anthropic SDK that need a key of Anthropic's own. A subclass may bring its credentials in its own way.
_KEYED_CLASSES = frozenset({"Anthropic", "AsyncAnthropic"})
_KEY_HEADERS = frozenset({"authorization", "x-api-key"})


def describe_missing_key(vendor: str, variables: tuple[str, ...]) -> str:
    """What to do about a missing key, with the names of the environment variables that are read."""
    return f'"{vendor}/..." needs a key: set {" or ".join(variables)}, or pass api_key='


def is_key_error(error: BaseException, package: str) -> bool:
    """Whether an SDK refused to make a client because it found no key (openai 2.20 to 3.57, anthropic 0.93 to 2.14)."""
    text = str(error).lower()
    return type(error).__module__.partition(".")[0] == package and ("credential" in text or "api_key" in text)


def check_credentials(client: Any) -> None:
    """Raise ValueError for an Anthropic client without any credential: the SDK fails only at the first request.

    A header that was set or explicitly omitted counts as one, and so does a provider of access tokens. An empty key
    does not.
    """
    kind = type(client)
    if kind.__name__ not in _KEYED_CLASSES or kind.__module__.partition(".")[0] != "anthropic":
        return
    set_headers = client.default_headers.items()
    headers = {name.lower() for name, value in set_headers if str(value).removeprefix("Bearer").strip()}
    if client.api_key or client.auth_token or client.custom_auth or headers & _KEY_HEADERS:
        return
    raise ValueError(
        "the Anthropic client has no key: set ANTHROPIC_API_KEY, or pass api_key= to it; if each call brings its own "
        'in extra_headers, make it with api_key="unused"'
    )
