"""DocumentFile: a picture or PDF that was found in a folder, or a place in it that cannot be read."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from typesight.images.autodetect import has_picture_suffix
from typesight.images.opening.formats import sniff

__all__ = ["DocumentFile", "walk_folder", "spell_path"]

_HEAD = 256  # bytes: more than the longest signature of a format


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A document's path as it was found; `error` is the error if it cannot be opened."""

    path: Path
    error: OSError | None = None


def spell_path(path: Path) -> str:
    """A path as text: its bytes as UTF-8, whatever the locale.

    Bytes that are not UTF-8 become lone surrogates, as in `os.fsdecode`, so that two names never look the same.
    """
    return os.fsencode(path).decode("utf-8", "surrogateescape")


def walk_folder(folder: Path, skip_link: Callable[[Path], object] = lambda _: None) -> Iterator[DocumentFile]:
    """A folder's documents in order of their names; hidden files and folders inside it are skipped.

    Links to folders are not followed, so that there are no loops and nothing outside is read by accident; `skip_link`
    is told of each.
    """
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            if path != folder and not stat.S_ISDIR(path.lstat().st_mode):
                if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir may raise
                    skip_link(path)
                elif _is_document(path):
                    yield DocumentFile(path)
            else:
                names = sorted(os.listdir(path), reverse=True)  # noqa: PTH208 - names, not paths
                waiting += [path / name for name in names if not name.startswith(".")]
        except OSError as error:
            yield DocumentFile(path, error)


def _is_document(path: Path) -> bool:
    """Whether a path that is no folder is a picture or is named like one. Raises OSError if it cannot be read."""
    if has_picture_suffix(path.name):
        return True  # also a broken link or a pipe: who reads it will say so
    if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file may raise
        return False
    with path.open("rb") as file:
        return sniff(file.read(_HEAD)) is not None
