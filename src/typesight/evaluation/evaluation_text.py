"""An evaluation as text: the table of settings, then each setting's fields and the documents that are not right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from typesight.evaluation.scoring.field_verdict import Match
from typesight.evaluation.setting_ranking import mark_best
from typesight.evaluation.setting_result import SettingResult
from typesight.evaluation.tables.failing_documents import find_failing, tell_failing
from typesight.evaluation.tables.fields_table import tell_confidence, tell_scores, write_fields_table
from typesight.evaluation.tables.settings_table import explain_columns, tell_cheapest, write_settings_table
from typesight.evaluation.tables.spelled_numbers import spell_count
from typesight.evaluation.tables.text_table import wrap_text
from typesight.text.escapes import escape_unprintable

__all__ = ["write_tables"]

_MOST_DETAILED = 4  # settings of which all is told; of more, that of those on the frontier and of the best
_MATCHES: dict[Match, str] = {
    "exact": "compared as they are (exact)",
    "normalised": "compared without case, spaces and punctuation, numbers and dates by value (normalised)",
    "fuzzy": "compared by likeness, numbers and dates by value (fuzzy)",
}


def write_tables(
    settings: Sequence[SettingResult],
    *,
    schema_name: str,
    match: Match,
    folder: str | None,
    failures: int,
    width: int,
) -> str:
    """All tables, at most `width` letters wide but for what is wrong in a document."""
    schema = escape_unprintable(schema_name)
    detailed = settings if len(settings) <= _MOST_DETAILED else mark_best(settings)
    blocks = [
        wrap_text(f"{f'{schema}: ' if schema else ''}{_count_documents(settings)}, {_MATCHES[match]}.", width),
        write_settings_table(settings, width),
        [
            *wrap_text(explain_columns(settings), width),
            *wrap_text(tell_cheapest(settings), width),
            *(line for part in _tell_parts(settings) for line in wrap_text(part, width)),
        ],
        *(block for each in detailed for block in _write_details(each, folder, failures, width)),
        wrap_text(_tell_rest(len(settings) - len(detailed)), width),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _tell_rest(count: int) -> str | None:
    return f"The fields of the other {spell_count(count, 'setting')} are in the JSON (-o FILE)." if count else None


def _count_documents(settings: Sequence[SettingResult]) -> str:
    """How many documents were read; the largest number, where a setting did not read all."""
    documents = max((len(each.documents) for each in settings), default=0)
    values = max((each.values.labelled for each in settings), default=0)
    return f"{spell_count(documents, 'document')} with {spell_count(values, 'labelled value')}"


def _tell_parts(settings: Sequence[SettingResult]) -> Iterator[str]:
    """Which settings did not read all documents: those with an error one by one, the others together."""
    stopped = [each for each in settings if not each.is_whole and not each.error]
    for each in settings:
        if each.error or stopped == [each]:
            why = f" ({escape_unprintable(each.error)})" if each.error else ""
            name = escape_unprintable(each.name)
            yield f"{name} has not read all documents{why}: run the same command again to go on."
    if len(stopped) > 1:
        yield f"{len(stopped):,} settings have not read all documents: run the same command again to go on."


def _write_details(result: SettingResult, folder: str | None, failures: int, width: int) -> Iterator[list[str]]:
    """The blocks about one setting."""
    told = (line for each in (*tell_scores(result), *tell_confidence(result)) for line in wrap_text(each, width))
    yield [escape_unprintable(result.name), *write_fields_table(result, width), *told]
    failing = len(find_failing(result.documents))
    if failing and failures:
        order = ", the worst first" if failing > 1 else ""
        head = f"{escape_unprintable(result.name)}: {spell_count(failing, 'document')} not wholly right{order}"
        yield [head, *tell_failing(result.documents, folder, failures, width)]
