"""Views: what the caller of a streamed call sees while the reply arrives, and at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from typesight.conversation.extraction import Extraction
from typesight.errors import InvalidRecord
from typesight.schema.partial_records import Snapshots, StreamedItems
from typesight.schema.target import Target, ValidationResult, make_target

__all__ = ["ItemsView", "RecordView", "View"]


class View(Protocol):
    """Turns a streamed reply into what the caller sees. Has state because a stream comes in pieces."""

    def feed(self, text: str) -> Iterable[Any]:
        """Add the next piece of the reply, and return what to yield for it."""
        ...

    def end(self, outcome: Any) -> Iterable[Any]:
        """Return what to yield at the end; `outcome` is an Extraction, or what a tenacity callback returned."""
        ...

    @property
    def data(self) -> Any:
        """What has arrived, as JSON data."""
        ...


class RecordView:
    """Yields snapshots of one record, and then the record."""

    def __init__(self, target: Target[Any], *, growing_text: bool = False) -> None:
        self._snapshots = Snapshots(target, growing_text=growing_text)

    def feed(self, text: str) -> Iterator[Any]:
        """Yield a snapshot if the piece added something to the record."""
        if text and self._snapshots.feed(text):
            yield self._snapshots.build()

    def end(self, outcome: Any) -> Iterator[Any]:
        """Yield the record itself."""
        yield outcome.record if isinstance(outcome, Extraction) else outcome

    @property
    def data(self) -> Any:
        """What has arrived of the record, as JSON data."""
        return self._snapshots.data


class ItemsView:
    """Yields each item of a list once it is complete and valid; from the first invalid one on, at the end."""

    def __init__(self, kind: Any, *, context: Any = None, strict: bool = False) -> None:
        self._item = make_target(kind)
        self._context = context
        self._strict = strict
        self._items = StreamedItems()
        self._given: list[Any] = []
        self._held = False

    def feed(self, text: str) -> Iterator[Any]:
        """Yield the items that became complete."""
        for data in self._items.feed(text) if text else ():
            if not self._held and (judged := self._judge(data)) is not None and not judged.faults:
                self._given.append(judged.value)
                yield judged.value
            else:
                self._held = True

    def _judge(self, data: Any) -> ValidationResult[Any] | None:
        """Validate an item; None if a validator raised an exception of its own, as it will again for the whole list."""
        try:
            return self._item.judge_data(data, context=self._context, strict=self._strict or None)
        except Exception:
            return None

    def end(self, outcome: Any) -> Iterator[Any]:
        """Yield the remaining items in order. Raises InvalidRecord if a yielded item is not in the final list."""
        items = list(outcome.record) if isinstance(outcome, Extraction) else []
        for item in self._given if isinstance(outcome, Extraction) else ():
            if item not in items:
                raise InvalidRecord(
                    f"the corrected list lacks an item that was given while it streamed, one of {len(self._given)}: "
                    "use create, which returns only the whole, valid list"
                )
            items.remove(item)
        yield from items

    @property
    def data(self) -> Any:
        """What has arrived of the list, as JSON data."""
        return self._items.data
