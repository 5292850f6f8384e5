"""The documents of a run: those found, or a part of them, with their names; PDFs page by page on request."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from typesight.cli.exit_codes import CommandError
from typesight.cli.inputs import InputDocument, choose_part, find_documents
from typesight.images.documents import split_document
from typesight.many.run_terms import NamedDocument

__all__ = ["choose_documents", "name_inputs"]

_STDIN = "-"


def choose_documents(given: argparse.Namespace) -> list[InputDocument]:
    """The documents that the arguments name: all, the first of them, or some by chance, the same ones each time."""
    found = find_documents(given.paths)
    if not found:
        raise CommandError(f"no pictures or PDFs in {', '.join(given.paths)}")
    return choose_part(found, sample=given.sample, limit=given.limit)


def name_inputs(found: Sequence[InputDocument], *, per_page: bool) -> Iterator[NamedDocument]:
    """The documents with the names of their rows, each opened when its turn comes."""
    for each in found:
        if each.error is not None:
            yield each.source, type(each.error)(f"cannot read {each.path}: {each.error.strerror}")
        elif each.source == _STDIN:
            yield _STDIN, _read_stdin()
        elif per_page:
            yield from _list_pages(each)
        else:
            yield each.source, each.path


def _list_pages(found: InputDocument) -> Iterator[NamedDocument]:
    """The pages of a document as documents, named as RFC 8118 names a page: `scan.pdf#page=2`."""
    try:
        pages = split_document(found.path)
    except Exception as error:
        yield found.source, error
        return
    for number, page in enumerate(pages, start=1):
        yield (f"{found.source}#page={number}" if len(pages) > 1 else found.source), page


def _read_stdin() -> Any:
    """The bytes of standard input, or the error of reading it."""
    try:
        return sys.stdin.buffer.read()
    except (OSError, AttributeError) as error:  # None where it is closed
        return OSError(f"cannot read standard input: {error}")
