"""How an endpoint resizes a picture, and how many tokens it bills for the result.

A rule is one level of detail of one family of models: `fit` gives the size the endpoint would shrink a
picture to, `tokens` the number it bills for a picture of that size. Sizes are (width, height) in pixels, upright.
Sources and dates are with the rows in `profiles.py`; the published worked examples are in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import Protocol

__all__ = ["ClaudePatches", "DetailRule", "FlatPrice", "OpenAIPatches", "OpenAITiles", "SideLimit", "Size"]

Size = tuple[int, int]


class DetailRule(Protocol):
    """One level of detail: how it resizes a picture, and the price in tokens."""

    def fit(self, size: Size) -> Size:
        """The size that the endpoint would shrink a picture of `size` to; never larger."""
        ...

    def count_tokens(self, size: Size) -> int | None:
        """Image tokens billed for a picture that is sent in `size`; None if no price is published."""
        ...


def shrink_to_side(size: Size, max_side: int) -> Size:
    """Fit `size` within a square: ratio kept, rounded, at least 1 px, never enlarged."""
    longest = max(size)
    if longest <= max_side:
        return size
    width, height = (max(1, round(side * max_side / longest)) for side in size)
    return width, height


@dataclass(frozen=True, slots=True)
class SideLimit:
    """A limit on the longest side, in pixels, without a published price."""

    max_side: int

    def fit(self, size: Size) -> Size:
        """Fit within the square."""
        return shrink_to_side(size, self.max_side)

    def count_tokens(self, size: Size) -> int | None:
        """None: no price is published."""
        del size
        return None


@dataclass(frozen=True, slots=True)
class FlatPrice:
    """One price for every picture, whatever its size; the endpoint shrinks it to `max_side` pixels."""

    price: int
    max_side: int = 512

    def fit(self, size: Size) -> Size:
        """Fit within the square."""
        return shrink_to_side(size, self.max_side)

    def count_tokens(self, size: Size) -> int:
        """Return the price, which does not depend on the size."""
        del size
        return self.price


@dataclass(frozen=True, slots=True)
class OpenAITiles:
    """OpenAI's tile models: shrunk to 2048 px, then the short side to 768 px, and billed by 512 px tiles."""

    base_tokens: int
    tile_tokens: int
    max_side: int = 2048
    short_side: int = 768

    def fit(self, size: Size) -> Size:
        """Fit within the square and the short side, in one step, so that the ratio is rounded once."""
        # The long side has two upper bounds, max_side and short_side x long / short; the smaller one applies.
        longest = min(self.max_side, max(size), self.short_side * max(size) / min(size))
        width, height = (max(1, round(side * longest / max(size))) for side in size)
        return width, height

    def count_tokens(self, size: Size) -> int:
        """A base price, and a price for each tile of the resized picture."""
        width, height = self.fit(size)
        return self.base_tokens + self.tile_tokens * ceil(width / 512) * ceil(height / 512)


@dataclass(frozen=True, slots=True)
class OpenAIPatches:
    """OpenAI's patch models: 32 px patches, with a longest side and, at most levels, a budget of patches."""

    max_side: int
    budget: int | None
    multiplier: float = 1.2
    max_patches: int = 30_000

    def fit(self, size: Size) -> Size:
        """Fit within the square, then scale down until whole patches fit the budget.

        Without a budget, the endpoint refuses pictures above the ceiling, so the ceiling is the budget.
        """
        width, height = shrink_to_side(size, self.max_side)
        budget = min(self.budget or self.max_patches, self.max_patches)
        if count_patches((width, height), 32) <= budget:
            return width, height
        scale = sqrt(32 * 32 * budget / (width * height))
        across, down = width * scale / 32, height * scale / 32
        if min(across, down) < 1:  # narrower than a patch: there is no whole patch to round down to, so one row of them
            return shrink_to_side((width, height), 32 * budget)
        scale *= min(floor(across) / across, floor(down) / down)
        # 1e-9: a float just below a whole number of pixels must not be floored to the pixel before.
        return max(1, floor(width * scale + 1e-9)), max(1, floor(height * scale + 1e-9))

    def count_tokens(self, size: Size) -> int:
        """The patches of the resized picture, times the model's multiplier."""
        return ceil(round(count_patches(self.fit(size), 32) * self.multiplier, 6))


@dataclass(frozen=True, slots=True)
class ClaudePatches:
    """Claude's models: 28 px patches, with a longest edge and a budget of patches; the size is found by bisection.

    `is_billed_by_area` bills a picture as the guides of 2024 did, by width x height / 750.
    """

    max_edge: int
    budget: int
    is_billed_by_area: bool = False

    def fit(self, size: Size) -> Size:
        """The largest size of the same ratio whose edges and patches are within the limits."""
        if self._is_within_budget(size):
            return size
        low, high = 1, max(size)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._is_within_budget(scale_to_side(size, middle)) else (low, middle)
        return scale_to_side(size, low)

    def count_tokens(self, size: Size) -> int:
        """The patches of the resized picture, or its area / 750."""
        width, height = self.fit(size)
        return ceil(width * height / 750) if self.is_billed_by_area else count_patches((width, height), 28)

    def _is_within_budget(self, size: Size) -> bool:
        padded = max(ceil(side / 28) * 28 for side in size)
        return padded <= self.max_edge and count_patches(size, 28) <= self.budget


def count_patches(size: Size, side: int) -> int:
    """The number of square patches of `side` pixels that cover a picture."""
    width, height = size
    return ceil(width / side) * ceil(height / side)


def scale_to_side(size: Size, longest: int) -> Size:
    """The size whose long edge is `longest`; the short edge rounds half to even and is at least 1."""
    width, height = size
    short = max(1, round(min(size) * longest / max(size)))
    return (longest, short) if width >= height else (short, longest)
