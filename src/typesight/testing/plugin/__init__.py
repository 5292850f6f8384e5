"""The pytest plugin: the fixtures `fake_model`, `sandbox` and `block_network`, and what a failed test had asked.

pytest loads it at its start, in every project of an environment that has typesight. So it imports no SDK and nothing
of the testing kit until a test uses a fixture.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

import typesight.testing as kit
from typesight.testing.kit_errors import NetworkBlocked, RepliesUsedUp
from typesight.testing.plugin.failure_notes import cut_traceback, write_request_notes

if TYPE_CHECKING:
    from typesight.testing import FakeModel, NetworkBlock, Sandbox

__all__ = ["block_network", "fake_model", "sandbox"]

_ASKED = pytest.StashKey[list["FakeModel | Sandbox"]]()


@pytest.fixture
def fake_model(request: pytest.FixtureRequest) -> Callable[..., FakeModel]:
    """Make a `FakeModel`; takes what its class takes. What it was asked is printed if the test fails."""

    def make(*arguments: Any, **options: Any) -> FakeModel:
        model = kit.FakeModel(*arguments, **options)
        request.node.stash.setdefault(_ASKED, []).append(model)
        return model

    return make


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[Callable[..., Sandbox]]:
    """Start a `Sandbox`; takes what its class takes. It is closed after the test."""
    started: list[Sandbox] = []

    def start(*arguments: Any, **options: Any) -> Sandbox:
        box = kit.Sandbox(*arguments, **options).start()
        started.append(box)
        request.node.stash.setdefault(_ASKED, []).append(box)
        return box

    yield start
    for box in started:
        box.close()


@pytest.fixture
def block_network() -> Iterator[NetworkBlock]:
    """Let no connection leave this machine: to try raises `NetworkBlocked`. `allow(host)` lets one through."""
    with kit.NetworkBlock() as block:
        yield block


@pytest.hookimpl(hookwrapper=True)  # not `wrapper=True`, which old versions of pytest refuse at their start
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    """Add to the report of a failed test what its fake models and sandboxes were asked, and shorten its traceback."""
    error = None if call.excinfo is None else call.excinfo.value
    if isinstance(error, (RepliesUsedUp, NetworkBlocked)) and not item.config.getoption("fulltrace"):
        cut_traceback(error)
    outcome = yield
    report, asked = outcome.get_result(), item.stash.get(_ASKED, [])
    if report.failed:
        report.sections += [(f"what the {type(each).__name__} was asked", write_request_notes(each)) for each in asked]
