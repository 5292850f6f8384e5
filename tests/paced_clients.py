"""Clients whose calls share a pace, as those of one run do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from typesight.drive.perform import Means
from typesight.pacing.pace import Pace

__all__ = ["share_pace"]


def share_pace(client: Any, pace: Pace) -> Any:
    """The client, its calls paced."""
    make_means = client._make_means

    def make_paced_means(*args: Any, **kwargs: Any) -> Means:
        means: Means = make_means(*args, **kwargs)
        return replace(means, pace=pace)

    client._make_means = make_paced_means
    return client
