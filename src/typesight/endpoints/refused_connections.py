"""Tells refused connections from those that may work a moment later, and explains them.

Nothing listens at the address, no such host exists, or it is no address at all: trying again at once does not help.
Both SDKs would, with pauses (`_base_client.py` of openai 2.20 to 3.57 and anthropic 0.93 to 2.14).
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
# httpx's errors, by name because it may be httpx or httpx2: no http:// in the URL; no answer within the timeout.
_NO_ADDRESS, _NO_ANSWER = "UnsupportedProtocol", "ConnectTimeout"


def is_connection_refused(error: BaseException) -> bool:
    """Whether nothing listens at any address of the host, there is no such host, or the URL is no address at all."""
    roots = list(_find_roots(error))
    refused = [each for each in roots if isinstance(each, ConnectionRefusedError) or _is_no_host(each)]
    return bool(refused) and all(each in refused or getattr(each, "errno", None) in _NO_WAY for each in roots)


def explain_connection_error(error: BaseException, client: Any) -> None:
    """Add a note with the URL to an SDK's error about a connection that was never made; leave any other error alone."""
    if not any(kind.__name__ == "APIConnectionError" for kind in type(error).__mro__):
        return
    explanation = _explain(error, str(client.base_url))
    if explanation:
        error.add_note(explanation)


def _explain(error: BaseException, base_url: str) -> str | None:
    """Say why there is no connection; None if there was one."""
    url = urlsplit(base_url)
    shown = f"{url.netloc.rpartition('@')[2]}{url.path.rstrip('/')}"  # without a password or a query
    address = f"{url.scheme}://{shown}"
    roots = list(_find_roots(error))
    if own_words := next(filter(None, map(_read_own_words, roots)), None):
        return own_words
    if any(type(each).__name__ == _NO_ADDRESS for each in roots):
        given = base_url.partition("?")[0].rpartition("@")[2].rstrip("/")
        return f"base_url must begin with http:// or https://, and it is {given!r}"
    if any(_is_unknown_name(each) for each in roots):
        return f"there is no host {url.hostname or ''!r}: is base_url right ({address})?"
    if is_connection_refused(error):
        return f"nothing answers at {address}: is the server running, and is base_url right?"
    if type(error.__cause__).__name__ == _NO_ANSWER or all(_is_out_of_reach(each) for each in roots):
        return f"no connection to {address}: is this machine online, and is base_url right?"
    return None


def _read_own_words(error: BaseException) -> str | None:
    """The message of a refusal by something in this process, which knows why; the system's have a number and words."""
    return str(error) if isinstance(error, ConnectionRefusedError) and error.strerror is None else None


def _is_no_host(error: BaseException) -> bool:
    return _is_unknown_name(error) or type(error).__name__ == _NO_ADDRESS


def _is_out_of_reach(error: BaseException) -> bool:
    """Whether there is no way to the host at present, or no name server that answers."""
    return isinstance(error, socket.gaierror) or getattr(error, "errno", None) in _NO_WAY


def _is_unknown_name(error: BaseException) -> bool:
    return isinstance(error, socket.gaierror) and error.errno in _UNKNOWN_NAME


def _find_roots(error: BaseException) -> Iterator[BaseException]:
    """The errors at the end of the chain of causes: several where several addresses were tried.

    A refusal has no cause: what came before it is an error that the caller was handling.
    """
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        cause = current.__cause__ or current.__context__
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
        elif cause is not None and not isinstance(current, ConnectionRefusedError):
            waiting.append(cause)
        else:
            yield current
