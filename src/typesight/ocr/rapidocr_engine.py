"""The RapidOCR engine: its models come with its package from PyPI, so reading needs no network."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typesight.errors import MissingExtra
from typesight.images.encoding.picture_warnings import holds_text
from typesight.ocr.engine import MAX_SIDE, choose_read_size, flatten_to_rgb, is_ocr_installed
from typesight.ocr.lines import Line, measure_overlap, scale_line

if TYPE_CHECKING:
    from PIL.Image import Image
from typesight.ocr.rapidocr_recogniser import Recogniser

__all__ = ["RapidOcr"]

BAND_OVERLAP = 200
"""Pixels that two neighbouring bands share: more than the height of any line of text."""

_MAX_RATIO = 6.0
"""Highest ratio of length to width for the detector; a slimmer strip is padded with paper. The detector enlarges the
shorter side to 736 pixels and the longer with it, so memory grows with this ratio alone: 0.8 GB at 6, 2 GB at 20."""

_NOISE = 4
"""Largest difference in levels of 255 within blank paper in a drawn picture; print differs by 24 or more."""

MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}
"""Files in the rapidocr 3.10 wheel. Given as paths, they keep rapidocr from downloading any."""


@dataclass(frozen=True, slots=True)
class Band:
    """A horizontal strip of a picture: `top` to `bottom` in pixels of the (shrunk) picture."""

    top: int
    bottom: int


class RapidOcr:
    """PP-OCR through onnxruntime, on one thread, from the models in rapidocr's wheel; loaded on first use.

    The loaded model is shared by the whole process: its sessions may run in several threads at once.
    """

    _model: Any = None
    _lock = threading.Lock()

    def read(self, picture: Image) -> tuple[Line, ...]:
        """The lines of an upright picture, top to bottom.

        Raises:
            MissingExtra: rapidocr or onnxruntime is not installed.

        """
        seen = choose_read_size(picture.size)
        if not holds_text(seen):
            return ()
        small = flatten_to_rgb(picture)
        if seen != picture.size:
            small = small.resize(seen)
        found: tuple[Line, ...] = ()
        for band in _split_bands(small.size):
            found = _join_bands(found, self._read_band(small, band), band)
        back = picture.width / small.width, picture.height / small.height
        return tuple(scale_line(line, back) for line in found)

    def _read_band(self, picture: Image, band: Band) -> tuple[Line, ...]:
        """The lines of one strip, boxes in pixels of the whole picture."""
        strip = picture.crop((0, band.top, picture.width, band.bottom))
        if _is_one_colour(strip):
            return ()
        reply = self._load_once()(_convert_to_bgr(_pad_strip(strip)))
        if reply.boxes is None or reply.txts is None:
            return ()
        return tuple(
            Line(text.strip(), float(score), _bound_corners(corners, strip.size, band.top))
            for corners, text, score in zip(reply.boxes, reply.txts, reply.scores, strict=True)
        )

    # `find_boxes` and `line` call the models directly: rapidocr stores the options of a call for all threads.

    def find_boxes(self, picture: Image) -> list[tuple[int, int, int, int]]:
        """Detect lines of text without reading them, as upright boxes; `picture` is in RGB."""
        if not holds_text(picture.size):
            return []
        reply = self._load_once().text_det(_convert_to_bgr(_pad_strip(picture)))
        return [] if reply.boxes is None else [_bound_corners(corners, picture.size) for corners in reply.boxes]

    def score_line(self, strip: Image) -> float:
        """The engine's confidence (0 to 1) in reading a picture of one line, in RGB."""
        return self.line(strip)[1]

    def line(self, strip: Image) -> tuple[str, float]:
        """The text of a picture of one line, in RGB, and the engine's confidence (0 to 1)."""
        if not holds_text(strip.size):
            return "", 0.0
        from rapidocr.ch_ppocr_rec import TextRecInput

        reply = self._load_once().text_rec(TextRecInput(img=[_convert_to_bgr(strip)], return_word_box=False))
        return (str(reply.txts[0]), float(reply.scores[0])) if reply.txts else ("", 0.0)

    @classmethod
    def _load_once(cls) -> Any:
        if RapidOcr._model is None:
            with cls._lock:
                if RapidOcr._model is None:
                    RapidOcr._model = _load()
        return RapidOcr._model


