"""Which picture some encoded bytes were made of, so that a request is known whatever the encoder made of its pictures.

Nothing is noted before `start_noting`: it takes reading the files again.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from threading import Lock

from typesight.errors import ImageError
from typesight.images.image_hints import CropBox
from typesight.images.opening.open_picture import read_bytes
from typesight.images.opening.sources import FileSource, Source, UrlSource

__all__ = ["find_original", "note_original", "start_noting"]

_MOST = 20_000  # pictures that are remembered, about 5 MB
_NOTES: OrderedDict[str, str] = OrderedDict()
_LOCK = Lock()
_noting = False


def start_noting() -> None:
    """Note from now on, in this process, what pictures are made of."""
    global _noting  # noqa: PLW0603 - one switch for the process, which is never turned off
    _noting = True


def note_original(encoded_digest: str, source: Source, box: CropBox | None) -> None:
    """Note of what the bytes with a SHA-256 were made: of a source, or of the part of it that a caller cut out."""
    if not _noting or (name := _name_original(source)) is None:
        return
    cut = f" {','.join(map(str, box))}" if box else ""
    with _LOCK:
        _NOTES[encoded_digest] = name + cut
        _NOTES.move_to_end(encoded_digest)
        while len(_NOTES) > _MOST:
            _NOTES.popitem(last=False)


def find_original(encoded_digest: str) -> str | None:
    """The SHA-256 of the picture that encoded bytes were made of, with a box if it was cut; None if that is unknown."""
    with _LOCK:
        return _NOTES.get(encoded_digest)


def _name_original(source: Source) -> str | None:
    """The SHA-256 of a picture's own bytes, of its pixels, or of its page; None if it cannot be read any more."""
    if isinstance(source, UrlSource):
        return None
    if not isinstance(source, FileSource):
        return source.digest
    try:
        return sha256(read_bytes(source)).hexdigest()
    except ImageError:
        return None
