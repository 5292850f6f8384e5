"""A failure, told as one of our errors."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from typesight.deadline import Deadline
from typesight.errors import DownloadFailed, TypesightError
from typesight.images.download.destination.locations import Place
from typesight.images.download.downloads import Downloads

__all__ = ["reason", "told"]


@contextmanager
def told(place: Place, downloads: Downloads, deadline: Deadline | None = None) -> Iterator[None]:
    """Whatever goes wrong below leaves as one of our errors, its cause kept; as Late where the call is over."""
    try:
        yield
    except TypesightError:
        raise
    except TimeoutError as error:
        if deadline:
            deadline.check()
        raise DownloadFailed(
            f"{place} did not arrive within {downloads.timeout:g} s: try again, or raise Downloads(timeout=...)"
        ) from error
    except ssl.SSLCertVerificationError as error:
        raise DownloadFailed(f"{place} has no certificate to trust ({error.verify_message}): check the URL") from error
    except Exception as error:
        raise DownloadFailed(f"{place} could not be downloaded ({reason(error)}): check the URL, try again") from error


def reason(error: Exception) -> str:
    """A few words on an error of the system; a library's own text may quote a URL, so only its name is told."""
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, ssl.SSLError):
        return (error.reason or "TLS").replace("_", " ").lower()
    # asyncio puts a text of its own, with the address, in place of the system's.
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else type(error).__name__
