"""Logger: where typesight says what it does, for whoever debugs; silent unless the application asks for it.

It says what is sent, counted in numbers. Never: image data, keys, prompts, values, the text of replies, whole URLs.
"""

from __future__ import annotations

import logging

__all__ = ["LOGGER"]

LOGGER = logging.getLogger("typesight")
LOGGER.addHandler(logging.NullHandler())
