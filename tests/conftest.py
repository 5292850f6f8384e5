"""What the tests share: a drawn receipt, the folder of real data, and the Sandbox."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from io import BytesIO
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from sdk_types import check_body
from sent_bodies import serve_picture
from support import Clients
from typesight.testing import Sandbox

pytest_plugins = ["sheets"]

# Cases of one test function that the fast tier runs, the first and the last among them.
FAMILY = 8

# A drawn example may take as long as it takes: how long that is says more of the machine than of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also run what the fast tier leaves out")


def pytest_configure() -> None:
    """Let Ctrl-C be what it is to a program in a terminal: one that a script starts in the background ignores it."""
    if current_thread() is main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # before pytest itself selects by `-m slow`
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to `--slow` the tests that are marked so, and of each large family all but a spread of its cases."""
    families: dict[str, list[pytest.Item]] = {}
    for item in items:
        families.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for family in families.values():
        spread = {round(number * (len(family) - 1) / (FAMILY - 1)) for number in range(FAMILY)}
        for number, item in enumerate(family):
            if len(family) > FAMILY and number not in spread:
                item.add_marker(pytest.mark.slow)
    if not config.getoption("--slow"):
        left_out = [item for item in items if "slow" in item.keywords]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if "slow" not in item.keywords]


@pytest.fixture(scope="session")
def picture() -> bytes:
    """A small drawn receipt as PNG."""
    page = Pillow.new("RGB", (420, 260), "white")
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=26)
    for row, text in enumerate(("CORNER SHOP", "Date: 20/11/2026", "Total: 73.50")):
        pen.text((20, 30 + 70 * row), text, "black", font)
    file = BytesIO()
    page.save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def web(picture: bytes) -> Iterator[str]:
    """The URL of a picture on a server of this machine."""
    with serve_picture(picture) as url:
        yield url


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real receipts and trap pictures; without it the test is skipped and says so."""
    folder = os.environ.get("TYPESIGHT_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("TYPESIGHT_DATA names no folder with sroie/ and pictures/")
    return Path(folder)


@pytest.fixture
def sandbox() -> Iterator[Callable[..., Sandbox]]:
    """Start Sandboxes; at the end every body they accepted is held against the SDK's own closed types."""
    started: list[Sandbox] = []

    def start(*answers: Any, **options: Any) -> Sandbox:
        box = Sandbox(list(answers), **options) if answers else Sandbox(**options)
        started.append(box.__enter__())
        return started[-1]

    yield start
    for box in started:
        box.__exit__(None, None, None)
    for box in started:
        for request in box.requests:
            if request.status == 200:
                check_body(request.wire, request.body)


@pytest.fixture
async def clients() -> AsyncIterator[Clients]:
    """Clients over the real SDKs, closed at the end of the test."""
    made = Clients()
    yield made
    await made.close()
