"""Keeps the memory of pictures that were closed for those that come next.

Pillow gives it back to the system after each operation, and the system hands it out again zeroed, page by page. With
one picture after another that is a third of the time: 27 ms against 18 ms for a JPEG of 452 kB and 1100 x 1500 pixels
(CPython 3.11, Pillow 13.0, Linux, December 2026; `benchmarks/README.md`).
"""

from __future__ import annotations

from typing import Any

__all__ = ["keep_pixel_memory"]

_BLOCKS_OF_A_PICTURE = 2  # what is decoded, and what is made of it


def keep_pixel_memory(pictures: int) -> None:
    """Let Pillow keep the memory of so many pictures, in blocks of 16 MB at most, until the process ends.

    Does nothing if the application has chosen a number of blocks (`PILLOW_BLOCKS_MAX`, Pillow's "Block allocator").
    """
    from PIL import Image

    core: Any = Image.core  # type: ignore[attr-defined]  # documented, but left out of Pillow's types
    if getattr(core, "get_blocks_max", lambda: -1)() == 0:
        core.set_blocks_max(_BLOCKS_OF_A_PICTURE * pictures)
