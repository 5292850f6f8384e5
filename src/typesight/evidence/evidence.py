"""The `Evidence` for a value of a record: where in the pictures it is printed, if it is."""

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
    """The evidence for one value of a record.

    `status`: "found" if the same value is printed; "similar" for a text that differs in a few letters, or a number with
    the other sign; "absent"; "unchecked" for what need not be printed (null, true, false, or a choice not found).
    `box` is in pixels of the upright original, of picture number `image` (from 0); `text` is what is printed there,
    `label` the text left of it or above it, which shows a right number in the wrong field. `score` is 0 to 1.
    `rivals` counts the other printed values of the same kind, such as four other amounts.
    """

    status: Status
    box: Box | None = None
    image: int = 0
    text: str | None = None
    score: float = 0.0
    rivals: int = 0
    label: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The evidence as JSON data."""
        return {**asdict(self), "box": list(self.box) if self.box else None}
