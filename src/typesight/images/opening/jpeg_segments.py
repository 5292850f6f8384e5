"""Strips metadata from a JPEG: a chain of marker segments around entropy-coded scans (ITU T.81, annex B).

Damage in a scan may look like a marker. This module follows libjpeg, which decodes the pixels. Without restart markers,
libjpeg ignores the rest of the scan after a false marker. With them, it resumes at the next restart marker, unless the
false one is of a kind that may follow a scan (`jpeg_resync_to_restart`). Then libjpeg reads it as a segment, and gives
up if that makes no sense: so this module goes on at the next valid segment.
"""

from __future__ import annotations

import re
from itertools import pairwise

from typesight.errors import UnreadableImage
from typesight.images.opening.stripped_file import Bare

__all__ = ["bare_jpeg"]

# A marker in a scan, without the fill bytes before it: those are trimmed afterwards, so that the search is for one byte
# and 20 times as fast. Restart markers have a search of their own.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]", re.DOTALL)
_STOPPING = re.compile(rb"\xff[\xc0-\xcf\xd8-\xfe]", re.DOTALL)
_RESTART = re.compile(rb"\xff([\xd0-\xd7])", re.DOTALL)
_ANOTHER_SCAN = re.compile(rb"\xff\xda\x00[\x08\x0a\x0c\x0e][\x01-\x04]", re.DOTALL)
_START = b"\xff\xd8\xff"
_ALONE = frozenset(range(0xD0, 0xD9)) | {0x01}
_SOS, _EOI, _DRI, _DNL, _COMMENT, _APP0, _APP14 = 0xDA, 0xD9, 0xDD, 0xDC, 0xFE, 0xE0, 0xEE
# Segments that may follow a scan: tables, restart interval, height, another scan, application data, comment.
_AFTER_SCAN = frozenset({0xC4, 0xDB, _DRI, _DNL, _SOS, _COMMENT, *range(0xE0, 0xF0)})
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_TELLS_NOTHING = {"exif": b"", "icc": b"", "xmp": b""}


def bare_jpeg(data: bytes) -> Bare:
    """Keep the coded pixels and what decodes them. Raises UnreadableImage for a scan without pixels."""
    kept, told = [data[:2]], dict(_TELLS_NOTHING)
    position, ended, damaged, interval = 2, False, False, False
    while 0 <= (position := _next_marker(data, position)) < len(data):
        marker = data[position + 1]
        if marker == _EOI:
            ended = True
            break
        if marker in _ALONE:
            position += 2
            continue
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if max(end, position + 4) > len(data):
            break  # the file ends inside a segment; the scans before it may be a picture
        kept.append(_kept_segment(data[position:end], marker, told))
        interval = any(data[position + 4 : end]) if marker == _DRI else interval
        position = end
        if marker == _SOS:
            scan, position, broken = _scan(data, end, interval)
            kept.append(scan)
            damaged = damaged or broken
    damaged = damaged or (ended and _goes_on(data, position + 2))
    whole = b"".join([*kept, b"\xff\xd9"])
    return Bare(whole, told["exif"], told["icc"], told["xmp"], cut_short=not ended, damaged=damaged)


def _scan(data: bytes, start: int, interval: bool) -> tuple[bytes, int, bool]:
    """The coded pixels of the scan at `start`, the position after it, and whether it is broken or out of order."""
    stop = _stop(data, start, _STOPPING if interval else _MARKER)
    if stop == start:
        raise UnreadableImage("the JPEG ends before its first pixels: get the whole file")
    scan = data[start:stop]
    broken = not _in_order(scan, interval) or (interval and _MARKER.search(scan) is not None)
    after = stop
    while after < len(data) and not _is_segment(data, after):
        found = _STOPPING.search(data, after + 1)
        after, broken = (found.start() if found else len(data)), True
    return scan, after, broken


def _stop(data: bytes, start: int, marker: re.Pattern[bytes]) -> int:
    """Where the scan that begins at `start` ends, not counting the fill bytes before its marker."""
    found = marker.search(data, start)
    end = found.start() if found else len(data)
    while found and end > start and data[end - 1] == 0xFF:
        end -= 1
    return end


def _in_order(scan: bytes, interval: bool) -> bool:
    """Whether the restart markers count up, 0 after 7; without an announced interval there may be none."""
    found = [number[0] for number in _RESTART.findall(scan)]
    return (interval or not found) and all((one + 1) % 8 == two % 8 for one, two in pairwise(found))


def _is_segment(data: bytes, start: int) -> bool:
    """Whether the end marker, or a segment that another one follows, begins at `start`, after a scan.

    A segment that ends where the file ends is valid too.
    """
    start = _next_marker(data, start)
    if start < 0:
        return False
    marker = data[start + 1]
    if marker == _EOI:
        return True
    length = int.from_bytes(data[start + 2 : start + 4], "big")
    end = start + 2 + length
    if marker not in _AFTER_SCAN or length < 2 or end > len(data):
        return False
    if marker == _SOS:
        return length == 6 + 2 * data[start + 4]
    return data[end : end + 1] in {b"\xff", b""}


def _goes_on(data: bytes, end: int) -> bool:
    """Whether another scan of the same picture follows the end marker, which is then a false one."""
    following = data.find(_START, end)
    return _ANOTHER_SCAN.search(data, end, following if following >= 0 else len(data)) is not None


def _next_marker(data: bytes, position: int) -> int:
    """Where the next marker begins, after any fill bytes and garbage; -1 if there is none."""
    while True:
        position = data.find(b"\xff", position)
        if position < 0 or position + 3 >= len(data) + 2:
            return -1
        if position + 1 < len(data) and data[position + 1] not in {0x00, 0xFF}:
            return position
        position += 1


def _kept_segment(segment: bytes, marker: int, told: dict[str, bytes]) -> bytes:
    """What to keep of a segment. Its EXIF, XMP or colour profile is added to `told`."""
    body = segment[4:]
    if marker == _APP0 and body.startswith(b"JFIF\x00"):
        return _JFIF  # without its thumbnail and its density
    if marker == _APP14 and body.startswith(b"Adobe"):
        return segment  # says which colour transform the scan is coded with
    if marker == 0xE1 and body.startswith(b"Exif\x00") and not told["exif"]:
        told["exif"] = body[6:]
    if marker == 0xE1 and body.startswith(_XMP) and not told["xmp"]:
        told["xmp"] = body[len(_XMP) :]
    if marker == 0xE2 and body.startswith(b"ICC_PROFILE\x00"):
        told["icc"] += body[14:]
    return b"" if _APP0 <= marker <= 0xEF or marker == _COMMENT else segment
