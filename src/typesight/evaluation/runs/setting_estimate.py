"""SettingEstimate: what asking one setting would take, before anything is paid."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from typesight.client.many_documents import estimate_document
from typesight.conversation.estimate import Estimate
from typesight.errors import TypesightError
from typesight.evaluation.labels.labelled_document import LabelledDocument
from typesight.evaluation.runs.setting import Setting
from typesight.evaluation.runs.setting_run import SettingRun
from typesight.usage import add_known

__all__ = ["SettingEstimate", "estimate_setting"]


@dataclass(frozen=True, slots=True)
class SettingEstimate:
    """What one setting would take.

    `documents` are to be asked, `earlier` have been and cost nothing, `failed` cannot be opened. `input_tokens`,
    `wire_bytes` and `usd` (dollars, None if unknown) are for the first request of each, without its answer;
    `problems` begin with the document's name.
    """

    setting: Setting
    documents: int = 0
    earlier: int = 0
    failed: int = 0
    input_tokens: int = 0
    wire_bytes: int = 0
    usd: float | None = 0.0
    problems: tuple[str, ...] = ()


def estimate_setting(run: SettingRun, documents: Sequence[LabelledDocument], known: Collection[str]) -> SettingEstimate:
    """Estimate a setting; `known` are the keys of what the ledger has. Sends nothing and decodes no pixel."""
    estimates: list[Estimate] = []
    problems: list[str] = []
    earlier = failed = 0
    for each in documents:
        try:
            if run.make_key(each.document) in known:
                earlier += 1
                continue
            found = estimate_document(run.client, run.response_model, run.mark_detail(each.document), run.given)
        except (TypesightError, OSError) as error:
            failed += 1
            problems.append(f"{each.source}: {error}")
            continue
        estimates.append(found)
        problems += [f"{each.source}: {problem}" for problem in found.problems]
    return SettingEstimate(
        run.setting,
        documents=len(estimates),
        earlier=earlier,
        failed=failed,
        input_tokens=sum(found.input_tokens for found in estimates),
        wire_bytes=sum(found.wire_bytes for found in estimates),
        usd=add_known(found.usd for found in estimates),
        problems=tuple(problems),
    )
