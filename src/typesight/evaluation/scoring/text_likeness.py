"""Text likeness: the share of characters that two texts have in common, by edit distance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

__all__ = ["measure_likeness", "split_grams"]

_LONGEST = 10_000
"""Characters up to which the edit distance is taken: 0.1 s for two such texts."""
_GRAM = 5
"""Characters of the pieces that longer texts are compared by."""


def measure_likeness(first: str, second: str) -> float:
    """How alike two texts are, 0 to 1: one less the edit distance as a share of the longer text's characters.

    Texts of more than 10,000 characters are compared by their pieces of five characters, wherever these stand.
    """
    if first == second:
        return 1.0
    longest = max(len(first), len(second))
    if not first or not second:
        return 0.0
    if longest > _LONGEST:
        return _measure_by_grams(first, second)
    return 1 - _count_edits(first, second) / longest


def _count_edits(first: str, second: str) -> int:
    """Levenshtein's distance; whole columns of its table as bits of one number (Myers 1999, in Hyyrö's form, 2003)."""
    mask, last = (1 << len(first)) - 1, 1 << (len(first) - 1)
    places: dict[str, int] = {}
    for place, char in enumerate(first):
        places[char] = places.get(char, 0) | 1 << place
    more, less, distance = mask, 0, len(first)
    for char in second:
        equal = places.get(char, 0)
        diagonal = (((equal & more) + more) ^ more) | equal | less
        across_more, across_less = less | ~(diagonal | more) & mask, more & diagonal
        distance += bool(across_more & last) - bool(across_less & last)
        across_more = across_more << 1 | 1
        more = (across_less << 1 | ~(diagonal | across_more)) & mask
        less = across_more & diagonal & mask
    return distance


def _measure_by_grams(first: str, second: str) -> float:
    grams = [Counter(split_grams(text, _GRAM)) for text in (first, second)]
    return (grams[0] & grams[1]).total() / max(grams[0].total(), grams[1].total())


def split_grams(text: str, size: int) -> Iterator[str]:
    """All pieces of so many characters, which overlap; a shorter text is its own only piece."""
    return (text[at : at + size] for at in range(max(1, len(text) - size + 1)))
