"""The Tesseract engine: runs the program `tesseract`, for languages and machines without RapidOCR."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

from typesight.errors import TypesightError
from typesight.images.encoding.picture_warnings import holds_text
from typesight.ocr.engine import choose_read_size, flatten_to_rgb
from typesight.ocr.lines import Line, enclose_lines, scale_line

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Tesseract"]

_WHOLE, _ONE_LINE = 3, 7
"""Page segmentation modes: find the text of a page; treat the picture as one line. Source: `tesseract --help-psm`."""

_COLUMN_GAP = 1.0
"""Gap between words, in line heights, from which they are separate lines, as in columns."""

_BOX_MARGIN = 0.15
"""Margin around a line's ink in its box, as a share of its height."""


@dataclass(frozen=True)
class Tesseract:
    """Reads with the program `tesseract`, one process and one thread for each picture.

    `languages` are names of its trained data joined by "+", as in "eng+deu"; `program` is its name or path; `seconds`
    is the timeout for each picture.
    """

    languages: str = "eng"
    program: str = "tesseract"
    seconds: float = 120

    def read(self, picture: Image) -> tuple[Line, ...]:
        """The lines of an upright picture, top to bottom.

        Raises TypesightError if the program is not installed, fails, or takes too long.
        """
        seen = choose_read_size(picture.size)
        if not holds_text(seen):
            return ()
        small = picture if seen == picture.size else flatten_to_rgb(picture).resize(seen)
        back = picture.width / small.width, picture.height / small.height
        return tuple(scale_line(line, back) for line in _group_lines(self._read_words(small, _WHOLE)))

    def line(self, strip: Image) -> tuple[str, float]:
        """The text of a picture of one line, and the program's confidence (0 to 1)."""
        from PIL import ImageOps

        if not holds_text(strip.size):
            return "", 0.0
        strip = flatten_to_rgb(strip)
        paper: Any = strip.getpixel((0, 0))
        words = self._read_words(ImageOps.expand(strip, max(8, strip.height // 3), paper), _ONE_LINE)
        return " ".join(word.text for word in words), min((word.score for word in words), default=0.0)

    def _read_words(self, picture: Image, layout: int) -> list[_Word]:
        program = shutil.which(self.program)
        if program is None:
            raise TypesightError(
                f"there is no program {self.program!r} on the PATH: install Tesseract (Debian: apt-get install "
                "tesseract-ocr), or read with RapidOcr, which needs only the extra [local]"
            )
        pixels = BytesIO()
        flatten_to_rgb(picture).save(pixels, "PPM")
        asked = [program, "stdin", "stdout", "-l", self.languages, "--psm", str(layout), "--dpi", "150", "tsv"]
        one_thread = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        try:
            done = subprocess.run(
                asked, input=pixels.getvalue(), capture_output=True, timeout=self.seconds, env=one_thread, check=False
            )
        except subprocess.TimeoutExpired:
            raise TypesightError(
                f"tesseract took more than {self.seconds:g} s for one picture: raise Tesseract(seconds=...)"
            ) from None
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise TypesightError(f"tesseract failed ({done.returncode}): {said[-500:] or 'it did not say why'}")
        return list(_parse_words(done.stdout.decode(errors="replace")))


@dataclass(frozen=True)
class _Word:
    """A word; `place` identifies its line on the page."""

    text: str
    score: float
    box: tuple[int, int, int, int]
    place: tuple[str, ...]


def _parse_words(table: str) -> Iterator[_Word]:
    """The words in the program's output, a table of tab-separated values."""
    rows: Iterable[Mapping[str, str]] = csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    for row in rows:
        text = (row.get("text") or "").strip()
        if row.get("level") == "5" and text:
            left, top, width, height = (int(row[name]) for name in ("left", "top", "width", "height"))
            place = tuple(row[name] for name in ("page_num", "block_num", "par_num", "line_num"))
            yield _Word(text, max(0.0, float(row["conf"])) / 100, (left, top, left + width, top + height), place)


def _group_lines(words: Iterable[_Word]) -> Iterator[Line]:
    """Group words into lines; a line is split where words are far apart."""
    for _, own in groupby(words, key=lambda word: word.place):
        row = sorted(own, key=lambda word: word.box[0])
        height = max(word.box[3] - word.box[1] for word in row)
        piece = [row[0]]
        for word in row[1:]:
            if word.box[0] - piece[-1].box[2] > _COLUMN_GAP * height:
                yield _make_line(piece)
                piece = []
            piece.append(word)
        yield _make_line(piece)


def _make_line(words: list[_Word]) -> Line:
    text, letters = " ".join(word.text for word in words), sum(len(word.text) for word in words)
    score = sum(word.score * len(word.text) for word in words) / letters
    left, top, right, bottom = enclose_lines([Line(word.text, word.score, word.box) for word in words])
    pad = round(_BOX_MARGIN * (bottom - top))
    return Line(text, score, (max(0, left - pad), max(0, top - pad), right + pad, bottom + pad))
