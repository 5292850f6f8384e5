"""A file that is written whole or not at all: what was there before stays until the new content is on the disk."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["write_atomically"]

# A dot, so that no search of a folder for documents finds it; the suffix is that of no picture and of no file of rows.
_PARTIAL_NAME = ".typesight-{}.tmp"


@contextmanager
def write_atomically(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give the path of an empty file to write instead; after the block it takes the place of `path`.

    It lies in the same folder, and what it holds is on the disk before it takes that place. If the block or the disk
    fails, it is removed and `path` stays as it was; after a kill it is left as `.typesight-….tmp`, and does no harm.
    A new file gets the mode bits that the umask allows, an existing one keeps its own, and a link is followed. A
    pipe or a device cannot be replaced: the content is copied to it at the end. Raises OSError.
    """
    old = _find_old(path)
    if old is not None and not stat.S_ISREG(old.st_mode):
        with TemporaryDirectory(prefix="typesight-") as folder:
            partial = Path(folder, "output")
            partial.touch()
            yield partial
            _copy(partial, path)
        return
    target = Path(os.path.realpath(path))
    partial = target.with_name(_PARTIAL_NAME.format(secrets.token_hex(8)))
    try:
        _create(partial, private=old is not None)
        yield partial
        _finish(partial, old)
        os.replace(partial, target)  # noqa: PTH105 - atomic also on Windows
    except BaseException:
        with suppress(OSError):
            partial.unlink()
        raise
    _sync_folder(target.parent)


def _find_old(path: str | os.PathLike[str]) -> os.stat_result | None:
    """What is there now, following links; None for nothing. Raises OSError for what cannot be written to."""
    if not os.path.basename(path):  # noqa: PTH119 - Path drops the slash at the end
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    try:
        old = os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    if not os.access(path, os.W_OK):  # replacing needs no permission for the file, only for its folder
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(path))
    return old


def _create(partial: Path, *, private: bool) -> None:
    """Create the file; a private one can be read by nobody else until it has the mode bits of the old one."""
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666))


def _finish(partial: Path, old: os.stat_result | None) -> None:
    """Bring what was written to the disk, with the owner and mode bits of the file that it replaces."""
    descriptor = os.open(partial, os.O_RDWR)
    try:
        os.fsync(descriptor)  # a network file system may report only now that it is full
    finally:
        os.close(descriptor)
    if old is None:
        return
    if sys.platform != "win32":
        with suppress(OSError):  # only root may give a file away
            os.chown(partial, old.st_uid, old.st_gid)
    partial.chmod(stat.S_IMODE(old.st_mode))


def _copy(partial: Path, path: str | os.PathLike[str]) -> None:
    with partial.open("rb") as whole, Path(path).open("wb") as pipe:
        shutil.copyfileobj(whole, pipe)


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk, where the system can do that; the content is there already."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
