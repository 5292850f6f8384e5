"""Says of a request that is not recorded which recorded one is nearest, and how it differs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import takewhile

from typesight.caches.described_request import DescribedRequest

__all__ = ["describe_nearest"]

_PICTURE = re.compile(r"<picture sha256:[^>]*>")
_SHOWN_WORDS, _SHOWN_CHARACTERS = 6, 60


def describe_nearest(asked: DescribedRequest, recorded: Iterable[tuple[int, DescribedRequest]]) -> str:
    """Describe the recorded request that is nearest, by the number of its line, and how it differs from `asked`."""
    numbered = list(recorded)
    if not numbered:
        return "no request is recorded there"
    line, nearest = max(numbered, key=lambda each: (*_compare(asked, each[1]), each[0]))
    return f"the nearest is line {line}, {_describe_differences(asked, nearest)}"


def _compare(asked: DescribedRequest, other: DescribedRequest) -> tuple[int, int]:
    """How near a request is: how much of it is the same, and how many words until its text differs."""
    same = (
        asked.schema == other.schema,
        asked.pictures == other.pictures,
        _drop_names(asked) == _drop_names(other),
        (asked.model, asked.wire) == (other.model, other.wire),
    )
    return sum(same), _count_same_words(_drop_names(asked), _drop_names(other))


def _describe_differences(asked: DescribedRequest, other: DescribedRequest) -> str:
    found = []
    if asked.model != other.model:
        found.append(f"to model {other.model}, not {asked.model}")
    if asked.wire != other.wire:
        found.append(f"over {other.wire}, not {asked.wire}")
    if asked.schema != other.schema:
        same_name = asked.schema_name == other.schema_name
        found.append("with another schema" + ("" if same_name else f", {other.schema_name or 'none'}"))
    if asked.pictures != other.pictures:
        found.append(_describe_pictures(asked.pictures, other.pictures))
    if (words := _drop_names(asked)) != (others := _drop_names(other)):
        found.append(
            f"with another text: {_show_difference(others, words)} where this has {_show_difference(words, others)}"
        )
    return "the same request " + " and ".join(found) if len(found) == 1 else " and ".join(found)


def _describe_pictures(pictures: tuple[str, ...], others: tuple[str, ...]) -> str:
    if len(pictures) != len(others):
        return f"with {_count_pictures(len(others))}, not {len(pictures)}"
    first = next(place for place, pair in enumerate(zip(pictures, others, strict=True)) if pair[0] != pair[1])
    return f"with another picture {first + 1}" if len(pictures) > 1 else "with another picture"


def _count_pictures(count: int) -> str:
    return f"{count or 'no'} picture{'' if count == 1 else 's'}"


def _drop_names(asked: DescribedRequest) -> str:
    return _PICTURE.sub("<picture>", asked.text)


def _count_same_words(text: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(text.split(), other.split(), strict=False)))


def _show_difference(text: str, other: str) -> str:
    """The first words of a text that are not those of another."""
    start = _count_same_words(text, other)
    words = " ".join(text.split()[start : start + _SHOWN_WORDS])[:_SHOWN_CHARACTERS]
    return f'"{words}"' if words else "nothing"
