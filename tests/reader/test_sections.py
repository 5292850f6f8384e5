"""The heading that a label stands under tells which of several fields of one name it means."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel

from typesight.reader import Line
from typesight.reader.page.sheet import Sheet

Paper = Callable[[str], list[Line]]
Told = Callable[..., dict[str, Any]]


class Pump(BaseModel):
    pressure: int
    hours_run: int


class Hours(BaseModel):
    start: datetime.time
    end: datetime.time


PUMPS = {
    "one below the other": """
Feed pump
Pressure       12
Hours run      340

Drain pump
Pressure       7
Hours run      95
""",
    "the other first": """
Drain pump
Pressure       7
Hours run      95

Feed pump
Pressure       12
Hours run      340
""",
    "side by side": """
Feed pump                    Drain pump
Pressure       12            Pressure       7
Hours run      340           Hours run      95
""",
    "below a heading of them all": """
Pump house
Drain pump
Pressure       7
Hours run      95

Feed pump
Pressure       12
Hours run      340
""",
}


@pytest.mark.parametrize("layout", PUMPS)
def test_labels_are_those_of_the_object_they_stand_under(layout: str, told: Told) -> None:
    assert told(PUMPS[layout], feed_pump=Pump, drain_pump=Pump) == {
        "feed_pump": {"pressure": 12, "hours_run": 340},
        "drain_pump": {"pressure": 7, "hours_run": 95},
    }


def test_where_no_heading_tells_labels_come_in_the_order_of_the_fields(told: Told) -> None:
    sheet = "Pressure       12\nHours run      340\nPressure       7\nHours run      95"
    assert told(sheet, feed_pump=Pump, drain_pump=Pump) == {
        "feed_pump": {"pressure": 12, "hours_run": 340},
        "drain_pump": {"pressure": 7, "hours_run": 95},
    }


HOURS = """
Night light
Start         21:30
End           06:15

Quiet mode
Start         23:00
End           07:45
"""


def test_a_heading_tells_whose_start_and_end_they_are(told: Told) -> None:
    assert told(HOURS, quiet_mode=Hours, night_light=Hours) == {
        "quiet_mode": {"start": "23:00:00", "end": "07:45:00"},
        "night_light": {"start": "21:30:00", "end": "06:15:00"},
    }


def test_a_flat_name_is_the_heading_and_the_label_together(told: Told) -> None:
    """`night_light_start` is `Start` below `Night light`."""
    sheet = "Night light\nStart         21:30\n\nQuiet mode\nStart         23:00"
    found = told(sheet, quiet_mode_start=datetime.time, night_light_start=datetime.time)
    assert found == {"quiet_mode_start": "23:00:00", "night_light_start": "21:30:00"}


def test_a_heading_holds_until_the_next_one_as_far_left(paper: Paper) -> None:
    sheet = Sheet(paper(HOURS), ("start", "end"))
    over = [(line.text, heading) for line, heading in sheet.headings.items() if line.text in {"Start", "End"}]
    assert over == [("Start", "Night light"), ("End", "Night light"), ("Start", "Quiet mode"), ("End", "Quiet mode")]


def test_a_heading_further_left_ends_those_within_the_section_before(paper: Paper) -> None:
    sheet = Sheet(
        paper("Pump house\n    Feed pump\n    Pressure     12\nYard\n    Pressure     7\n    Depth        3"),
        ("pressure", "depth"),
    )
    assert [heading for line, heading in sheet.headings.items() if line.text == "Pressure"] == ["Feed pump", "Yard"]


def test_a_label_at_the_left_of_a_heading_does_not_stand_under_it(paper: Paper) -> None:
    sheet = Sheet(paper("              Quiet mode\nStart         23:00\nEnd           07:45"), ("start", "end"))
    assert "Start" not in {line.text for line in sheet.headings}


def test_a_label_with_a_colon_or_a_value_is_no_heading(paper: Paper) -> None:
    sheet = Sheet(paper("Pump house:\nPressure    12\nHours run   340"), ("pressure", "hours run"))
    assert sheet.headings == {}
