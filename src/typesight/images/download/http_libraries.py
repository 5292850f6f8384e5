"""Imports the HTTP libraries that come with the SDKs, only when a download begins."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from typesight.errors import MissingExtra

__all__ = ["library"]


def library(*names: str) -> Any:
    """Import the first of these modules that is installed. Raises MissingExtra if none is."""
    for name in names:
        try:
            return import_module(name)
        except ImportError:
            continue
    raise MissingExtra("openai", "downloading a picture")
