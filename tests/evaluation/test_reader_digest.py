"""An evaluation reads anew after any change of the code that decides what the local reader reads."""

from __future__ import annotations

from pathlib import Path

import typesight
from house import find_room, read_house
from typesight.evaluation.runs.reader_digest import READING_ROOMS, hash_reader

HOUSE = read_house(Path(typesight.__file__).parent)
# Rooms that say how a call goes and which errors there are, and not what stands in a picture.
OF_CALLS = {"deadline", "errors", "exchange", "logger", "models", "usage"}


def test_every_room_that_the_reader_uses_counts() -> None:
    reading = {module for module in HOUSE.imports if find_room(module) in READING_ROOMS and module != "reader.evaluate"}
    reading -= {module for module in reading if module.startswith("wires.") and module != "wires.local"}
    used = {find_room(target) for module in reading for target in HOUSE.imports[module]}
    assert used - OF_CALLS <= set(READING_ROOMS)


def test_the_digest_is_the_same_each_time() -> None:
    first = hash_reader()
    hash_reader.cache_clear()
    assert hash_reader() == first
    assert len(first) == 64
