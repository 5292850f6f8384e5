"""The work of `typesight extract`: read documents, several at a time, and write a row for each."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, TextIO

from typesight.cli.exit_codes import CommandError, ExitCode, OutputLost
from typesight.cli.rows.row_sink import RowSink, open_row_sink, print_lost_row
from typesight.cli.schemas.schema_source import load_given_target
from typesight.cli.settings.config_file import apply_settings
from typesight.cli.settings.option_values import collect_options
from typesight.cli.stderr import escape_controls, format_error, is_colorless, is_quiet, say, say_error
from typesight.cli.work.dry_run import estimate_run
from typesight.cli.work.run_documents import choose_documents, name_inputs
from typesight.client.client import Client
from typesight.client.connect import from_provider
from typesight.client.many_documents import read_run
from typesight.conversation.extraction import Extraction
from typesight.endpoints.refused_connections import is_connection_refused
from typesight.errors import ImageError, LedgerError, MissingExtra, TypesightError
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
            return estimate_run(client, target.kind, documents, options.of_extract, stdout)
        terms = _read_terms(client, target.kind, options.of_extract)
        with open_row_sink(given, model, documents, stdout) as sink:
            terms = replace(terms, model=model, ledger=sink.ledger, inspect=_choose_look(given), progress=False)
            named = name_inputs(documents, per_page=given.per_page)
            return _read(terms, ExtractionRun(terms, named, None if given.per_page else len(documents)), sink)


def _read_terms(client: Client[Any], kind: Any, options: Mapping[str, Any]) -> RunTerms:
    try:
        return read_run(client, kind, options)
    except (TypeError, ValueError) as error:
        raise CommandError(format_error(error)) from error


def _read(terms: RunTerms, reading: ExtractionRun[Any], sink: RowSink) -> int:
    """Read the documents to the end, whatever ends it, and write what is left to write."""
    view = None if is_quiet() else open_progress(True, lambda: reading.progress, no_color=is_colorless())
    try:
        with _drain_on_sigterm(reading):
            _follow(reading, sink, view, terms.model)
    finally:
        if view is not None:
            view.close()
        say(_sum_up(reading.progress))
        is_whole = sink.finish()
        if reading.progress.in_flight:  # Ctrl-C was pressed twice: nobody waits for those in flight
            _leave(reading.progress.in_flight)
    progress = reading.progress
    if progress.stopped == "interrupt" and is_whole:  # by SIGTERM; Ctrl-C is an exception
        return ExitCode.INTERRUPTED
    return ExitCode.SOME_FAILED if progress.failed or progress.stopped or not is_whole else ExitCode.DONE


def _follow(reading: ExtractionRun[Any], sink: RowSink, view: ProgressView | None, model: str) -> None:
    """Take what comes; raise what ends the run: CommandError where no document can succeed, OutputLost."""
    try:
        for outcome in reading:
            if isinstance(outcome, Failure) and view is not None:
                view.say(_describe_failure(outcome))
            if not sink.take(outcome):
                reading.drain()
    except LedgerError as error:
        for lost in error.lost:
            print_lost_row(lost, model)
        raise OutputLost(f"{format_error(error)}; what was read and not written is printed above") from error
    except TypesightError:
        raise
    except Exception as error:
        raise CommandError(f"{model} {_explain_end(error)}") from error


def _explain_end(error: Exception) -> str:
    """Say why no other document can succeed either."""
    if is_connection_refused(error):
        return f"cannot be reached: {'; '.join(getattr(error, '__notes__', ())) or format_error(error)}"
    return f"refuses every request: {format_error(error)}"


def _describe_failure(failure: Failure) -> str:
    told = failure.to_dict()
    return f"{escape_controls(failure.source)}: {told['error']}: {escape_controls(' '.join(told['message'].split()))}"


def _sum_up(progress: RunProgress) -> str:
    """How many documents are read and failed."""
    of = f" of {progress.total}" if progress.total is not None else ""
    parts = (
        f"{progress.done}{of} documents read",
        f" ({progress.earlier} in an earlier run)" if progress.earlier else "",
        f", {progress.failed} failed" if progress.failed else "",
        f", {progress.skipped} not to be read again" if progress.skipped else "",
        f", {progress.left} without a row" if progress.left else "",
        f", ${progress.cost:.4f}" if progress.cost else "",
    )
    return "".join(parts)


@contextmanager
def _drain_on_sigterm(reading: ExtractionRun[Any]) -> Iterator[None]:
    """Within, SIGTERM lets the documents in flight end, and begins no more."""

    def drain(number: int, frame: Any) -> None:
        del number, frame
        reading.drain()

    before = signal.signal(signal.SIGTERM, drain)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(in_flight: int) -> None:
    """End the process at once: Python would wait for the threads of those in flight."""
    say_error(f"stopped; {in_flight} documents were in flight and may be paid for")
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(ExitCode.INTERRUPTED)


def _choose_look(given: argparse.Namespace) -> Any:
    """What looks at each extraction before it is kept: the search for its evidence, on request."""
    if not given.evidence:
        return None
    if not is_ocr_installed():
        raise MissingExtra("local", "--evidence")
    return _find_evidence


def _find_evidence(extraction: Extraction[Any]) -> None:
    """Find the evidence, which the extraction then keeps; a picture that is gone has none."""
    with suppress(ImageError):
        _ = extraction.evidence


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
