"""Every error of typesight, one tree.

TypesightError
├── ImageError            UnreadableImage · UnsupportedImage · ImageTooLarge · ImageNotFound
│                         DownloadRefused · DownloadFailed
├── SchemaError           the response_model cannot be carried; raised before any request
├── ModeError             the model or endpoint does not take this mode
├── ReplyError            one reply: InvalidRecord · NoAnswer · Truncated · Refused · Filtered · Interrupted
├── ExtractionFailed      no record after the last attempt: nothing that was learned is lost (failures.py)
│   └── BudgetExceeded · DeadlineExceeded
└── MissingExtra          names the extra, and the command that installs it

Errors of the SDKs (401, 429, timeouts) pass through as they are. Every error here pickles; none holds image
data, keys or a reply's text in its message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typesight.installation import write_install_command

__all__ = [
    "DownloadFailed",
    "DownloadRefused",
    "Filtered",
    "ImageError",
    "ImageNotFound",
    "ImageTooLarge",
    "Interrupted",
    "InvalidRecord",
    "MissingExtra",
    "ModeError",
    "NoAnswer",
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
    """The root of the tree: catch this to catch everything that is typesight's own."""


class ImageError(TypesightError):
    """A picture that cannot be sent."""


class UnreadableImage(ImageError):
    """The bytes begin as a picture but do not decode."""


class UnsupportedImage(ImageError):
    """What was given is not a picture in a format typesight takes."""


class ImageTooLarge(ImageError):
    """The picture claims more pixels, or takes more bytes, than is allowed."""


class ImageNotFound(ImageError):
    """No file stands at the path that was given."""


class DownloadRefused(ImageError):
    """The URL names an address or a scheme that is not fetched."""


class DownloadFailed(ImageError):
    """The URL was tried and did not give a picture."""


class SchemaError(TypesightError):
    """The response_model has a part that the chosen mode cannot carry."""


class ModeError(TypesightError):
    """The model or the endpoint does not take this mode."""


class MissingExtra(TypesightError, ImportError):
    """An optional dependency is needed and not installed.

    `extra` is the name to install; `purpose` says what for; `command` installs it beside the typesight that is
    installed here, whether that came from an index, a wheel, a folder or a clone.
    """

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(extra, purpose)
        self.extra = extra
        self.purpose = purpose
        self.command = write_install_command(extra)

    def __str__(self) -> str:
        return f"{self.purpose} needs the extra [{self.extra}]: {self.command}"


class ReplyError(TypesightError):
    """One reply that is not a record.

    `errors` maps each failing field's path (`items.0.price`; `""` is the whole record) to what is wrong with
    it. `reaskable` says whether asking the model again can help.
    """

    reaskable = False

    def __init__(self, message: str, *, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.errors: dict[str, str] = dict(errors or {})

    def __reduce__(self) -> tuple[Any, ...]:
        return revive, (type(self), self.args, {"errors": self.errors})


class InvalidRecord(ReplyError):
    """The reply is not JSON, or does not validate."""

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
    """The reply ended before the model was done, or the endpoint sent an error in its place: its words are told."""


def revive(kind: type[TypesightError], args: tuple[Any, ...], state: dict[str, Any]) -> TypesightError:
    """Rebuild an error from its pickle without calling its `__init__`, which may want keywords."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error
