"""Views: what a stream shows of its record on the way, and when it has ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from typesight.conversation.extraction import Extraction
from typesight.errors import InvalidRecord
from typesight.schema.partial_records import Snapshots, StreamedItems
from typesight.schema.target import Target, ValidationResult, make_target

__all__ = ["ItemsView", "RecordView", "View"]


class View(Protocol):
    """What a stream shows; has state because a stream comes in pieces."""

    def feed(self, text: str) -> Iterable[Any]:
        """What the next piece of the reply shows."""
        ...

    def end(self, outcome: Any) -> Iterable[Any]:
        """What is shown when the call has its outcome: an Extraction, or what a tenacity callback returned."""
        ...

    @property
    def data(self) -> Any:
        """What has come, as JSON data."""
        ...


class RecordView:
    """Snapshots of one record, and the record."""

    def __init__(self, target: Target[Any], *, growing_text: bool = False) -> None:
        self._snapshots = Snapshots(target, growing_text=growing_text)

    def feed(self, text: str) -> Iterator[Any]:
        """The record as far as it has come, where there is more of it."""
        if text and self._snapshots.feed(text):
            yield self._snapshots.build()

    def end(self, outcome: Any) -> Iterator[Any]:
        """The record itself."""
        yield outcome.record if isinstance(outcome, Extraction) else outcome

    @property
    def data(self) -> Any:
        """What has come."""
        return self._snapshots.data


class ItemsView:
    """The items of a list, each when it is complete and valid; from the first that is not, when the list is."""

    def __init__(self, kind: Any, *, context: Any = None, strict: bool = False) -> None:
        self._item = make_target(kind)
        self._context = context
        self._strict = strict
        self._items = StreamedItems()
        self._given: list[Any] = []
        self._held = False

    def feed(self, text: str) -> Iterator[Any]:
        """The items that became complete."""
        for data in self._items.feed(text) if text else ():
            if not self._held and (judged := self._judge(data)) is not None and not judged.faults:
                self._given.append(judged.value)
                yield judged.value
            else:
                self._held = True

    def _judge(self, data: Any) -> ValidationResult[Any] | None:
        """An item, judged; None where a validator raised its own exception, as it will when the whole is judged."""
        try:
            return self._item.judge_data(data, context=self._context, strict=self._strict or None)
        except Exception:
            return None

    def end(self, outcome: Any) -> Iterator[Any]:
        """The items that were not given yet, in order. Raises InvalidRecord where one that was given is none now."""
        items = list(outcome.record) if isinstance(outcome, Extraction) else []
        for given in self._given if isinstance(outcome, Extraction) else ():
            if given not in items:
                raise InvalidRecord(
                    f"the corrected list lacks an item that was given while it streamed, one of {len(self._given)}: "
                    "call create, which gives nothing before the whole list is valid"
                )
            items.remove(given)
        yield from items

    @property
    def data(self) -> Any:
        """What has come."""
        return self._items.data
