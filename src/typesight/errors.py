"""All errors of typesight, in one tree.

TypesightError
├── ImageError            UnreadableImage · UnsupportedImage · ImageTooLarge · ImageNotFound
│                         DownloadRefused · DownloadFailed
├── SchemaError           the mode cannot express the response_model; raised before any request
├── ModeError             the model or endpoint does not take this mode
├── ReplyError            one bad reply: InvalidRecord · NoAnswer · Truncated · Refused · Filtered · Interrupted
├── ExtractionFailed      no record after the last attempt; holds everything so far (failures.py)
│   └── BudgetExceeded · DeadlineExceeded
├── DocumentFailed        in a Failure of extract_many: an error that is not typesight's, without its request
├── LedgerError           a ledger that cannot be used or written
├── NotRecorded           no reply to a request is recorded; names the nearest one that is
├── LabelError            labels, or answers in a file, that cannot be used; names the file and the line
└── MissingExtra          names the extra and the command that installs it

Errors of the SDKs (401, 429, timeouts) pass through unchanged. Every error here can be pickled; no message holds image
data, keys or a reply's text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typesight.installation import write_install_command

__all__ = [
    "DocumentFailed",
    "DownloadFailed",
    "DownloadRefused",
    "Filtered",
    "ImageError",
    "ImageNotFound",
    "ImageTooLarge",
    "Interrupted",
    "InvalidRecord",
    "LabelError",
    "LedgerError",
    "MissingExtra",
    "ModeError",
    "NoAnswer",
    "NotRecorded",
    "Refused",
    "ReplyError",
    "SchemaError",
    "Truncated",
    "TypesightError",
    "UnreadableImage",
    "UnsupportedImage",
    "revive",
]


class TypesightError(Exception):
    """The base of all errors of typesight: catch this to catch them all."""


class ImageError(TypesightError):
    """A picture that cannot be sent."""


class UnreadableImage(ImageError):
    """The bytes begin like a picture but cannot be decoded."""


class UnsupportedImage(ImageError):
    """The source is not a picture, or not in a format that typesight takes."""


class ImageTooLarge(ImageError):
    """The picture has more pixels or more bytes than allowed."""


class ImageNotFound(ImageError):
    """There is no file at the path."""


class DownloadRefused(ImageError):
    """The URL has an address or a scheme that typesight does not fetch."""


class DownloadFailed(ImageError):
    """The URL was requested but did not return a picture."""


class SchemaError(TypesightError):
    """The response_model has a part that the chosen mode cannot express."""


class ModeError(TypesightError):
    """The model or the endpoint does not take this mode."""


class MissingExtra(TypesightError, ImportError):
    """An optional dependency is needed and not installed.

    `extra` is the name to install, `purpose` what it is needed for, `command` the command that installs it for this
    installation of typesight, whether that came from an index, a wheel, a folder or a clone.
    """

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(extra, purpose)
        self.extra = extra
        self.purpose = purpose
        self.command = write_install_command(extra)

    def __str__(self) -> str:
        return f"{self.purpose} needs the extra [{self.extra}]: {self.command}"


class DocumentFailed(TypesightError):
    """One document of many ended with an error that is not typesight's: the SDK's, or one of your validator.

    `kind` is the name of its class, `status_code` the HTTP status and `request_id` the provider's id of the request,
    each None if there is none. The error itself is not kept: an SDK's error holds the request with its pictures.
    """

    def __init__(
        self, message: str, *, kind: str = "", status_code: int | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.status_code = status_code
        self.request_id = request_id

    def __reduce__(self) -> tuple[Any, ...]:
        return revive, (type(self), self.args, dict(self.__dict__))


class LedgerError(TypesightError):
    """A ledger cannot be used: another run has it, it is damaged or none of typesight's, or its disk is full.

    `lost` are the outcomes that could not be written: they are not in the ledger, and have been paid for.
    """

    def __init__(self, message: str, lost: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.lost = lost

    def __reduce__(self) -> tuple[Any, ...]:
        return revive, (type(self), self.args, {"lost": self.lost})


class NotRecorded(TypesightError, LookupError):
    """A `Recorded` that does not record has no reply to a request."""


class LabelError(TypesightError, ValueError):
    """Labels or answers in a file that cannot be used; the message names the file, and the line if it has lines."""


class ReplyError(TypesightError):
    """One reply that did not give a record.

    `errors` maps the path of each failing field (`items.0.price`; `""` is the whole record) to what is wrong with
    it. `reaskable` says whether a reask can help.
    """

    reaskable = False

    def __init__(self, message: str, *, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.errors: dict[str, str] = dict(errors or {})

    def __reduce__(self) -> tuple[Any, ...]:
        return revive, (type(self), self.args, {"errors": self.errors})


class InvalidRecord(ReplyError):
    """The reply is not JSON, or does not pass validation."""

    reaskable = True


class NoAnswer(ReplyError):
    """The reply holds no record: no tool call, or no text."""

    reaskable = True


class Truncated(ReplyError):
    """The reply stopped at the token limit."""


class Refused(ReplyError):
    """The model declined to answer."""


class Filtered(ReplyError):
    """The provider's content filter cut the reply."""


class Interrupted(ReplyError):
    """The reply broke off, or the endpoint sent an error in its place; the message quotes that error."""


def revive(kind: type[TypesightError], args: tuple[Any, ...], state: dict[str, Any]) -> TypesightError:
    """Rebuild a pickled error without calling its `__init__`, which may require keywords."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error
