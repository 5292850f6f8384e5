"""What pytest shows of a failed test: its requests, and the test's own lines rather than typesight's."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

import typesight
from typesight.testing.kit_errors import NetworkBlocked
from typesight.testing.received import ReceivedPicture, SandboxRequest, read_texts

if TYPE_CHECKING:
    from typesight.testing import FakeModel, Sandbox

__all__ = [
    "add_block_note",
    "cut_chain",
    "cut_traceback",
    "find_network_blocked",
    "is_from_library",
    "write_request_notes",
]

_PACKAGE = Path(typesight.__file__).parent
_STANDARD = Path(os.__file__).parent
_INSTALLED = {"site-packages", "dist-packages"}  # folders that hold what is installed
_LONGEST = 400  # characters of one text: a complaint, or how a prompt begins


def find_network_blocked(error: BaseException | None) -> NetworkBlocked | None:
    """Find the NetworkBlocked that an error is, or was raised from; it may also be in an exception group."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop()
        if isinstance(current, NetworkBlocked):
            return current
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        waiting += [current.__context__, current.__cause__]
        waiting += current.exceptions if isinstance(current, BaseExceptionGroup) else ()
    return None


def add_block_note(error: BaseException, blocked: NetworkBlocked) -> None:
    """Add the block's words to an error that was raised from it, unless it has them."""
    if error is not blocked and str(blocked) not in getattr(error, "__notes__", ()):
        error.add_note(str(blocked))


def is_from_library(error: BaseException) -> bool:
    """Whether an error came up in typesight or below it, and not in code of yours that typesight had called."""
    files = [Path(frame.f_code.co_filename) for frame, _ in traceback.walk_tb(error.__traceback__)]
    ours = next((place for place, file in enumerate(files) if file.is_relative_to(_PACKAGE)), None)
    return ours is not None and all(map(_is_library, files[ours:]))


def _is_library(file: Path) -> bool:
    if not file.is_absolute():  # <frozen importlib> and the like
        return True
    return file.is_relative_to(_PACKAGE) or file.is_relative_to(_STANDARD) or not _INSTALLED.isdisjoint(file.parts)


def cut_chain(error: BaseException) -> None:
    """Leave out what an error was raised from: the SDK's errors, the HTTP library's, and so on down to the block."""
    error.__cause__ = error.__context__ = None


def cut_traceback(error: BaseException) -> None:
    """End an error's traceback at the line that called typesight."""
    entry = error.__traceback__
    while entry is not None and entry.tb_next is not None:
        if Path(entry.tb_next.tb_frame.f_code.co_filename).is_relative_to(_PACKAGE):
            entry.tb_next = None
        entry = entry.tb_next


def write_request_notes(asked: FakeModel | Sandbox) -> str:
    """Write a paragraph for each request: its model, status, pictures, and the beginning of each text.

    Of a request that goes on from the one before it, a reask, what it adds.
    """
    lines, before = [], list[str]()
    for number, request in enumerate(asked.requests, start=1):
        content = list(_describe_content(request))
        goes_on = bool(before) and content[: len(before)] == before
        lines += [f"request {number}: {request.body.get('model', request.path)}, {_describe_status(request.status)}"]
        lines += ["  all of the request before, and", *content[len(before) :]] if goes_on else content
        before = content
    return "\n".join(lines) or "nothing: no request came"


def _describe_status(status: int) -> str:
    return f"answered with {status}" if status else "answered with an exception"


def _describe_content(request: SandboxRequest) -> Iterator[str]:
    yield f"  {', '.join(map(_describe_picture, request.pictures)) or 'no picture'}"
    yield from (f"  {shorten(text, _LONGEST, placeholder=' …')}" for text in read_texts(request.body))


def _describe_picture(picture: ReceivedPicture) -> str:
    width, height = picture.size
    return f"picture {picture.reference or f'{picture.media_type} {width} x {height}'}"
