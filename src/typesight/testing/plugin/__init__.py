"""The pytest plugin: the fixtures `fake_model`, `sandbox` and `block_network`, and what a failed test had asked.

pytest loads it at its start, in every project of an environment that has typesight. So it imports no SDK and nothing
of the testing kit until a test uses a fixture.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

import typesight.testing as kit
from typesight.testing.plugin.failure_notes import (
    add_block_note,
    cut_chain,
    cut_traceback,
    find_network_blocked,
    is_from_library,
    write_request_notes,
)

if TYPE_CHECKING:
    from typesight.testing import FakeModel, NetworkBlock, Sandbox

__all__ = ["block_network", "fake_model", "sandbox"]

_ASKED = pytest.StashKey[list["FakeModel | Sandbox"]]()
_BLOCK = pytest.StashKey["NetworkBlock"]()


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
def block_network(request: pytest.FixtureRequest) -> Iterator[NetworkBlock]:
    """Let no connection leave this machine: to try raises `NetworkBlocked`. `allow(host)` lets one through."""
    with kit.NetworkBlock() as block:
        request.node.stash[_BLOCK] = block
        yield block


@pytest.hookimpl(hookwrapper=True)  # not `wrapper=True`, which old versions of pytest refuse at their start
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    """Add to the report of a failed test what was asked and what was stopped, and shorten its traceback."""
    error = None if call.excinfo is None else call.excinfo.value
    if error is not None:
        _shorten_error(error, asks=_ASKED in item.stash, cuts=not item.config.getoption("fulltrace"))
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        report.sections += _write_sections(item, report.longreprtext)


def _shorten_error(error: BaseException, *, asks: bool, cuts: bool) -> None:
    """Give an error the words that the test's author needs, and if `cuts` take away the lines that are not theirs.

    `asks`: the test has asked a fake model or a Sandbox. Nothing is taken from an error of the author's own code.
    """
    blocked = find_network_blocked(error)
    if blocked is not None:
        add_block_note(error, blocked)
    if cuts and (blocked is not None or asks) and is_from_library(error):
        cut_traceback(error)
        if error is not blocked:
            cut_chain(error)


def _write_sections(item: pytest.Item, shown: str) -> Iterator[tuple[str, str]]:
    """The titles and texts that a failed test's report gets, of which `shown` is what it says already."""
    for asked in item.stash.get(_ASKED, []):
        yield f"what the {type(asked).__name__} was asked", write_request_notes(asked)
    stopped = item.stash[_BLOCK].stopped if _BLOCK in item.stash else []
    hidden = [words for words in dict.fromkeys(stopped) if words not in shown]
    if hidden:
        yield "what block_network stopped", "\n".join(hidden)
