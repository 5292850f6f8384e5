"""Find the documents that the given paths lead to, including those that cannot be read."""

from __future__ import annotations

import os
import random
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from typesight.cli.exit_codes import CommandError
from typesight.cli.stderr import say
from typesight.images.document_files import spell_path, walk_folder

__all__ = ["InputDocument", "choose_part", "check_not_input", "find_documents", "resolve_path"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class InputDocument:
    """A document's path as it was given or found; `error` is the error if it cannot be opened."""

    path: Path
    error: OSError | None = None

    @property
    def source(self) -> str:
        """The path as it is written in a row."""
        return spell_path(self.path)


def choose_part(documents: Sequence[T], *, sample: int | None, limit: int | None) -> list[T]:
    """What `--sample` and `--limit` leave: some by chance, the same ones each time; the first of those."""
    if sample is not None and sample < len(documents):
        chosen = random.Random(0).sample(range(len(documents)), sample)
        documents = [documents[place] for place in sorted(chosen)]
    return list(documents if limit is None else documents[:limit])


def check_not_input(name: str, output: os.stat_result, inputs: Iterable[InputDocument]) -> None:
    """Raise CommandError for an output that is one of the documents."""
    if not stat.S_ISREG(output.st_mode):
        return
    for found in inputs:
        with suppress(OSError):
            if os.path.samestat(output, found.path.stat()):
                raise CommandError(f"{name} is one of the documents to read ({found.path}): give another file with -o")


def find_documents(paths: Sequence[str]) -> list[InputDocument]:
    """The given files, and every file in the given folders that is a picture or is named like one, each once.

    Raises CommandError for an empty path.
    """
    if "" in paths:  # an unset variable of a script; as a Path it would be the current folder
        raise CommandError("one of the PATHs is empty: give a picture, a PDF or a folder")
    found: dict[str, InputDocument] = {}
    for path in map(Path, paths):
        for each in _walk(path) if os.path.isdir(path) else [InputDocument(path)]:  # noqa: PTH112 - Path.is_dir may raise
            found.setdefault(resolve_path(each.path), each)
    return list(found.values())


def resolve_path(path: Path | str) -> str:
    """A path with its links resolved as far as possible, so that two spellings of one file compare equal."""
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):  # the current folder is gone; or a row's source is no path
        return os.fspath(path)


def _walk(folder: Path) -> Iterator[InputDocument]:
    return (InputDocument(each.path, each.error) for each in walk_folder(folder, _say_skipped))


def _say_skipped(link: Path) -> None:
    say(f"{link} is a link to a folder and is not followed: give its path to read what is in it")
