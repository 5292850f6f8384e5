from __future__ import annotations

import datetime

import pytest

from typesight.text.dates import find_dates, find_times


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("20/12/2017", "2017-12-20"),
        ("Date: 03/05/201820:24", "2018-05-03"),
        ("12/13/2016 9:52:15 AM", "2016-12-13"),
        ("26/06/18", "2018-06-26"),
        ("27/06/185:02:32 PM", "2018-06-27"),
        ("01/01/99", "1999-01-01"),
        ("05-AUG-2017", "2017-08-05"),
        ("28 MAR 18", "2018-03-28"),
        ("27th of March 2018", "2018-03-27"),
        ("March 27, 2018", "2018-03-27"),
        ("3. März 2019", "2019-03-03"),
        ("le 3 août 2020", "2020-08-03"),
        ("2018-03-23T18:43:34", "2018-03-23"),
        ("2018/02/22", "2018-02-22"),
        ("2018年2月22日", "2018-02-22"),
        ("25.12.2018 8:13:39 PM", "2018-12-25"),
    ],
)
def test_a_date_is_read_in_every_usual_spelling(text: str, iso: str) -> None:
    assert [found.value.isoformat() for found in find_dates(text)] == [iso]


@pytest.mark.parametrize(
    "text", ["31/02/2018", "1.2.3.4", "012-5389466", "12/3O/2018", "10 OCTAL 2017", "192.168.10.12"]
)
def test_what_is_no_date_is_not_read_as_one(text: str) -> None:
    assert find_dates(text) == ()


def test_eight_digits_in_a_row_are_a_date_that_is_not_certain() -> None:
    assert [(found.value, found.certain) for found in find_dates("20180304")] == [(datetime.date(2018, 3, 4), False)]


def test_times_are_found_beside_and_glued_to_dates() -> None:
    assert find_times("03/05/201820:24") == (datetime.time(20, 24),)
    assert find_times("20/12/2017 07:10:35 PM") == (datetime.time(19, 10, 35),)
    assert find_times("12:05 am") == (datetime.time(0, 5),)


def test_a_date_that_other_digits_run_into_is_not_certain() -> None:
    assert [(found.value, found.certain) for found in find_dates("#19504/06/2018")] == [
        (datetime.date(2018, 6, 4), False)
    ]
