"""Partial records from a stream: snapshots of a record, and the complete items of a list.

Snapshots share their complete parts, so that all of them together cost what the record costs. They are not validated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, TypeAdapter, create_model
from pydantic.errors import PydanticUserError

from typesight.schema.parsing.exact import Digits
from typesight.schema.parsing.incremental import Growing
from typesight.schema.target import WRAPPER, Target
from typesight.schema.unsafe_values import holds_infinity

__all__ = ["Items", "Snapshots"]


@dataclass(frozen=True)
class _Plan:
    """How to build a snapshot from JSON data.

    `shown` makes an object from its `fields` (by key), `items` is the plan for a list's items, and `leaf` converts
    everything else.
    """

    shown: Callable[..., Any] | None = None
    fields: Mapping[str, tuple[str, Callable[[], _Plan]]] = field(default_factory=dict)
    items: Callable[[], _Plan] | None = None
    leaf: Callable[[Any], Any] | None = None
    is_text: bool = False


class Snapshots:
    """The snapshots of one stream. Has state: the parts of the record that are already built.

    With `growing_text` a string that is still streaming is shown as far as it has arrived.
    """

    def __init__(self, target: Target[Any], *, growing_text: bool = False) -> None:
        self.growing = Growing()
        self._plan = _plan(target.kind)
        self._wrapped = target.wrapped
        self._growing_text = growing_text
        self._made: dict[int, Any] = {}  # id of a closed container -> its snapshot
        self._done: dict[int, Any] = {}  # id of an open container -> the snapshots of its complete values

    def feed(self, text: str) -> bool:
        """Take the next chunk of the reply; whether there is something new to show."""
        changed = self.growing.feed(text)
        return (changed or (self._growing_text and bool(self.growing.text))) and self._value is not None

    @property
    def _value(self) -> Any:
        root = self.growing.root
        return root.get(WRAPPER) if self._wrapped and isinstance(root, dict) else root

    @property
    def data(self) -> Any:
        """What has arrived so far, as JSON data."""
        return _plain(self.growing.root)

    def snapshot(self) -> Any:
        """The record as far as it has arrived."""
        return self._shown(self._value, self._plan)

    def _shown(self, value: Any, plan: _Plan) -> Any:
        if not isinstance(value, dict | list):
            return plan.leaf(value) if plan.leaf else _plain(value)
        is_open = any(value is each for each in self.growing.open)
        if not is_open and id(value) in self._made:
            return self._made[id(value)]
        if plan.items and isinstance(value, list):
            made: Any = self._list(value, plan.items(), is_open)
        elif plan.shown and isinstance(value, dict):
            made = plan.shown(**self._object(value, plan))
        else:
            made = _plain(value) if is_open or plan.leaf is None else plan.leaf(value)
        if not is_open:
            self._made[id(value)] = made
            self._done.pop(id(value), None)
        return made

    def _list(self, value: list[Any], plan: _Plan, is_open: bool) -> list[Any]:
        done: list[Any] = self._done.setdefault(id(value), [])
        coming = is_open and bool(value) and value[-1] is self._behind(value)
        complete = len(value) - coming
        done.extend(self._shown(each, plan) for each in value[len(done) : complete])
        extra = [self._shown(value[-1], plan)] if coming else []
        text = self._coming_text(value) if plan.is_text else None
        return [*done, *extra, *([] if text is None else [text])]

    def _object(self, value: dict[str, Any], plan: _Plan) -> dict[str, Any]:
        done: dict[str, Any] = self._done.setdefault(id(value), {})
        coming = self._behind(value)
        shown: dict[str, Any] = {}
        for key, each in value.items():
            name, inner = plan.fields.get(key, (None, None))
            if name is None or inner is None or name in done:
                continue
            (done if each is not coming else shown)[name] = self._shown(each, inner())
        name, inner = plan.fields.get(self.growing.key or "", (None, None))
        if name and inner and inner().is_text and (text := self._coming_text(value)) is not None:
            shown[name] = text
        return done | shown

    def _behind(self, value: Any) -> Any:
        """The open container directly inside an open one."""
        places = [place for place, each in enumerate(self.growing.open) if each is value]
        inner = self.growing.open[places[0] + 1 :] if places else []
        return inner[0] if inner else None

    def _coming_text(self, value: Any) -> str | None:
        innermost = bool(self.growing.open) and self.growing.open[-1] is value
        return self.growing.text if self._growing_text and innermost else None


class Items:
    """The complete items of a streamed list, each returned once. Has state: how many were returned."""

    def __init__(self) -> None:
        self.growing = Growing()
        self._given = 0

    def feed(self, text: str) -> list[Any]:
        """Take the next chunk of the reply; the items that became complete, as JSON data."""
        self.growing.feed(text)
        root = self.growing.root
        found = root.get(WRAPPER) if isinstance(root, dict) else root
        if not isinstance(found, list):
            return []
        is_coming = len(self.growing.open) > (2 if isinstance(root, dict) else 1)
        new = found[self._given : len(found) - is_coming]
        self._given += len(new)
        return new

    @property
    def data(self) -> Any:
        """What has arrived so far, as JSON data."""
        return _plain(self.growing.root)


def _plan(kind: Any) -> _Plan:
    try:
        return _cached_plan(kind)
    except TypeError:  # unhashable
        return _built(kind)


@lru_cache(maxsize=512)
def _cached_plan(kind: Any) -> _Plan:
    return _built(kind)


def _built(kind: Any) -> _Plan:
    """The plan of a type. The plans of its fields are made on use, since a model may contain itself."""
    kind = _bare(kind)
    origin = get_origin(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel) and not issubclass(kind, RootModel):
        fields = {
            key: (name, lambda inner=info.annotation: _plan(inner))
            for name, info in kind.model_fields.items()
            for key in {info.validation_alias if isinstance(info.validation_alias, str) else name, info.alias or name}
        }
        return _Plan(shown=_partial_class(kind), fields=fields)
    if isinstance(origin, type) and origin.__name__ in {"list", "Iterable", "Sequence"}:
        item = get_args(kind)[0]
        return _Plan(items=lambda: _plan(item))
    return _Plan(leaf=_leaf(kind), is_text=kind is str)


def _bare(kind: Any) -> Any:
    """A type without Annotated and without `| None`."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    members = [each for each in get_args(kind) if each is not type(None)]
    return _bare(members[0]) if get_origin(kind) in {Union, UnionType} and len(members) == 1 else kind


def _partial_class(kind: type[BaseModel]) -> Callable[..., Any]:
    """A model with the same fields, each of them None until it has arrived."""
    fields: Any = dict.fromkeys(kind.model_fields, (Any, None))
    made: type[BaseModel] = create_model(
        f"Partial{kind.__name__}", __doc__=f"A {kind.__name__}, as far as it has come.", **fields
    )
    return made.model_construct


def _leaf(kind: Any) -> Callable[[Any], Any]:
    """A converter of complete values to a type.

    It gives None for an invalid value or a number that is not finite; the whole reply reports these at its end.
    """
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(kind)
    except PydanticUserError:
        return _plain

    def shown(value: Any) -> Any:
        try:
            made = adapter.validate_python(value if isinstance(value, Digits) else _plain(value))
        except Exception:  # also what a validator raises; it raises again at the end
            return None
        return None if holds_infinity(made) else made

    return shown


def _plain(data: Any) -> Any:
    """JSON data in plain Python types, `Digits` as floats."""
    if isinstance(data, Digits):
        return float(data)
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    return [_plain(each) for each in data] if isinstance(data, list) else data
