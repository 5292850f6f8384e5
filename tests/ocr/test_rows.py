from __future__ import annotations

from typesight.ocr.rows import group_rows
from typesight.reader import Line


def test_lines_at_one_height_are_a_row_from_left_to_right() -> None:
    lines = [Line("9.00", 1, (300, 10, 360, 30)), Line("Tea", 1, (10, 50, 60, 70)), Line("Total", 1, (10, 12, 80, 32))]
    assert [row.text for row in group_rows(lines)] == ["Total 9.00", "Tea"]


def test_a_slightly_skewed_row_holds_together() -> None:
    lines = [Line(str(at), 1, (at * 100, 100 + at * 5, at * 100 + 80, 124 + at * 5)) for at in range(8)]
    assert [row.text for row in group_rows(lines)] == ["0 1 2 3 4 5 6 7"]


def test_boxes_that_overlap_on_a_tilted_page_stay_two_rows() -> None:
    lines = [Line("12 Harbour Street", 1, (227, 122, 619, 182)), Line("41050 Port", 1, (219, 154, 634, 215))]
    assert [row.text for row in group_rows(lines)] == ["12 Harbour Street", "41050 Port"]


def test_a_label_may_stand_beside_a_value_of_twice_its_height() -> None:
    lines = [Line("RM", 1, (100, 40, 140, 60)), Line("35.40", 1, (160, 28, 300, 72))]
    assert [row.text for row in group_rows(lines)] == ["RM 35.40"]


def test_pictures_keep_their_order_and_empty_lines_fall_away() -> None:
    lines = [Line("b", 1, (0, 0, 9, 9), 1), Line("a", 1, (0, 50, 9, 59), 0), Line(" ", 1, (0, 0, 9, 9), 0)]
    assert [(row.image, row.text) for row in group_rows(lines)] == [(0, "a"), (1, "b")]
