"""Tells refused connections from those that may work a moment later, and explains them.

Nothing listens at the address, or no such host exists: trying again at once does not help. Both SDKs would, with pauses
(`_base_client.py` of openai 2.20 to 3.57 and anthropic 0.93 to 2.14).
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

__all__ = ["explain_connection_error", "is_connection_refused"]

# The errors for a name that does not exist, of which Windows has the first; a silent name server gives EAI_AGAIN.
_UNKNOWN_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
# A host may have several addresses, some of a kind that this machine cannot reach.
_NO_WAY = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.ENETUNREACH, errno.EHOSTUNREACH})


def is_connection_refused(error: BaseException) -> bool:
    """Whether nothing listens at any address of the host, or there is no such host."""
    roots = list(_find_roots(error))
    refused = [each for each in roots if isinstance(each, ConnectionRefusedError) or _is_unknown_name(each)]
    return bool(refused) and all(each in refused or getattr(each, "errno", None) in _NO_WAY for each in roots)


def explain_connection_error(error: BaseException, client: Any) -> None:
    """Add a note with the URL to an SDK's error about a refused connection; leave any other error alone."""
    if type(error).__name__ != "APIConnectionError" or not is_connection_refused(error):
        return
    url = urlsplit(str(client.base_url))
    address = f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path.rstrip('/')}"  # without a password or a query
    if any(_is_unknown_name(each) for each in _find_roots(error)):
        error.add_note(f"there is no host {url.hostname!r}: is base_url right ({address})?")
    else:
        error.add_note(f"nothing answers at {address}: is the server running, and is base_url right?")


def _is_unknown_name(error: BaseException) -> bool:
    return isinstance(error, socket.gaierror) and error.errno in _UNKNOWN_NAME


def _find_roots(error: BaseException) -> Iterator[BaseException]:
    """The errors at the end of the chain of causes: several where several addresses were tried."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        cause = current.__cause__ or current.__context__
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
        elif cause is not None:
            waiting.append(cause)
        else:
            yield current
