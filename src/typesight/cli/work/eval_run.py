"""The work of `typesight eval`: ask each setting about labelled documents, score the answers, print what came of it."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TextIO, TypeVar

from typesight.cli.evaluations.accuracy_floors import list_missed
from typesight.cli.evaluations.eval_request import EvalRequest, read_request
from typesight.cli.evaluations.sweep_price import tell_price, write_prices
from typesight.cli.exit_codes import CommandError, ExitCode
from typesight.cli.settings.config_file import apply_settings
from typesight.cli.stderr import format_error, is_quiet, say, say_error
from typesight.cli.work.plain_output import print_result
from typesight.cli.work.stop_signals import interrupt_on_terminate
from typesight.errors import TypesightError
from typesight.evaluation.comparison import EvaluationComparison, compare_evaluations
from typesight.evaluation.evaluate import estimate_evaluation, evaluate
from typesight.evaluation.evaluation import Evaluation
from typesight.evaluation.evaluation_interrupted import EvaluationInterrupted
from typesight.evaluation.runs.setting_estimate import SettingEstimate
from typesight.outputs.json_text import format_json

__all__ = ["run"]

T = TypeVar("T")
_WIDEST = 100  # letters of a line of the tables; also for a file, so that two runs print the same
# The arguments of `evaluate` that change nothing about what is asked.
_OF_SCORING = frozenset({"answers", "match", "scorers", "run_budget", "concurrency"})


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Evaluate what the arguments name, print the tables, and return the exit code."""
    apply_settings(given)
    request = read_request(given)
    try:
        return _estimate(given, request, stdout) if given.dry_run else _evaluate(given, request, stdout)
    finally:
        for each in request.arguments["models"]:
            if not isinstance(each, str):
                each.close()


def _estimate(given: argparse.Namespace, request: EvalRequest, stdout: TextIO | None) -> int:
    """Print what each setting would take."""
    estimates = _find_prices(request)
    print_result(write_prices(estimates, _find_width(stdout), as_json=given.format == "json"), stdout)
    return ExitCode.SOME_FAILED if any(each.failed for each in estimates) else ExitCode.DONE


def _find_prices(request: EvalRequest) -> Sequence[SettingEstimate]:
    of_asking = {name: each for name, each in request.arguments.items() if name not in _OF_SCORING}
    return _call(lambda: estimate_evaluation(request.documents, request.schema, **of_asking))


def _evaluate(given: argparse.Namespace, request: EvalRequest, stdout: TextIO | None) -> int:
    """Ask what was not asked before, score it, and report; after Ctrl-C what there is."""
    if len(request.arguments["models"]) > 1 or request.arguments["sweep"]:
        say(tell_price(_find_prices(request)))
    progress = not is_quiet()
    try:
        with interrupt_on_terminate():
            found = _call(lambda: evaluate(request.documents, request.schema, **request.arguments, progress=progress))
    except EvaluationInterrupted as stop:
        _report(given, request, stop.evaluation, stdout)
        say_error("interrupted")
        return ExitCode.INTERRUPTED
    return _report(given, request, found, stdout)


def _call(act: Callable[[], T]) -> T:
    """Do it, with the errors of arguments, of a scorer and of an SDK as those of a command that cannot go on."""
    try:
        return act()
    except TypesightError:
        raise
    except Exception as error:
        notes = "; ".join([format_error(error), *getattr(error, "__notes__", ())])
        is_ours = isinstance(error, TypeError | ValueError)  # of an argument; the others are an SDK's
        raise CommandError(notes if is_ours else f"{type(error).__name__}: {notes}") from error


def _report(given: argparse.Namespace, request: EvalRequest, evaluation: Evaluation, stdout: TextIO | None) -> int:
    """Write and print what was found, then say what is missing or too low, which the exit code says too."""
    evaluation = replace(evaluation, folder=given.folder)
    change = compare_evaluations(request.before, evaluation) if request.before else None
    is_kept = _save(evaluation, given.output)
    print_result(_write(given, evaluation, change, _find_width(stdout)), stdout)
    missed = list(list_missed(request.floors, evaluation))
    for floor in missed:
        say_error(f"--fail-under: {floor}")
    lost = [each for each in evaluation.settings if not each.is_whole]
    stopped = [each for each in lost if not each.error]
    if len(stopped) > 1:
        say_error(f"{len(stopped):,} settings have not read all documents; run it again to go on")
    for each in lost if len(stopped) == 1 else [each for each in lost if each.error]:
        read = f"{len(each.documents):,} of {len(request.documents):,} documents read"
        say_error(f"{each.name}: {read}{f', ended by {each.error}' if each.error else ''}; run it again to go on")
    return ExitCode.SOME_FAILED if missed or lost or not is_kept else ExitCode.DONE


def _save(evaluation: Evaluation, output: str | None) -> bool:
    """Write the evaluation; whether that was done, if it was asked for. What was paid for is printed in any case."""
    try:
        if output is not None:
            evaluation.save(output)
    except OSError as error:
        say_error(f"-o {output} cannot be written: {error.strerror}; run it again with another file, it asks nothing")
        return False
    return True


def _write(given: argparse.Namespace, evaluation: Evaluation, change: EvaluationComparison | None, width: int) -> str:
    """What is printed: tables, and in words what changed; or all of it as one JSON object."""
    if given.format == "json":
        return format_json(evaluation.to_dict() | ({"comparison": change.to_dict()} if change else {}))
    tables = evaluation.to_text(failures=given.failures, width=width)
    return tables if change is None else f"{tables}\n\nCompared with {given.compare}:\n\n{change.to_text(width=width)}"


def _find_width(stdout: TextIO | None) -> int:
    is_terminal = stdout is not None and stdout.isatty()
    return min(_WIDEST, shutil.get_terminal_size().columns) if is_terminal else _WIDEST