def _convert_to_bgr(picture: Image) -> Any:
    """The pixels as an array of shape (height, width, 3), blue first, as OpenCV and rapidocr want them.

    They are in that order in memory too: from a reversed view OpenCV copies the whole picture for every line that it
    cuts out, which took a tenth of all reading time.
    """
    try:
        import cv2
        import numpy
    except ImportError as missing:
        raise MissingExtra("local", "reading a picture on this machine") from missing
    return cv2.cvtColor(numpy.asarray(picture), cv2.COLOR_RGB2BGR)


def _is_one_colour(strip: Image) -> bool:
    """Whether a strip, in RGB, has one colour, like blank paper."""
    spans: Any = strip.getextrema()
    return all(high - low <= _NOISE for low, high in spans)


def _pad_strip(strip: Image) -> Image:
    """The strip, padded with paper at the right or below if it is too slim for the detector."""
    from PIL import Image as Pillow

    least = ceil(max(strip.size) / _MAX_RATIO)
    if min(strip.size) >= least:
        return strip
    paper: Any = strip.getpixel((0, 0))
    page = Pillow.new(strip.mode, (max(strip.width, least), max(strip.height, least)), paper)
    page.paste(strip, (0, 0))
    return page


def _load() -> Any:
    """Load RapidOCR without its 180-degree classifier, which turns 6 into 9: pictures are upright already."""
    if not is_ocr_installed():
        raise MissingExtra("local", "reading a picture on this machine")
    try:
        import rapidocr
        from rapidocr import RapidOCR
    except ImportError as missing:
        raise MissingExtra("local", "reading a picture on this machine") from missing
    models = Path(rapidocr.__file__).parent / "models"
    engine: Any = RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.max_side_len": MAX_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            **{f"{part}.model_path": str(models / file) for part, file in MODELS.items()},
        }
    )
    engine._load_det_model()
    engine.text_rec = Recogniser(engine._load_rec_model())
    return engine


def _split_bands(size: tuple[int, int]) -> tuple[Band, ...]:
    """The strips to read one by one; a picture that is short enough is one strip."""
    height = size[1]
    if height <= MAX_SIDE:
        return (Band(0, height),)
    step = MAX_SIDE - BAND_OVERLAP
    tops = range(0, height - BAND_OVERLAP, step)
    return tuple(Band(top, min(height, top + MAX_SIDE)) for top in tops)


def _join_bands(above: tuple[Line, ...], below: tuple[Line, ...], band: Band) -> tuple[Line, ...]:
    """Join the lines read so far and those of the next band, each printed line once.

    A line that touches the edge of a band is cut: the other band has it whole.
    """
    if band.top > 0:
        above = tuple(line for line in above if line.box[3] < band.top + BAND_OVERLAP - 3)
        below = tuple(line for line in below if line.box[1] > band.top + 3)
    fresh = tuple(line for line in below if not any(_is_same_place(line, other) for other in above))
    return (*above, *fresh)


def _is_same_place(first: Line, second: Line) -> bool:
    (left, top, right, bottom), (left2, top2, right2, bottom2) = first.box, second.box
    return (
        measure_overlap((left, right), (left2, right2)) > 0.5 and measure_overlap((top, bottom), (top2, bottom2)) > 0.5
    )


def _bound_corners(corners: Any, size: tuple[int, int], top: int = 0) -> tuple[int, int, int, int]:
    """The upright box around four (x, y) corners, within a strip of this size, moved down by `top` pixels."""
    xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
    right, bottom = min(round(max(xs)), size[0]), min(round(max(ys)), size[1])
    return round(min(xs)), round(min(ys)) + top, right, bottom + top
