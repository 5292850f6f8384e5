"""Reads a file, or only its first bytes to check what it is, without blocking."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from io import BufferedReader
from pathlib import Path, PurePath

from typesight.errors import ImageError, ImageNotFound, ImageTooLarge, UnsupportedImage
from typesight.images.opening.foreign_formats import explain_unreadable
from typesight.images.opening.formats import PictureFormat, sniff

__all__ = ["check_bytes", "check_file", "hash_file", "read_first_bytes", "read_whole_file"]

_MAX_FILE_BYTES = 512 * 1024 * 1024
_HEAD_BYTES = 256  # bytes; what `sniff` looks at
_OPEN_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"))
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


def check_file(path: str, *, follow: bool = True) -> None:
    """Check that `path` is a regular file that begins as a picture.

    `follow=False`: the path's last part must not be a symbolic link. Raises ImageNotFound, UnsupportedImage (a
    folder, a pipe, a device or not a picture) or ImageError (not readable).
    """
    check_bytes(read_first_bytes(path, follow=follow), _shorten_name(path))


def read_first_bytes(path: str, count: int = _HEAD_BYTES, *, follow: bool = True) -> bytes:
    """The first `count` bytes of a regular file, picture or not; otherwise raises as `check_file` does."""
    with _open_regular(path, follow=follow) as file:
        return os.read(file.fileno(), count)


def read_whole_file(path: str) -> bytes:
    """All bytes of a regular file, picture or not; raises as `check_file` does, and ImageTooLarge."""
    with _open_regular(path) as file:
        if os.fstat(file.fileno()).st_size > _MAX_FILE_BYTES:
            raise ImageTooLarge(
                f"{_shorten_name(path)} is larger than {_MAX_FILE_BYTES // 1024**2} MB: give a smaller picture"
            )
        return file.read()


def hash_file(path: str) -> str:
    """SHA-256, in hexadecimal, of a regular file, read in pieces; raises as `check_file` does."""
    with _open_regular(path) as file:
        return file_digest(file, "sha256").hexdigest()


@contextmanager
def _open_regular(path: str, *, follow: bool = True) -> Iterator[BufferedReader]:
    name = _shorten_name(path)
    try:
        # Opening a pipe blocks and opening a device may trigger it: check first, and check again what was opened.
        _check_regular(os.stat(path, follow_symlinks=follow).st_mode, name)  # noqa: PTH116 - exactly the path that was given
        flags = _OPEN_FLAGS | (0 if follow else _NO_FOLLOW)
        with open(path, "rb", opener=lambda name, _: os.open(name, flags)) as file:
            _check_regular(os.fstat(file.fileno()).st_mode, name)
            yield file
    except (FileNotFoundError, NotADirectoryError) as error:
        here = "" if PurePath(path).is_absolute() else f" (now in {Path.cwd()})"
        raise ImageNotFound(f"there is no file {path[:200]}: check the path{here}") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "the path is not valid on this system"
        raise ImageError(f"cannot read {name}: {reason}") from error


def _shorten_name(path: str) -> str:
    return PurePath(path).name[:100] or path[:100]


def check_bytes(data: bytes, name: str) -> PictureFormat:
    """The picture format of bytes. Raises UnsupportedImage if they are not a picture."""
    if kind := sniff(data):
        return kind
    raise UnsupportedImage(f"{name} {explain_unreadable(data)}")


def _check_regular(mode: int, name: str) -> None:
    if stat.S_ISREG(mode):
        return
    what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
    raise UnsupportedImage(f"{name} is {what}: give the path of one picture file")
