"""What changed between two evaluations."""

from __future__ import annotations

import json
from dataclasses import replace

from evaluation.evaluations import GOOD, LABEL, WITH_ROWS, WRONG, evaluation, judge, setting
from typesight.evaluation.comparison import compare_evaluations
from typesight.evaluation.setting_change import FieldChange


def test_each_value_that_changed_is_listed_with_both_answers() -> None:
    before = evaluation(setting("m", judge("a.jpg", GOOD), judge("b.jpg", GOOD)))
    after = evaluation(setting("m", judge("a.jpg", WRONG), judge("b.jpg", GOOD)))
    (change,) = compare_evaluations(before, after).settings
    assert change.changes == (
        FieldChange("a.jpg", "company", "company", "worse", "CORNER SHOP", "Corner Shop", "CORNER"),
        FieldChange("a.jpg", "date", "date", "worse", "2026-11-20", "2026-11-20", None),
        FieldChange("a.jpg", "note", "note", "worse", None, None, "THANK YOU"),
    )
    assert (change.difference.worse, change.difference.better, change.difference.same) == (1, 0, 1)
    (back,) = compare_evaluations(after, before).settings
    assert [each.kind for each in back.changes] == ["better"] * 3


def test_what_is_wrong_in_another_way_is_neither_better_nor_worse() -> None:
    before = evaluation(setting("m", judge("a.jpg", {**GOOD, "company": "X"})))
    after = evaluation(setting("m", judge("a.jpg", {**GOOD, "company": "Y"})))
    (change,) = compare_evaluations(before, after).settings
    assert [(each.kind, each.before, each.after) for each in change.changes] == [("other", "X", "Y")]
    assert compare_evaluations(before, before).settings[0].changes == ()


def test_a_document_that_failed_is_worse_in_all_its_values() -> None:
    before, after = (evaluation(setting("m", judge("a.jpg", answer))) for answer in (GOOD, None))
    (change,) = compare_evaluations(before, after).settings
    assert [each.path for each in change.changes] == ["company", "date", "total"]
    assert change.count("worse") == 3


def test_what_only_one_of_them_has_is_said() -> None:
    before = evaluation(setting("m", judge("a.jpg", GOOD), judge("b.jpg", GOOD)), setting("old", judge("a.jpg", GOOD)))
    after = evaluation(setting("m", judge("c.jpg", GOOD), judge("b.jpg", GOOD)), setting("new", judge("a.jpg", GOOD)))
    found = compare_evaluations(before, after)
    assert (found.only_before, found.only_after) == (("old",), ("new",))
    (change,) = found.settings
    assert (change.only_before, change.only_after, change.difference.documents) == (("a.jpg",), ("c.jpg",), 1)
    text = str(found)
    assert "1 document only before: a.jpg." in text
    assert "1 document only now: c.jpg." in text
    assert "Settings only before: old. Settings only now: new." in text


def test_other_labels_are_said() -> None:
    before = evaluation(setting("m", judge("a.jpg", GOOD)))
    after = evaluation(setting("m", judge("a.jpg", GOOD, {**LABEL, "total": "75.00"})))
    (change,) = compare_evaluations(before, after).settings
    assert change.relabelled == ("a.jpg",)
    assert "1 document with other labels than before: a.jpg." in str(compare_evaluations(before, after))


def test_a_value_that_was_not_labelled_before_did_not_change() -> None:
    more = {**LABEL, "number": "7"}
    before, after = evaluation(setting("m", judge("a.jpg", GOOD))), evaluation(setting("m", judge("a.jpg", GOOD, more)))
    assert compare_evaluations(before, after).settings[0].changes == ()
    assert compare_evaluations(after, before).settings[0].changes == ()


def test_two_evaluations_of_one_setting_each_are_compared_whatever_its_name() -> None:
    before, after = (evaluation(setting(name, judge("a.jpg", WITH_ROWS, WITH_ROWS))) for name in ("cheap", "dear"))
    (change,) = compare_evaluations(before, after).settings
    assert change.name == "dear"


def test_options_that_differ_are_said() -> None:
    one = evaluation(setting("m", judge("a.jpg", GOOD)))
    before, after = replace(one, options={"max_side": 512}), replace(one, options={"prompt": "Read."}, match="exact")
    found = compare_evaluations(before, after)
    assert found.options == {
        "match": ("normalised", "exact"),
        "max_side": (512, None),
        "prompt": (None, "Read."),
    }
    said = 'match was "normalised", is "exact"; max_side was 512, is not given; prompt was not given, is "Read."'
    assert " ".join(str(found).split()).startswith(f"Options that differ: {said}. m, compared with before")
    assert found.to_dict()["options"]["max_side"] == [512, None]
    assert "Options" not in str(compare_evaluations(one, one))


def test_settings_of_other_names_are_not_compared() -> None:
    two = [setting(name, judge("a.jpg", GOOD)) for name in "ab"]
    found = compare_evaluations(evaluation(*two), evaluation(setting("c", judge("a.jpg", GOOD))))
    assert found.settings == ()
    assert "No setting is in both, so nothing can be compared." in str(found)


def test_a_comparison_is_read_as_sentences() -> None:
    before = evaluation(setting("m", *(judge(f"{n}.jpg", WRONG) for n in range(8))))
    after = evaluation(setting("m", *(judge(f"{n}.jpg", GOOD) for n in range(8))))
    text = compare_evaluations(before, after).to_text(changes=2)
    assert "75.0 points better (interval at 95 %: " in text
    assert "25.0 % before, 100 % now, the mean of 8" in " ".join(text.split())
    assert "8 better, 0 worse, 0 the same; p = 0.008, hardly luck." in " ".join(text.split())
    assert "24 values became right, 0 values became wrong, 0 values stayed wrong in another way." in text
    assert '  0.jpg company: was not right, is now; "CORNER" before, "Corner Shop" now, right is "CORNER SHOP"' in text
    assert text.endswith("  and 22 more")


def test_where_nothing_differs_there_is_no_luck() -> None:
    found = evaluation(setting("m", judge("a.jpg", GOOD), judge("b.jpg", GOOD)))
    text = " ".join(str(compare_evaluations(found, found)).split())
    assert "0 better, 0 worse, 2 the same; p = 1.000. 0 values became right" in text


def test_a_comparison_is_json_data() -> None:
    before, after = (evaluation(setting("m", judge("a.jpg", answer))) for answer in (GOOD, WRONG))
    data = json.loads(json.dumps(compare_evaluations(before, after).to_dict()))
    assert data["settings"][0]["changes"][0]["kind"] == "worse"
    assert data["settings"][0]["difference"]["documents"] == 1


def test_documents_that_are_in_one_of_them_alone_leave_nothing_to_compare() -> None:
    before, after = (evaluation(setting("m", judge(source, GOOD))) for source in ("a.jpg", "b.jpg"))
    assert "No document is in both, so nothing can be compared." in str(compare_evaluations(before, after))
