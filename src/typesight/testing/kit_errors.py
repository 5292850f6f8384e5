"""The errors by which the testing kit fails a test. Imports nothing: the pytest plugin knows them from its start."""

from __future__ import annotations

__all__ = ["NetworkBlocked", "RepliesUsedUp"]


class RepliesUsedUp(AssertionError):
    """A fake model was asked more often than it has replies. The message quotes what it was asked last."""

    __module__ = "typesight.testing"  # where tests import it from


class NetworkBlocked(BaseException):
    """A test reached for the network. The message names the host.

    A BaseException, as pytest's own failures are: the SDKs repeat a request after any Exception, with pauses.
    """

    __module__ = "typesight.testing"
