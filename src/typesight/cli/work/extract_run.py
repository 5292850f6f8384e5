"""The work of `typesight extract`: read documents, several at a time, and write a row for each."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, TextIO

from typesight.cli.exit_codes import CommandError, ExitCode, OutputLost
from typesight.cli.rows.outcome_rows import find_evidence
from typesight.cli.rows.row_sink import RowSink, name_ledger, open_row_sink
from typesight.cli.schemas.schema_source import load_given_target
from typesight.cli.settings.config_file import apply_settings
from typesight.cli.settings.option_values import collect_options
from typesight.cli.stderr import escape_controls, format_error, is_colorless, is_quiet, say, say_error
from typesight.cli.work.dry_run import estimate_run
from typesight.cli.work.run_documents import choose_documents, name_inputs
from typesight.cli.work.stop_signals import catch_stop_signals
from typesight.client.client import Client
from typesight.client.connect import from_provider
from typesight.client.many_documents import read_run
from typesight.endpoints.refused_connections import is_connection_refused
from typesight.errors import LedgerError, MissingExtra, TypesightError
from typesight.many.extraction_run import ExtractionRun
from typesight.many.failure import Failure
from typesight.many.progress.progress_view import ProgressView, open_progress
from typesight.many.progress.run_progress import RunProgress
from typesight.many.run_terms import RunTerms
from typesight.models.endpoint_rows import LOCAL_ENDPOINT
from typesight.ocr.engine import is_ocr_installed

__all__ = ["run"]


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Read the documents that the arguments name, write their rows, and return the exit code."""
    apply_settings(given)
    options = collect_options(given)
    target = load_given_target(given)
    documents = choose_documents(given)
    client, model = _make_client(given.model, given.base_url, options.of_client)
    with client:
        if given.dry_run:
            named = name_inputs(documents, per_page=given.per_page)
            return estimate_run(client, target.kind, named, options.of_extract, stdout)
        terms = _read_terms(given, client, target.kind, options.of_extract)
        with open_row_sink(given, model, documents, stdout) as sink:
            terms = replace(terms, model=model, inspect=_choose_look(given), progress=False)
            named = name_inputs(documents, per_page=given.per_page)
            return _read(model, ExtractionRun(terms, named, None if given.per_page else len(documents)), sink)


def _read_terms(given: argparse.Namespace, client: Client[Any], kind: Any, options: Mapping[str, Any]) -> RunTerms:
    ledger = name_ledger(given)
    if given.only_failed and ledger is None:
        raise CommandError("--only-failed needs the ledger of an earlier run: give its -o FILE again, or --ledger FILE")
    try:
        return read_run(client, kind, {**options, "ledger": ledger})
    except (TypeError, ValueError) as error:
        raise CommandError(format_error(error)) from error


def _read(model: str, reading: ExtractionRun[Any], sink: RowSink) -> int:
    """Read the documents to the end, whatever ends it, and write what is left to write."""
    is_interrupted = False
    view = None if is_quiet() else open_progress(True, lambda: reading.progress, no_color=is_colorless())
    try:
        with catch_stop_signals(reading.interrupt):
            _follow(model, reading, sink, view)
    except KeyboardInterrupt:
        is_interrupted = True
    finally:
        if view is not None:
            view.close()
        say(_sum_up(reading.progress))
        is_whole = sink.finish()
    if is_interrupted:
        return _end_interrupted(reading.progress.in_flight, sink)
    progress = reading.progress
    return ExitCode.SOME_FAILED if progress.failed or progress.stopped or not is_whole else ExitCode.DONE


def _follow(model: str, reading: ExtractionRun[Any], sink: RowSink, view: ProgressView | None) -> None:
    """Take what comes; raise what ends the run: CommandError where no document can succeed, OutputLost."""
    try:
        for outcome in reading:
            if isinstance(outcome, Failure) and view is not None:
                view.say(_describe_failure(outcome))
            if not sink.take(outcome):
                reading.drain()
    except LedgerError as error:
        sink.print_lost(error.lost)
        kept = "it keeps what it has, and the rest is printed: run the same command again to go on"
        raise OutputLost(f"{format_error(error)}; {kept}") from error
    except TypesightError:
        raise
    except Exception as error:
        raise CommandError(f"{model} {_explain_end(error)}") from error


def _end_interrupted(in_flight: int, sink: RowSink) -> int:
    """Say how to go on. With documents in flight, end the process at once: Python would wait for their threads."""
    paid = f" with {in_flight} in flight, which may be paid for" if in_flight else ""
    say_error(f"interrupted{paid}; {sink.explain_resuming()}")
    if in_flight:  # Ctrl-C was pressed twice
        with suppress(OSError):
            sys.stderr.flush()
        os._exit(ExitCode.INTERRUPTED)
    return ExitCode.INTERRUPTED


def _explain_end(error: Exception) -> str:
    """Say why no other document can succeed either."""
    if is_connection_refused(error):
        return f"cannot be reached: {'; '.join(getattr(error, '__notes__', ())) or format_error(error)}"
    return f"refuses every request: {format_error(error)}"


def _describe_failure(failure: Failure) -> str:
    """A line for it: what fails in each field, or why the document could not be read."""
    told = failure.to_dict()
    why = "; ".join(f"{path}: {each}" if path else each for path, each in told["errors"].items()) or told["message"]
    return f"{escape_controls(failure.source)}: {told['error']}: {escape_controls(' '.join(why.split()))}"


def _sum_up(progress: RunProgress) -> str:
    """How many documents are read and failed."""
    of = f" of {progress.total}" if progress.total is not None else ""
    parts = (
        f"{progress.done}{of} documents read",
        f" ({progress.earlier} in an earlier run)" if progress.earlier else "",
        f", {progress.failed} failed" if progress.failed else "",
        f", {progress.skipped} had not failed" if progress.skipped else "",
        f", {progress.left} not read" if progress.left else "",
        f", ${progress.cost:.4f}" if progress.cost else "",
    )
    return "".join(parts)


def _choose_look(given: argparse.Namespace) -> Any:
    """What looks at each extraction before it is kept: the search for its evidence, on request."""
    if not given.evidence:
        return None
    if not is_ocr_installed():
        raise MissingExtra("local", "--evidence")
    return find_evidence


def _make_client(model: str | None, base_url: str | None, options: Mapping[str, Any]) -> tuple[Client[Any], str]:
    """The client to read with, and the model's name for each row."""
    if base_url and not model:
        raise CommandError("--base-url is the address of a model: give its name with --model")
    if not model:
        say("no --model given: reading on this machine, with the local reader")
    name = model or LOCAL_ENDPOINT.name
    try:
        return from_provider(name, base_url=base_url, **options), name
    except MissingExtra:
        raise
    except Exception as error:  # ours, or the SDK's for a missing key
        raise CommandError(format_error(error)) from error
