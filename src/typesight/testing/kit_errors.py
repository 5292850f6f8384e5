"""The errors by which the testing kit fails a test, in a file that imports nothing for the plugin's quick start."""

from __future__ import annotations

from errno import ECONNREFUSED

__all__ = ["NetworkBlocked", "RepliesUsedUp"]


class RepliesUsedUp(AssertionError):
    """A fake model was asked more often than it has replies. The message quotes what it was asked last."""

    __module__ = "typesight.testing"  # where tests import it from


class NetworkBlocked(ConnectionRefusedError):
    """A test reached for the network. The message names the host, and says how to let the connection through.

    To a library it is a connection that was refused, so it raises its own error from this one: `APIConnectionError`,
    httpx's `ConnectError`, urllib's `URLError`.
    """

    __module__ = "typesight.testing"
    errno = ECONNREFUSED  # not among the arguments: then the message would begin with its number
