"""Drawn forms, invoices and settings are read and filled, upright and turned: the figures that are promised.

Slow: about 90 pictures are read, some of them four times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO

import pytest

from reader.drawn import Drawn, forms, invoices, score, settings
from typesight.ocr.engine import is_ocr_installed
from typesight.reader import fill, read

pytestmark = [
    pytest.mark.skipif(not is_ocr_installed(), reason="needs the extra `local`"),
    pytest.mark.timeout(900),
    pytest.mark.slow,
]
KINDS: dict[str, Callable[[], list[Drawn]]] = {"forms": forms, "invoices": invoices, "settings": settings}


def share(documents: Iterable[Drawn], turns: int) -> float:
    """The share of all fields that are right in pictures after so many quarter turns."""
    scores = []
    for drawn in documents:
        file = BytesIO()
        drawn.picture.rotate(90 * turns, expand=True).save(file, "PNG")
        found = fill(read(file.getvalue()), drawn.model.model_json_schema(by_alias=True))
        scores.append(score(found, drawn.truth))
    return sum(right for right, _ in scores) / sum(all_ for _, all_ in scores)


@pytest.mark.parametrize("kind", KINDS)
def test_of_drawn_documents_95_of_100_fields_are_right(kind: str) -> None:
    assert share(KINDS[kind](), 0) >= 0.95


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_of_every_third_drawn_document_that_is_turned_90_of_100_fields_are_right(kind: str, turns: int) -> None:
    turned = (drawn for number, drawn in enumerate(KINDS[kind]()) if number % 3 == turns - 1)
    assert share(turned, turns) >= 0.90
