"""A refusal: what a provider says to a request it will not serve, before it is spelled for one provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["FINAL", "Refusal"]

FINAL: Mapping[str, str] = {"x-should-retry": "false"}
"""Both SDKs obey this header (openai 3.51.0, anthropic 2.11.0; run 2026-11-20): no retry whatever the status."""


@dataclass(frozen=True)
class Refusal:
    """An HTTP error in words; `kind`, `param` and `code` stay None where the provider's table fills or omits them."""

    message: str
    status: int = 400
    kind: str | None = None
    """The provider's error type; None takes the one its table has for the status."""
    param: str | None = None
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
