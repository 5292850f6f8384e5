"""Type checkers know the version as a text, though it is looked up on first use."""

from __future__ import annotations

from typing import assert_type

import typesight


def test_the_version_is_a_text() -> None:
    assert_type(typesight.__version__, str)
    assert isinstance(typesight.__version__, str)
