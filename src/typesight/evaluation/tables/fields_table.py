"""The table of a setting's fields: how many values of each are right, wrong, left out and invented."""

from __future__ import annotations

from collections.abc import Iterator

from typesight.evaluation.setting_result import SettingResult
from typesight.evaluation.statistics.field_summary import FieldSummary
from typesight.evaluation.tables.spelled_numbers import spell_count, spell_percent, spell_share
from typesight.evaluation.tables.text_table import write_columns
from typesight.text.escapes import escape_unprintable

__all__ = ["tell_confidence", "tell_scores", "write_fields_table"]

_HEADS = ("field", "labelled", "right", "wrong", "left out", "invented", "accuracy %")


def write_fields_table(result: SettingResult, width: int) -> list[str]:
    """A row for each field and one for all, and a line for each list that has rows."""
    rows = [_write_cells(each) for each in (*result.fields, result.values)]
    return [*write_columns([_HEADS, *rows], width=width), *_tell_rows(result)]


def _write_cells(field: FieldSummary) -> list[str]:
    counts = (field.labelled, field.right, field.wrong, field.left_out, field.invented)
    share = spell_share(field.accuracy, field.accuracy_interval)
    return [field.field, *(f"{count:,}" for count in counts), share]


def _tell_rows(result: SettingResult) -> Iterator[str]:
    for path, rows in result.rows.items():
        yield (
            f"{escape_unprintable(path)}: {spell_count(rows.labelled, 'row')} labelled, {rows.matched:,} found, "
            f"{rows.omitted:,} omitted, {rows.invented:,} invented"
        )


def tell_scores(result: SettingResult) -> Iterator[str]:
    """The mean scores of a document, a sentence each: ours, and those of the caller's own scorers."""
    found = result.summary
    if found.score is not None:
        right = f"{spell_share(found.score, found.score_interval)} % right values"
        yield f"A document has {right}, and a DocuBench score of {spell_percent(found.docubench)}, on average."
    for name, mean in result.extra.items():
        scored = sum(name in each.extra for each in result.documents)
        of = f" of the {spell_count(scored, 'document')} with a record" if scored < len(result.documents) else ""
        yield f"Scorer {escape_unprintable(name)}: {mean:.4g} on average{of}."


def tell_confidence(result: SettingResult) -> Iterator[str]:
    """What the answers' confidence is worth, a sentence each; none if they have none."""
    calibration, coverage = result.calibration, result.coverage
    if calibration is None or coverage is None:
        return
    known = spell_count(calibration.count, "value")
    error = f"{calibration.ece or 0:.3f} on average (ECE, ten bins of equal count)"
    yield f"Confidence, known of {known}: it is off by {error}."
    curve = ", ".join(f"{each.confidence:.2f} is {each.right:.2f}" for each in calibration.bins)
    yield f"The share that is right where the confidence is about: {curve}."
    precision = f"{coverage.precision * 100:g} % precision"
    if coverage.threshold is None:
        yield f"Answered at {precision}: none; no confidence is high enough for that."
    else:
        yield (
            f"Answered at {precision}: {spell_percent(coverage.share)} % of all values, those with a confidence of "
            f"{coverage.threshold:.3g} or more."
        )
