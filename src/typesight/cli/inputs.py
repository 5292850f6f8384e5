"""Find the documents that the given paths lead to, including those that cannot be read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from typesight.cli.exit_codes import CommandError
from typesight.cli.stderr import say
from typesight.images.autodetect import has_picture_suffix
from typesight.images.opening.formats import sniff

__all__ = ["InputDocument", "check_not_input", "find_documents", "resolve_path"]


@dataclass(frozen=True, slots=True)
class InputDocument:
    """A document's path as it was given or found; `error` is the error if it cannot be opened."""

    path: Path
    error: OSError | None = None

    @property
    def source(self) -> str:
        """The path as it is written in a row: its bytes as UTF-8, whatever the locale.

        Bytes that are not UTF-8 become lone surrogates, as in `os.fsdecode`, so that two names never look the same.
        """
        return os.fsencode(self.path).decode("utf-8", "surrogateescape")


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
    """A folder's documents in order of their names; hidden files and folders inside it are skipped.

    Links to folders are not followed, so that there are no loops and nothing outside is read by accident.
    """
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            if path != folder and not stat.S_ISDIR(path.lstat().st_mode):
                if _is_document(path):
                    yield InputDocument(path)
            else:
                names = sorted(os.listdir(path), reverse=True)  # noqa: PTH208 - names, not paths
                waiting += [path / name for name in names if not name.startswith(".")]
        except OSError as error:
            yield InputDocument(path, error)


def _is_document(path: Path) -> bool:
    """Whether a path that is no folder is a picture or is named like one. Raises OSError if it cannot be read."""
    if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir may raise
        say(f"{path} is a link to a folder and is not followed: give its path to read what is in it")
        return False
    if has_picture_suffix(path.name):
        return True  # also a broken link or a pipe: its row says so
    if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file may raise
        return False
    with path.open("rb") as file:
        return sniff(file.read(256)) is not None
