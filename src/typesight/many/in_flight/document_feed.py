"""DocumentFeed: the documents of an asynchronous iterable, one ahead of the run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable
from contextlib import suppress
from functools import partial
from typing import Any

from typesight.many.schedule import NO_MORE, NOTHING_YET

__all__ = ["DocumentFeed"]


class DocumentFeed:
    """Takes documents from an asynchronous iterable. Has state: one is on its way, and `woken` is set when it comes."""

    def __init__(self, documents: AsyncIterable[Any], woken: asyncio.Event) -> None:
        self._documents = aiter(documents)
        self._woken = woken
        self._coming: asyncio.Future[Any] | None = None

    def pull(self) -> Any:
        """The next document and its name, None; or the mark that there is none, or none yet. Raises its own errors."""
        if self._coming is None:
            self._coming = asyncio.ensure_future(anext(self._documents))
            self._coming.add_done_callback(partial(_wake, self._woken))
        if not self._coming.done():
            return NOTHING_YET
        came, self._coming = self._coming, None
        try:
            return None, came.result()
        except StopAsyncIteration:
            return NO_MORE

    def stop(self) -> None:
        """Take no more."""
        if self._coming is not None:
            with suppress(RuntimeError):  # the event loop may be closed
                self._coming.cancel()


def _wake(woken: asyncio.Event, _: object) -> None:
    woken.set()
