"""Turns whatever fails during a download into one of typesight's errors."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from typesight.deadline import Deadline
from typesight.errors import DownloadFailed, TypesightError
from typesight.images.download.destination.parsed_urls import ParsedUrl
from typesight.images.download.downloads import Downloads

__all__ = ["describe_download_error", "translate_download_errors"]


@contextmanager
def translate_download_errors(
    place: ParsedUrl, downloads: Downloads, deadline: Deadline | None = None
) -> Iterator[None]:
    """Raise any failure inside the block as one of our errors; DeadlinePassed once `deadline` has passed."""
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
        raise DownloadFailed(f"{place} has no trusted certificate ({error.verify_message}): check the URL") from error
    except Exception as error:
        raise DownloadFailed(
            f"{place} could not be downloaded ({describe_download_error(error)}): check the URL, try again"
        ) from error


def describe_download_error(error: Exception) -> str:
    """A system error in a few words; any other error by its class name, since its text may quote a URL."""
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, ssl.SSLError):
        return (error.reason or "TLS").replace("_", " ").lower()
    # The error's own text is not used: asyncio puts the address into it.
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else type(error).__name__
