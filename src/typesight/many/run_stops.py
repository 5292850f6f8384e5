"""Which errors of one document end a whole run, and which are worth another try later."""

from __future__ import annotations

from typesight.endpoints.refused_connections import is_connection_refused
from typesight.endpoints.transport_errors import is_exhausted, is_resendable
from typesight.errors import MissingExtra, ModeError, SchemaError

__all__ = ["ends_run", "is_worth_another_try"]

# HTTP statuses after which no document can succeed: a redirect elsewhere, a bad key, an empty account, no permission.
_FATAL_STATUSES = frozenset({301, 302, 303, 307, 308, 401, 402, 403})
# Extras that one document may need and the next may not.
_FORMAT_EXTRAS = frozenset({"pdf", "heif"})


def ends_run(error: Exception) -> bool:
    """Whether no other document can succeed either: the key, the account, the endpoint, the schema, an extra."""
    if isinstance(error, MissingExtra):
        return error.extra not in _FORMAT_EXTRAS
    if isinstance(error, SchemaError | ModeError):
        return True
    if is_resendable(error) and is_connection_refused(error):  # a validator may have a server of its own
        return True
    return getattr(error, "status_code", None) in _FATAL_STATUSES or is_exhausted(error)


def is_worth_another_try(error: Exception) -> bool:
    """Whether the same document may succeed later: a limit, a server's error, a lost connection."""
    return is_resendable(error) and not ends_run(error)
