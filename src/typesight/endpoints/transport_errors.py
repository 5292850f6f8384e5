"""Transport errors: which requests may be sent again after one."""

from __future__ import annotations

__all__ = ["is_exhausted", "is_resendable"]

# HTTP statuses after which the same request may succeed. Source: the retry rules of both SDKs (`_should_retry`).
_RESENDABLE = frozenset({408, 409, 429})
# Codes of a 429 that waiting does not cure. Source: OpenAI error codes, 2026-09.
_EXHAUSTED = ("insufficient_quota", "credit_balance_exhausted", "_spend_limit_exceeded", "_usage_limit_exceeded")


def is_resendable(error: BaseException) -> bool:
    """Whether the same request may succeed later: network errors, server errors and temporary limits."""
    status = getattr(error, "status_code", None)
    if status is None:
        return any(kind.__name__ == "APIConnectionError" for kind in type(error).__mro__)
    return (status in _RESENDABLE or status >= 500) and not is_exhausted(error)


def is_exhausted(error: BaseException) -> bool:
    """Whether an SDK's error says that the account's quota or credit is used up, which waiting does not cure."""
    codes = f"{getattr(error, 'code', '')} {getattr(error, 'type', '')}"
    return any(code in codes for code in _EXHAUSTED)
