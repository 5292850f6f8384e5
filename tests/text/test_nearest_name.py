"""The name that was probably meant by one that does not exist."""

from __future__ import annotations

import pytest

from typesight.text.nearest_name import find_nearest

NAMES = ["max_retries", "mode", "model", "seed", "tools", "temperature"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("max_retrys", "max_retries"), ("retries", "max_retries"), ("MaxRetries", "max_retries"),
        ("model_name", "model"), ("modle", "model"), ("hooks", ""), ("second", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_nearest_of_the_names_is_found(name: str, meant: str) -> None:
    assert find_nearest(name, NAMES) == meant
