"""Strips metadata from a JPEG and checks what is left: marker segments around entropy-coded scans (ITU T.81, annex B).

Damage in a scan may look like a marker. This module follows libjpeg, which decodes the pixels. Without restart markers,
libjpeg ignores the rest of the scan after a false marker. With them, it resumes at the next restart marker, unless the
false one is of a kind that may follow a scan (`jpeg_resync_to_restart`). Then libjpeg reads it as a segment, and gives
up if that makes no sense: so this module goes on at the next valid segment.
"""

from __future__ import annotations

import re

from typesight.errors import UnreadableImage
from typesight.images.opening.stripped_file import StrippedFile

__all__ = ["is_valid_jpeg", "strip_jpeg"]

# A marker in a scan, without the fill bytes before it: those are trimmed afterwards, so that the search is for one byte
# and 20 times as fast. Restart markers have a search of their own.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]", re.DOTALL)
_NON_RESTART = re.compile(rb"\xff[\xc0-\xcf\xd8-\xfe]", re.DOTALL)
_RESTART = re.compile(rb"\xff([\xd0-\xd7])", re.DOTALL)
_PIECE = rb"(?:[^\xff]++|\xff\x00)++"
_NOT_STUFFED = re.compile(rb"\xff[^\x00]", re.DOTALL)
_RESTARTING_SCAN = re.compile(_PIECE + rb"(?:\xff++[\xd0-\xd7]" + _PIECE + rb")*+", re.DOTALL)
_SCAN_HEADER = re.compile(rb"\xff\xda\x00[\x08\x0a\x0c\x0e][\x01-\x04]", re.DOTALL)
_JPEG_START = b"\xff\xd8\xff"
_RESTART_ORDER = bytes(range(0xD0, 0xD8))
_STANDALONE = frozenset(range(0xD0, 0xD9)) | {0x01}
_SOS, _EOI, _DRI, _DNL, _COMMENT, _APP0, _APP14 = 0xDA, 0xD9, 0xDD, 0xDC, 0xFE, 0xE0, 0xEE
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Huffman-coded baseline, extended and progressive frames; tables, scans, restart intervals, JFIF and Adobe's marker.
_KNOWN_MARKERS = frozenset({0xC0, 0xC1, 0xC2, 0xC4, _SOS, 0xDB, _DRI, _APP0, _APP14})
# Segments that may follow a scan: tables, restart interval, height, another scan, application data, comment.
_AFTER_SCAN = frozenset({0xC4, 0xDB, _DRI, _DNL, _SOS, _COMMENT, *range(0xE0, 0xF0)})
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_NO_METADATA = {"exif": b"", "icc": b"", "xmp": b""}


def strip_jpeg(data: bytes) -> StrippedFile:
    """Keep the coded pixels and what decodes them. Raises UnreadableImage for a scan without pixels."""
    kept, told = [data[:2]], dict(_NO_METADATA)
    position, ended, damaged, interval = 2, False, False, False
    while 0 <= (position := _find_marker(data, position)) < len(data):
        marker = data[position + 1]
        if marker == _EOI:
            ended = True
            break
        if marker in _STANDALONE:
            position += 2
            continue
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if max(end, position + 4) > len(data):
            break  # the file ends inside a segment; the scans before it may be a picture
        kept.append(_strip_segment(data[position:end], marker, told))
        interval = any(data[position + 4 : end]) if marker == _DRI else interval
        position = end
        if marker == _SOS:
            scan, position, broken = _read_scan(data, end, interval)
            kept.append(scan)
            damaged = damaged or broken
    damaged = damaged or (ended and _has_another_scan(data, position + 2))
    whole = b"".join([*kept, b"\xff\xd9"])
    return StrippedFile(whole, told["exif"], told["icc"], told["xmp"], cut_short=not ended, damaged=damaged)


def is_valid_jpeg(data: bytes) -> bool:
    """Whether a stripped JPEG is complete and in order, and coded in a way that all decoders support."""
    position, frames, scans, interval = 2, 0, 0, False
    while data[position] == 0xFF and (marker := data[position + 1]) != _EOI:
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        end = position + 2 + length
        if marker not in _KNOWN_MARKERS or length < 2 or end + 2 > len(data):
            return False
        frames += marker in _FRAME_MARKERS
        interval = any(data[position + 4 : end]) if marker == _DRI else interval
        if marker == _SOS:
            stop = _find_sound_end(data, end, interval)
            if stop == end or (interval and not _is_in_order(data[end:stop], from_zero=True)):
                return False
            scans, end = scans + 1, stop
        position = end
    return data[position:] == b"\xff\xd9" and scans > 0 and frames == 1


def _read_scan(data: bytes, start: int, interval: bool) -> tuple[bytes, int, bool]:
    """The coded pixels of the scan at `start`, the position after it, and whether it is broken or out of order."""
    stop = _find_scan_end(data, start, _NON_RESTART if interval else _MARKER)
    if stop == start:
        raise UnreadableImage("the JPEG ends before its first pixels: get the whole file")
    scan = data[start:stop]
    stray = (_MARKER if interval else _RESTART).search(scan) is not None
    broken = stray or (interval and not _is_in_order(scan))
    after = stop
    while after < len(data) and not _is_segment(data, after):
        found = _NON_RESTART.search(data, after + 1)
        after, broken = (found.start() if found else len(data)), True
    return scan, after, broken


def _find_scan_end(data: bytes, start: int, marker: re.Pattern[bytes]) -> int:
    """Where the scan that begins at `start` ends, not counting the fill bytes before its marker."""
    found = marker.search(data, start)
    end = found.start() if found else len(data)
    while found and end > start and data[end - 1] == 0xFF:
        end -= 1
    return end


def _find_sound_end(data: bytes, start: int, interval: bool) -> int:
    """Where the scan at `start` ends, as a strict decoder reads it; at `start` if there is none."""
    if interval:
        scan = _RESTARTING_SCAN.match(data, start)
        return scan.end() if scan else start
    found = _NOT_STUFFED.search(data, start)
    return found.start() if found else len(data)


def _is_in_order(scan: bytes, *, from_zero: bool = False) -> bool:
    """Whether the restart markers count up, 0 after 7."""
    found = b"".join(_RESTART.findall(scan))
    start = 0 if from_zero or not found else found[0] - _RESTART_ORDER[0]
    return (_RESTART_ORDER * (len(found) // 8 + 2)).startswith(found, start)


def _is_segment(data: bytes, start: int) -> bool:
    """Whether the end marker, or a segment that another one follows, begins at `start`, after a scan.

    A segment that ends where the file ends is valid too.
    """
    start = _find_marker(data, start)
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


def _has_another_scan(data: bytes, end: int) -> bool:
    """Whether another scan of the same picture follows the end marker, which is then a false one."""
    following = data.find(_JPEG_START, end)
    return _SCAN_HEADER.search(data, end, following if following >= 0 else len(data)) is not None


def _find_marker(data: bytes, position: int) -> int:
    """Where the next marker begins, after any fill bytes and garbage; -1 if there is none."""
    while True:
        position = data.find(b"\xff", position)
        if position < 0 or position + 3 >= len(data) + 2:
            return -1
        if position + 1 < len(data) and data[position + 1] not in {0x00, 0xFF}:
            return position
        position += 1


def _strip_segment(segment: bytes, marker: int, told: dict[str, bytes]) -> bytes:
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
