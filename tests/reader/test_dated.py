"""The dates of a document that a field may hold, by the label that governs each, and the two ends of a period."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

Told = Callable[..., dict[str, Any]]

PERIOD = {"period_start": datetime.date, "period_end": datetime.date}


@pytest.mark.parametrize("between", ["to", "until", "-", "–", "through", "bis", "→"])  # noqa: RUF001
@pytest.mark.parametrize("layout", ["Billing period: {}", "Billing period     {}", "Billing period\n{}", "{}"])
def test_a_period_has_a_start_and_an_end(between: str, layout: str, told: Told) -> None:
    sheet = layout.format(f"1 January 2026 {between} 28 February 2026")
    assert told(sheet, **PERIOD) == {"period_start": "2026-01-01", "period_end": "2026-02-28"}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("start_date", "end_date"),
        ("billing_from", "billing_to"),
        ("begins_on", "ends_on"),
        ("first_night", "last_night"),
    ],
)
def test_the_ends_of_a_period_go_by_many_names(first: str, last: str, told: Told) -> None:
    found = told("Stay: 01.03.2026 - 09.03.2026", **dict.fromkeys((first, last), datetime.date))
    assert found == {first: "2026-03-01", last: "2026-03-09"}


def test_two_dates_in_a_sentence_are_no_period(told: Told) -> None:
    assert told("Ordered on 1 March 2026, sent on 9 March 2026", **PERIOD) == {}


def test_of_two_periods_the_one_whose_words_are_the_fields_is_taken(told: Told) -> None:
    sheet = "Warranty: 1 May 2026 to 1 May 2028\nRental: 3 June 2026 to 9 June 2026"
    assert told(sheet, rental_start=datetime.date, rental_end=datetime.date) == {
        "rental_start": "2026-06-03",
        "rental_end": "2026-06-09",
    }


def test_of_two_periods_that_are_both_another_things_none_is_taken(told: Told) -> None:
    sheet = "Warranty: 1 May 2026 to 1 May 2028\nRental: 3 June 2026 to 9 June 2026"
    assert told(sheet, semester_start=datetime.date) == {}


def test_a_label_of_its_own_is_surer_than_a_period(told: Told) -> None:
    sheet = "Usage: 1 January 2026 to 28 February 2026\nStart date: 5 January 2026"
    assert told(sheet, start_date=datetime.date) == {"start_date": "2026-01-05"}


def test_a_date_and_time_field_takes_the_time_of_its_row(told: Told) -> None:
    assert told("Updated: 5 March 2026 18:43", updated=datetime.datetime) == {"updated": "2026-03-05T18:43:00"}


def test_a_text_field_for_the_date_takes_it_as_it_is_printed(told: Told) -> None:
    assert told("Invoice date: 5 March 2026", invoice_date=str) == {"invoice_date": "5 March 2026"}
