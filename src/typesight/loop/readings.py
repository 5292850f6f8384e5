"""What a call makes of readings on this machine: close-ups with a complaint, a hint, a warning of absent values."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from typesight.conversation.conversation import Conversation
from typesight.conversation.extraction import Extraction
from typesight.errors import ImageError
from typesight.evidence.evidence import Evidence, EvidenceWarning
from typesight.evidence.zoom import Closeup
from typesight.exchange.call_pictures import CallPictures
from typesight.exchange.sentences import label_closeup, write_ocr_hint
from typesight.exchange.turns import ContentPart
from typesight.images.image import Image
from typesight.ocr.lines import Line
from typesight.ocr.rows import group_rows

__all__ = ["add_hint", "attach_closeups", "read_evidence", "warn_of_absent_values"]


def attach_closeups(
    conversation: Conversation[Any], pictures: CallPictures, images: Sequence[Image], found: Sequence[Closeup]
) -> CallPictures:
    """Attach close-ups of some of `images` to the last complaint; return the pictures with the new ones' turns."""
    turns = dict(pictures.quarter_turns)
    closeups: list[ContentPart] = []
    for part in found:
        turns[part.crop] = turns.get(images[part.image - 1], 0)
        closeups += [label_closeup(part.paths, part.image, len(images)), part.crop]
    if not closeups:
        return pictures
    conversation.extend_complaint(closeups)
    return replace(pictures, quarter_turns=turns)


def add_hint(conversation: Conversation[Any], lines: Sequence[Line]) -> None:
    """Add the text that OCR has read in the pictures to the first request."""
    conversation.add_text(write_ocr_hint([row.text for row in group_rows(lines)]))


def read_evidence(extraction: Extraction[Any]) -> Mapping[str, Evidence]:
    """Read the evidence of a record; if its pictures are gone, warn and return none: the record has been paid for."""
    try:
        return extraction.evidence
    except ImageError as error:
        warnings.warn(f"{extraction.source}: the values were not checked: {error}", EvidenceWarning, stacklevel=2)
        return {}


def warn_of_absent_values(source: str, paths: Sequence[str]) -> None:
    """Warn with EvidenceWarning of values that OCR did not find in the pictures of `source`."""
    warnings.warn(
        f"{source}: OCR did not find the values of these fields, check them: {', '.join(paths)}",
        EvidenceWarning,
        stacklevel=2,
    )
