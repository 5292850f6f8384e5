"""Logger: where typesight says what it does, for whoever debugs; silent unless the application asks for it.

It says what is sent, counted in numbers. Never: image data, keys, prompts, values, the text of replies, whole URLs.
Values and the text of replies go to the logger `typesight.values`, which has a level of its own, so that it stays
silent until somebody sets it to DEBUG by name.
"""

from __future__ import annotations

import logging

__all__ = ["LOGGER", "VALUES"]

LOGGER = logging.getLogger("typesight")
LOGGER.addHandler(logging.NullHandler())
VALUES = logging.getLogger("typesight.values")
if VALUES.level == logging.NOTSET:  # the application may have set it before
    VALUES.setLevel(logging.CRITICAL)
