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
from typesight.schema.parsing.tolerant import Broken, read_value
from typesight.schema.repair import Repair, shortened

__all__ = ["Span", "left_over", "spans"]

_FENCE = "```"
_INFO = re.compile(r"[^\n`{\[]*\n")
# More values than this are no intended answer, and validating each of them takes time.
_MOST = 500
_BRACKET = re.compile(r"[\[{]")
# What JSON has after an opening bracket; anything else makes the region prose: "[see below]", "{curly}".
_JSON_BEGINS = re.compile(r"[\[{]\s*[\"'\[\]{}\d-]|\{\s*\Z")
_PAIRS = {"]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Span:
    """One JSON value in a text, the repairs it took to extract it, and where it is in the stripped text."""

    data: Any
    repairs: tuple[Repair, ...]
    begin: int
    end: int


def spans(text: str) -> list[Span]:
    """Find the JSON values in a text, in order: the whole text or its one fence, else its bracketed regions.

    Raises NotJson if there is none, and if something that looks like one does not parse or is not closed.
    """
    bare = _stripped(text)
    try:
        return [_whole(bare, _unfenced(bare))]
    except Broken as error:
        whole = error
    found = _regions(bare)
    if not found:
        raise NotJson(str(whole)) from whole
    return found


def left_over(text: str, found: Iterable[Span]) -> str:
    """The text outside the values that were found in it."""
    bare, at, pieces = _stripped(text), 0, []
    for span in found:
        pieces.append(bare[at : span.begin])
        at = span.end
    return " ".join([*pieces, bare[at:]])


def _stripped(text: str) -> str:
    return text.strip().removeprefix("\ufeff").strip()


def _unfenced(text: str) -> str:
    """The content of a text that is one code fence and nothing else; any other text as it is."""
    if not (text.startswith(_FENCE) and text.endswith(_FENCE) and text.count(_FENCE) == 2):
        return text
    inside = text[len(_FENCE) : -len(_FENCE)]
    return inside[info.end() :].strip() if (info := _INFO.match(inside)) else inside.strip()


def _whole(text: str, inside: str) -> Span:
    """The value of a text that is JSON from beginning to end. Raises Broken."""
    data, end, steps = read_value(inside, 0)
    if inside[end:].strip():
        raise Broken("more text follows the JSON", end)
    fence = (Repair("", "took the JSON out of a fenced block", shortened(text), shortened(inside)),)
    return Span(data, (*(fence if inside != text else ()), *steps), 0, len(text))


def _regions(text: str) -> list[Span]:
    found: list[Span] = []
    closings = _closings(text)
    at = 0
    while bracket := _BRACKET.search(text, at):
        start = bracket.start()
        try:
            data, at, steps = read_value(text, start)
        except Broken as error:
            if _JSON_BEGINS.match(text, start):
                raise NotJson(f"{error}; the JSON is cut off" if error.ended else str(error)) from error
            at = _behind_prose(text, start, closings)
            continue
        prose = Repair("", "left out what stands round the JSON", shortened(text), shortened(text[start:at]))
        found.append(Span(data, (prose, *steps), start, at))
        if len(found) > _MOST:
            raise NotJson(f"more than {_MOST} JSON values are in the answer; give one")
    return found


def _behind_prose(text: str, start: int, closings: dict[int, int]) -> int:
    """The place after a bracketed region of prose. Raises NotJson if it is not closed and more brackets follow."""
    if start in closings:
        return closings[start] + 1
    if _BRACKET.search(text, start + 1):
        raise NotJson(f"not valid JSON: the bracket at character {start} is not closed")
    return len(text)


def _closings(text: str) -> dict[int, int]:
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
