"""The HTTP error for a request that is rejected, before a wire encodes it for its provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["FINAL", "Refusal"]

FINAL: Mapping[str, str] = {"x-should-retry": "false"}
"""Both SDKs obey this header (openai 3.51.0, anthropic 2.11.0; run 2026-11-20): no retry whatever the status."""


@dataclass(frozen=True)
class Refusal:
    """An HTTP error; `kind`, `param` and `code` are None where the provider fills in a default or omits them."""

    message: str
    status: int = 400
    kind: str | None = None
    """The provider's error type; None means its default for the status."""
    param: str | None = None
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
