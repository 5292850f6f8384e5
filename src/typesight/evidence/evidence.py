"""Evidence: where in the pictures a value of a record is printed, if it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from typesight.ocr.lines import Box

__all__ = ["Evidence", "EvidenceWarning", "Status"]

Status = Literal["found", "similar", "absent", "unchecked"]


class EvidenceWarning(UserWarning):
    """A value of a record is printed nowhere in the picture, as far as it can be read."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one value of a record.

    `status`: "found" as the same value, "similar" for a text with a few letters read otherwise or a number of the
    other sign, "absent", or "unchecked" for what need not be printed (null, true and false, a choice that is not).
    `box` is in pixels of the upright original, of picture number `image` (from 0); `text` is what is printed there,
    `label` what stands beside or above it, so that a right number in the wrong field can be seen. `score` is 0 to 1.
    `rivals` counts the other values of the same kind that are printed: four other amounts, say.
    """

    status: Status
    box: Box | None = None
    image: int = 0
    text: str | None = None
    score: float = 0.0
    rivals: int = 0
    label: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON data."""
        return {**asdict(self), "box": list(self.box) if self.box else None}
