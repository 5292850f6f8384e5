"""Finds the JSON values in a reply's text when the text as a whole is not JSON.

A bracketed region of the text is taken whole or not at all: looking inside one that does not parse would take a
fragment of a record for the record, and closing one that is not closed would invent its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from typesight.schema.parsing.exact import NotJson
from typesight.schema.parsing.tolerant import BrokenJson, read_value
from typesight.schema.repair import Repair, shorten_text

__all__ = ["JsonSpan", "find_json_spans", "remove_spans"]

_FENCE = "```"
_INFO = re.compile(r"[^\n`{\[]*\n")
# More values than this are no intended answer, and validating each of them takes time.
_MAX_VALUES = 500
_BRACKET = re.compile(r"[\[{]")
# What JSON has after an opening bracket; anything else makes the region prose: "[see below]", "{curly}".
_JSON_BEGINS = re.compile(r"[\[{]\s*[\"'\[\]{}\d-]|\{\s*\Z")
_PAIRS = {"]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class JsonSpan:
    """One JSON value in a text, the repairs it took to extract it, and where it is in the stripped text."""

    data: Any
    repairs: tuple[Repair, ...]
    begin: int
    end: int


def find_json_spans(text: str) -> list[JsonSpan]:
    """Find the JSON values in a text, in order: the whole text or its one fence, else its bracketed regions.

    Raises NotJson if there is none, and if something that looks like one does not parse or is not closed.
    """
    bare = _strip(text)
    try:
        return [_read_whole(bare, _remove_fence(bare))]
    except BrokenJson as error:
        whole = error
    found = _read_regions(bare)
    if not found:
        raise NotJson(str(whole)) from whole
    return found


def remove_spans(text: str, found: Iterable[JsonSpan]) -> str:
    """The text outside the values that were found in it."""
    bare, at, pieces = _strip(text), 0, []
    for span in found:
        pieces.append(bare[at : span.begin])
        at = span.end
    return " ".join([*pieces, bare[at:]])


def _strip(text: str) -> str:
    return text.strip().removeprefix("\ufeff").strip()


def _remove_fence(text: str) -> str:
    """The content of a text that is one code fence and nothing else; any other text as it is."""
    if not (text.startswith(_FENCE) and text.endswith(_FENCE) and text.count(_FENCE) == 2):
        return text
    inside = text[len(_FENCE) : -len(_FENCE)]
    return inside[info.end() :].strip() if (info := _INFO.match(inside)) else inside.strip()


def _read_whole(text: str, inside: str) -> JsonSpan:
    """The value of a text that is JSON from beginning to end. Raises BrokenJson."""
    data, end, steps = read_value(inside, 0)
    if inside[end:].strip():
        raise BrokenJson("more text follows the JSON", end)
    fence = (Repair("", "took the JSON out of a code fence", shorten_text(text), shorten_text(inside)),)
    return JsonSpan(data, (*(fence if inside != text else ()), *steps), 0, len(text))


def _read_regions(text: str) -> list[JsonSpan]:
    found: list[JsonSpan] = []
    closings = _match_brackets(text)
    at = 0
    while bracket := _BRACKET.search(text, at):
        start = bracket.start()
        try:
            data, at, steps = read_value(text, start)
        except BrokenJson as error:
            if _JSON_BEGINS.match(text, start):
                raise NotJson(f"{error}; the JSON is cut off" if error.is_cut_off else str(error)) from error
            at = _skip_prose(text, start, closings)
            continue
        prose = Repair("", "left out the text around the JSON", shorten_text(text), shorten_text(text[start:at]))
        found.append(JsonSpan(data, (prose, *steps), start, at))
        if len(found) > _MAX_VALUES:
            raise NotJson(f"more than {_MAX_VALUES} JSON values are in the answer; give one")
    return found


def _skip_prose(text: str, start: int, closings: dict[int, int]) -> int:
    """The place after a bracketed region of prose. Raises NotJson if it is not closed and more brackets follow."""
    if start in closings:
        return closings[start] + 1
    if _BRACKET.search(text, start + 1):
        raise NotJson(f"not valid JSON: the bracket at character {start} is not closed")
    return len(text)


def _match_brackets(text: str) -> dict[int, int]:
    """The place of each opening bracket, mapped to that of its closing one, whatever text is between them."""
    waiting: list[int] = []
    found: dict[int, int] = {}
    for bracket in re.finditer(r"[\[\]{}]", text):
        place, kind = bracket.start(), bracket[0]
        if kind in "[{":
            waiting.append(place)
        elif waiting and text[waiting[-1]] == _PAIRS[kind]:
            found[waiting.pop()] = place
    return found
