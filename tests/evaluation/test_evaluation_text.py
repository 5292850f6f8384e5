"""The tables of an evaluation, as they are read in a terminal or aloud."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evaluation.evaluations import GOOD, WITH_ROWS, WRONG, evaluation, judge, setting
from typesight.evaluation.evaluation import Evaluation
from typesight.evaluation.tables.spelled_numbers import spell_dollars, spell_percent, spell_seconds
from typesight.evaluation.tables.text_table import cut_middle, wrap_words, write_columns

HEADS = ["accuracy", "%", "whole", "%", "wrong", "%", "failed", "dollars", "tokens", "seconds"]


def two_settings() -> Evaluation:
    asked = setting(
        "openai/gpt-6-luna",
        judge("c.jpg", GOOD),
        judge("b.jpg", WRONG, boxes={"company": (0, 10.2, 20, 300, 40)}),
        judge("a.jpg", None),
        max_side=768,
    )
    return evaluation(asked, setting("local", judge("c.jpg", WRONG, cost=0.0)), folder="scans")


def block(text: str, start: str) -> list[str]:
    """The lines of the paragraph that begins so."""
    (found,) = [each.splitlines() for each in text.split("\n\n") if each.startswith(start)]
    return found


def test_no_line_of_the_tables_is_wider_than_the_terminal() -> None:
    for width in (80, 90, 100):
        text = two_settings().to_text(width=width, failures=0)
        assert max(map(len, text.splitlines())) <= width


def test_a_setting_has_a_row_with_its_name_in_whole() -> None:
    rows = block(str(two_settings()), "setting")
    assert rows[0].split() == ["setting", "docs", *HEADS]
    assert rows[1].split()[:3] == ["*", "openai/gpt-6-luna", "3"]
    assert rows[1].split()[-4:] == ["1", "0.001", "1,020", "0.50"]
    assert rows[2].strip() == "max_side=768"
    assert rows[3].split()[:2] == ["local", "1"]


def test_a_setting_alone_has_no_mark_and_no_sentence_about_the_cheapest() -> None:
    text = str(evaluation(setting("local", judge("a.jpg", GOOD, cost=0.0))))
    assert "* " not in text
    assert "cheapest" not in text


@pytest.mark.parametrize(
    ("costs", "said"),
    [
        ((0.02, 0.001), "The cheapest that keeps 99 % of the best is the best itself: a, 100 % right for $0.02 a"),
        ((0.02, 0.02), "The cheapest that keeps 99 % of the best is the best itself: a,"),
        ((None, 0.02), "The cheapest that keeps 99 % of the best is not known: none that is good enough has a known"),
        ((0.0, 0.02), "the best itself: a, 100 % right at no cost."),
    ],
)
def test_the_cheapest_that_is_nearly_the_best_is_told_in_words(costs: tuple[float | None, float], said: str) -> None:
    better = setting("a", judge("a.jpg", GOOD, cost=costs[0]))
    worse = setting("b", judge("a.jpg", WRONG, cost=costs[1]))
    assert said in " ".join(str(evaluation(better, worse)).split())


def test_another_setting_that_is_as_good_and_cheaper_is_the_cheapest() -> None:
    dear, cheap = (setting(name, judge("a.jpg", GOOD, cost=cost)) for name, cost in (("dear", 0.02), ("cheap", 0.001)))
    unknown = setting("x", judge("a.jpg", GOOD, cost=None))
    text = " ".join(str(evaluation(dear, replace(dear, setting=cheap.setting), unknown)).split())
    assert "The price of x is not known, so it may be cheaper." in text
    assert "cheap, 100 % right for $0.001 a document" in " ".join(str(evaluation(dear, cheap)).split())


def test_each_field_has_a_row_and_lists_say_their_rows() -> None:
    answer = {"company": "CORNER SHOP", "items": [{"name": "TEA", "price": "2.0"}, {"name": "ROLL", "price": "9.00"}]}
    rows = block(str(evaluation(setting("m", judge("a.jpg", answer, WITH_ROWS)))), "m\n")
    assert rows[1].split() == ["field", "labelled", "right", "wrong", "left", "out", "invented", "accuracy", "%"]
    assert rows[2].split() == ["company", "1", "1", "0", "0", "0", "100"]
    assert rows[5].split()[:2] == ["all", "5"]
    assert rows[6].startswith("items: 2 rows labelled, ")


def test_documents_that_are_not_right_come_with_place_value_and_label() -> None:
    assert block(two_settings().to_text(), "openai/gpt-6-luna max_side=768: 2") == [
        "openai/gpt-6-luna max_side=768: 2 documents not wholly right, the worst first",
        "scans/a.jpg: failed, ExtractionFailed: no reply was valid",
        "scans/b.jpg: 1 of 4 values right",
        '  company: "CORNER" instead of "CORNER SHOP" (page 1, box 10 20 300 40)',
        '  date: left out, it is "2026-11-20"',
        '  note: invented, "THANK YOU"',
    ]


def test_only_so_many_failing_documents_are_shown_and_the_rest_is_counted() -> None:
    assert block(two_settings().to_text(failures=1), "openai/gpt-6-luna max_side=768: 2")[1:] == [
        "scans/a.jpg: failed, ExtractionFailed: no reply was valid",
        "and 1 more document not wholly right",
    ]
    assert "the worst first" not in two_settings().to_text(failures=0)


def test_a_row_that_was_omitted_or_invented_has_one_line() -> None:
    omitted = judge("a.jpg", {"company": "CORNER SHOP", "items": [{"name": "TEA", "price": "2.00"}]}, WITH_ROWS)
    assert block(str(evaluation(setting("m", omitted))), "m: 1")[2:] == [
        '  items.1: row omitted, name "CAKE", price "68.00"'
    ]
    more = [*WITH_ROWS["items"], {"name": "ZZZ", "price": "900.00"}]
    invented = judge("a.jpg", {"company": "CORNER SHOP", "items": more}, WITH_ROWS)
    assert block(str(evaluation(setting("m", invented))), "m: 1")[2:] == [
        '  items.2: row invented, name "ZZZ", price "900.00"'
    ]


def test_confidence_is_told_where_answers_have_it() -> None:
    sure = {"company": 0.5, "date": 0.9, "total": 0.95, "note": 0.4}
    text = " ".join(str(evaluation(setting("m", judge("a.jpg", GOOD, confidence=sure)))).split())
    assert "Confidence, known of 3 values: it is off by 0.217 on average (ECE, ten bins of equal count)." in text
    assert "Answered at 99 % precision: 100 % of all values, those with a confidence of 0.5 or more." in text
    wrong = judge("a.jpg", {"company": "X"}, {"company": "Y"}, confidence={"company": 0.9})
    assert "Answered at 99 % precision: none; no confidence is high enough" in str(evaluation(setting("m", wrong)))
    assert "Confidence" not in str(two_settings())


def test_a_run_that_ended_early_says_how_to_go_on() -> None:
    text = str(evaluation(setting("m", judge("a.jpg", GOOD), is_whole=False)))
    assert "m has not read all documents: run the same command again to go on." in text


def test_an_error_that_ended_a_setting_is_said() -> None:
    ended = replace(setting("m", is_whole=False), error="AuthenticationError: no such key")
    text = " ".join(str(evaluation(ended)).split())
    assert "m has not read all documents (AuthenticationError: no such key): run the same command again to" in text


def test_of_many_settings_only_the_best_are_told_in_full() -> None:
    many = [setting(f"m{n}", judge("a.jpg", WRONG if n else GOOD, cost=0.001 * (n + 1))) for n in range(5)]
    text = str(evaluation(*many, setting("unpriced", judge("a.jpg", WRONG, cost=None))))
    told = [each.splitlines()[0] for each in text.split("\n\n") if "labelled  right" in each]
    assert told == ["m0"]
    assert text.endswith("The fields of the other 5 settings are in the JSON (-o FILE).")
    assert [line.split()[:2] for line in text.splitlines() if "m3" in line] == [["m3", "1"]]


def test_settings_that_ended_early_are_told_of_together() -> None:
    ended = [setting(name, judge("a.jpg", GOOD), is_whole=False) for name in "abc"]
    refused = replace(ended[2], error="AuthenticationError: no such key")
    text = str(evaluation(ended[0], ended[1], refused))
    assert text.count("run the same command again") == 2
    assert "2 settings have not read all documents: run the same command again to go on." in text
    assert "c has not read all documents (AuthenticationError: no such key): run the same" in text


def test_settings_of_unknown_price_have_a_best_and_no_frontier() -> None:
    text = str(evaluation(*(setting(name, judge("a.jpg", GOOD, cost=None)) for name in "ab")))
    assert "The best: a, 100 % right at a price that is not known." in text
    assert "frontier" not in text
    assert "cheapest" not in text


def test_a_scorer_says_of_how_many_documents_its_mean_is() -> None:
    scored = replace(judge("a.jpg", GOOD), extra={"off by": 3.0})
    one, two = setting("m", scored), setting("m", scored, judge("b.jpg", None))
    assert "Scorer off by: 3 on average." in str(evaluation(one))
    assert "Scorer off by: 3 on average of the 1 document with a record." in str(evaluation(two))


def test_nothing_in_a_table_controls_the_terminal() -> None:
    hostile = judge("a\x1b[31m.jpg", {"na\nme": "\x1b]0;x\x07"}, {"na\nme": "y"})
    text = str(evaluation(setting("m\x1b[1m", hostile, prompt="two\nlines"), folder="in\x1b"))
    assert all(line.isprintable() for line in text.split("\n"))


def test_an_evaluation_without_anything_can_be_printed() -> None:
    assert str(evaluation()).startswith("Receipt: 0 documents with 0 labelled values")
    assert "none" in str(evaluation(setting("m")))


def test_shares_are_never_rounded_to_all_or_nothing() -> None:
    assert list(map(spell_percent, (0.9999, 1.0, 0.0001, 0.0, 0.5, None))) == [
        "99.9", "100", "0.1", "0", "50.0", "none",
    ]  # fmt: skip


def test_prices_and_times_have_the_digits_that_count() -> None:
    assert list(map(spell_dollars, (0.0, 1.2, 0.000412345, 12.345, None))) == [
        "0",
        "1.20",
        "0.000412",
        "12.35",
        "unknown",
    ]
    assert list(map(spell_seconds, (0.5, 12.34, None))) == ["0.50", "12.3", "unknown"]


def test_long_names_are_wrapped_at_spaces_and_cut_in_the_middle() -> None:
    assert cut_middle("abcdefghij", 5) == "ab…ij"
    assert cut_middle("abc", 3) == "abc"
    assert wrap_words("openai/gpt-6-luna max_side=768 detail=low", 25) == [
        "openai/gpt-6-luna",
        "max_side=768 detail=low",
    ]
    assert write_columns([("name", "n"), ("a" * 30, "1")], width=24) == [
        "name                   n",
        "aaaaaaaaaa…aaaaaaaaaa  1",
    ]


def test_in_a_narrow_terminal_a_name_has_a_line_of_its_own() -> None:
    rows = [("name", "numbers", "more"), ("b" * 12, "1", "2"), ("c d", "3", "4")]
    assert write_columns(rows, width=20) == [
        "name",
        "numbers  more",
        "bbbbbbbbbbbb",
        "      1     2",
        "c d",
        "      3     4",
    ]
