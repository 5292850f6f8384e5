"""The steps of a call: what its loop needs next, and what came of it.

A driver looks at `Loop.need`, does what it says, and tells the loop what came, in synchronous or asynchronous code, in
a batch or in a test. `Fetch`, `Read` and `Send` are needs; after `Done` there is nothing more to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from typesight.conversation.extraction import Extraction
from typesight.endpoints.mode_selection import WireMode
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.images.download import Downloads
from typesight.images.image import Image

__all__ = ["Came", "Done", "Failed", "Fetch", "Fetched", "Need", "Read", "Replied", "Send", "WasRead"]


@dataclass(frozen=True, slots=True)
class Fetch:
    """Download these pictures, each from its URL, within the limits of `downloads`; answer with `Fetched`."""

    urls: tuple[tuple[Image, str], ...]
    downloads: Downloads


@dataclass(frozen=True, slots=True)
class Read:
    """Call `work`, which reads pictures on this machine, and answer with `WasRead`.

    It takes milliseconds to seconds of CPU, so asynchronous code calls it in a thread. It changes nothing but caches.
    """

    work: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Send:
    """Send this request, its pictures encoded, and answer with `Replied`.

    `place` says where: 0 is the call's own endpoint, n the n-th fallback of `escalate`. `retries` is how often the SDK
    may repeat it after a transport error. `attempt` is the number of the attempt that its reply will be, from 1.
    """

    request: Request
    wire_mode: WireMode
    retries: int
    place: int = 0
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Done:
    """The call has ended: with an Extraction, or with the error to raise."""

    outcome: Extraction[Any] | BaseException


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes of the pictures that were to be fetched."""

    pictures: Mapping[Image, bytes]


@dataclass(frozen=True, slots=True)
class WasRead:
    """What the work of `Read` returned."""

    result: Any


@dataclass(frozen=True, slots=True)
class Replied:
    """The reply to a request; one that was streamed is not asked for again if it broke off: its caller has seen it."""

    completion: Completion
    was_streamed: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """The error that came instead."""

    error: Exception


Need = Fetch | Read | Send | Done
Came = Fetched | WasRead | Replied | Failed
