"""Names the file formats that typesight does not read, for error messages."""

from __future__ import annotations

import re

__all__ = ["refusal", "what_else"]


def _rows(*rows: tuple[bytes, str], flags: re.RegexFlag = re.DOTALL) -> tuple[tuple[re.Pattern[bytes], str], ...]:
    return tuple((re.compile(pattern, flags), name) for pattern, name in rows)


# Picture formats that are not supported: old, rare, layered, scientific, or not a still picture. Every unsupported
# format that Pillow 13 has a plugin for is here, except SPIDER, which has no magic bytes. Sources: the checks in
# Pillow's plugins, 2026, and in `file`.
_LEFT_OUT = _rows(
    (rb"DDS ", "a DDS texture"),
    (rb"8BPS", "a Photoshop file (PSD)"),
    (rb"gimp xcf", "a GIMP file (XCF)"),
    (rb"icns", "a macOS icon (ICNS)"),
    (rb"\x00\x00\x02\x00[^\x00]\x00", "a cursor (CUR)"),
    (rb"SIMPLE  =", "a FITS image"),
    (rb"(?:/\*.{0,500}?\*/\s*)?#define\s+\S{1,200}_width\s", "an X bitmap (XBM)"),
    (rb"\s*/\* XPM \*/", "an X pixmap (XPM)"),
    (rb"\x01\xda", "an SGI image"),
    (rb"\x59\xa6\x6a\x95", "a Sun raster image"),
    (rb"BLP[12]", "a BLP texture"),
    (rb"FTEX", "an FTEX texture"),
    (rb".{4}[\x11\x12]\xaf", "an FLI/FLC animation"),
    (rb"DanM|LinS", "a Microsoft Paint 2 image (MSP)"),
    (rb"qoif", "a QOI image"),
    (rb"\xb1\x68\xde\x3a", "a DCX file of several PCX pages"),
    (rb"\xd7\xcd\xc6\x9a|\x01\x00\x09\x00\x00\x03", "a Windows metafile (WMF)"),
    (rb"\x01\x00\x00\x00.{36} EMF", "a Windows metafile (EMF)"),
    (rb"\x00\x00\x01[\xb3\xba]", "an MPEG video"),
    (rb"GRIB", "a GRIB file"),
    (rb"BUFR", "a BUFR file"),
    (rb"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (rb"\x00\x00\x00\x00\x00\x00\x00\x04", "a McIdas area file"),
    (rb"\x80\xe8\x00\x00", "a PIXAR image"),
    (rb"\x00{3}.\x00{3}[\x01\x02].{12}GIMP", "a GIMP brush (GBR)"),
    (rb"Image type:", "an IFUNC image (IM)"),
    (rb"P7 332", "an XV thumbnail"),
    (rb"P7\s+(?:#[^\n]*\n\s*)*(?:WIDTH|HEIGHT|DEPTH|MAXVAL|TUPLTYPE)\s", "a PAM image (P7)"),
    (rb"P[fF]\s+\d+\s+\d+\s", "a PFM image of floats"),
    (rb"\x28\x00\x00\x00.{8}\x01\x00", "a bitmap without its file header (DIB)"),
    (rb"\x1c\x01\x5a", "an IPTC file"),
    (rb"\xff\x0a|\x00\x00\x00\x0cJXL \r\n\x87\n", "a JPEG XL image"),
    (rb"II\xbc\x01", "a JPEG XR image"),
    (rb"v/1\x01", "an OpenEXR image"),
    (rb"#\?RADIANCE|#\?RGBE", "a Radiance image (HDR)"),
    (rb"AT&TFORM", "a DjVu document"),
    (rb"\x8aMNG", "an MNG animation"),
    (rb"FUJIFILMCCD-RAW|.{4}ftypcrx ", "a camera's raw picture"),
    (rb".{4}ftyp|\x1a\x45\xdf\xa3|RIFF.{4}AVI ", "a video"),
)

_NO_PICTURES = _rows(
    (rb"\s*%PDF-", "a PDF"),
    (
        rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml.{0,500}?)?(?:<!--.{0,500}?-->\s*)?(?:<!doctype svg.{0,300}?)?<svg",
        "an SVG drawing",
    ),
    (rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body)", "an HTML page"),
    (rb"(?:\xef\xbb\xbf)?\s*<\?xml", "an XML document"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "a PostScript file"),
    (rb"PK\x03\x04|PK\x05\x06", "a zip archive"),
    (rb"\x1f\x8b", "a gzip archive"),
    (rb"\s*[{\[]", "JSON or other text"),
    flags=re.DOTALL | re.IGNORECASE,
)
_READ = "JPEG, PNG, WebP, GIF, TIFF, BMP, HEIC, AVIF, JPEG 2000, PPM, PCX, TGA or ICO"


def refusal(data: bytes) -> str:
    """Say what bytes are that typesight cannot read, and what to do; in a message this follows their name."""
    found = _left_out(data)
    if found:
        return f"is {found}, which typesight does not read: convert it to PNG or JPEG (it reads {_READ})"
    found = what_else(data)
    instead = "Image.from_pdf makes pictures of its pages" if found == "a PDF" else "give a JPEG, PNG, WebP or GIF file"
    return f"is {found}, not a picture: {instead}"


def what_else(data: bytes) -> str:
    """Describe bytes in no supported picture format in a few words, such as "a PDF"."""
    head = bytes(data[:2048])
    if not head:
        return "empty (0 bytes)"
    found = _left_out(data) or _named(head, _NO_PICTURES)
    if found:
        return found
    try:
        head.decode("utf-8", errors="strict" if len(data) <= len(head) else "ignore")
    except UnicodeDecodeError:
        return "in an unknown format"
    return "text" if b"\x00" not in head else "in an unknown format"


def _left_out(data: bytes) -> str | None:
    return _named(bytes(data[:2048]), _LEFT_OUT)


def _named(head: bytes, rows: tuple[tuple[re.Pattern[bytes], str], ...]) -> str | None:
    return next((name for pattern, name in rows if pattern.match(head)), None)
