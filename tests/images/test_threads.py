"""One Pillow picture in many threads: it is decoded once, and every thread gets the same bytes."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier

import pytest
from PIL import Image as Pillow

from images import pictures
from typesight import Image
from typesight.images.encoding.encode import encode
from typesight.models.profiles import VisionProfile

pytestmark = pytest.mark.filterwarnings("ignore::typesight.PictureWarning")

ROOMY = VisionProfile("roomy", max_side=1200)
THREADS = 16
USES: dict[str, Callable[[Image], object]] = {
    "encoded": lambda image: encode(image, ROOMY).sha256,
    "hashed": hash,
    "filed": lambda image: image.sha256,
}


def lazy(kind: str) -> Pillow.Image:
    """A picture that Pillow has opened and not decoded yet."""
    return Pillow.open(BytesIO(pictures.saved(pictures.scene((1600, 1200)), kind, exif=pictures.exif(6))))


@pytest.mark.slow
@pytest.mark.parametrize("use", [*USES, "all"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_lazy_picture_is_shared_by_threads(kind: str, use: str) -> None:
    jobs = list(USES.values()) if use == "all" else [USES[use]]
    truth = [job(Image(lazy(kind))) for job in jobs]
    for _ in range(3):
        shared, start = lazy(kind), Barrier(THREADS)

        def work(number: int, shared: Pillow.Image = shared, start: Barrier = start) -> object:
            start.wait()
            return jobs[number % len(jobs)](Image(shared))  # a source each, of one picture

        with ThreadPoolExecutor(THREADS) as pool:
            done = list(pool.map(work, range(THREADS)))
        assert done == [truth[number % len(jobs)] for number in range(THREADS)]


def test_the_callers_lazy_jpeg_keeps_its_own_size() -> None:
    given = lazy("JPEG")
    encode(Image(given), ROOMY, max_side=1000)
    assert given.size == (1600, 1200)


def test_an_image_of_a_lazy_picture_travels_through_pickle() -> None:
    image = Image(lazy("PNG"))
    assert pickle.loads(pickle.dumps(image)) == image
