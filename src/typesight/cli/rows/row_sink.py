"""RowSink: where the rows of a run go, a stream row by row or a file at its end."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TextIO

from typesight.cli.exit_codes import OutputLost
from typesight.cli.inputs import InputDocument
from typesight.cli.rows.outcome_rows import EXTRAS, build_outcome_row
from typesight.cli.rows.row_file import RowFile, is_stream, make_row_file
from typesight.cli.rows.row_stream import RowStream, open_row_stream
from typesight.cli.stderr import say_error
from typesight.conversation.extraction import Extraction
from typesight.many.failure import Failure
from typesight.outputs.json_lines import format_row

__all__ = ["Outcome", "RowSink", "name_ledger", "open_row_sink"]

Outcome = Extraction[Any] | Failure


class RowSink(Protocol):
    """Where the rows of a run go."""

    def take(self, outcome: Outcome) -> bool:
        """Take an outcome; False if no more should be paid for."""
        ...

    def print_lost(self, outcomes: Sequence[Outcome]) -> None:
        """Print the rows that the ledger could not keep and that are nowhere else."""
        ...

    def finish(self) -> bool:
        """Write what is left at the end of a run; False, and a message, if a row could not be written."""
        ...

    def explain_resuming(self) -> str:
        """Say how a run that was interrupted can go on."""
        ...


@dataclass
class _StreamSink:
    """Writes each row at once. Has state because that may fail.

    The rows that could not be written are in the ledger; without one they are printed on stderr.
    """

    stream: RowStream
    ledger: str | None
    model: str
    extras: tuple[str, ...]
    is_lost: bool = False

    def take(self, outcome: Outcome) -> bool:
        if self.is_lost:
            self._rescue(outcome)
            return False
        try:
            self.stream.write_row(build_outcome_row(outcome, self.model, self.extras))
            self.stream.check_reader()
        except OutputLost as error:
            self.is_lost = True
            say_error(f"{error}; {self._say_where()}")
            if error.row is not None:  # it has been paid for
                self._rescue(outcome)
        return not self.is_lost

    def print_lost(self, outcomes: Sequence[Outcome]) -> None:
        if self.is_lost:
            _print_rows(outcomes, self.model)

    def finish(self) -> bool:
        return not self.is_lost

    def explain_resuming(self) -> str:
        if self.ledger is None:
            return "to be able to go on next time, give a file with -o FILE, or --ledger FILE"
        return f"run the same command again to go on from {self.ledger}"

    def _rescue(self, outcome: Outcome) -> None:
        if self.ledger is None:
            _print_rows([outcome], self.model)

    def _say_where(self) -> str:
        if self.ledger is None:
            return "what is read and not written is printed below"
        return f"the results are in the ledger: typesight export {self.ledger} --format jsonl"


@dataclass(frozen=True, slots=True)
class _FileSink:
    """Writes the file at the end of the run, from its ledger."""

    file: RowFile
    model: str

    def take(self, outcome: Outcome) -> bool:
        if self.file.ledger.exists():
            return True
        _print_rows([outcome], self.model)  # somebody has removed the ledger
        return False

    def print_lost(self, outcomes: Sequence[Outcome]) -> None:
        _print_rows(outcomes, self.model)

    def finish(self) -> bool:
        try:
            self.file.write()
        except OutputLost as error:
            say_error(str(error))
            return False
        return True

    def explain_resuming(self) -> str:
        return f"run the same command again to continue {self.file.path}"


@contextmanager
def open_row_sink(
    given: argparse.Namespace, model: str, documents: Sequence[InputDocument], stdout: TextIO | None
) -> Iterator[RowSink]:
    """Open the output that -o names, else stdout. Raises CommandError or OutputLost if nothing can go there."""
    extras = tuple(name for name in EXTRAS if getattr(given, name))
    output, ledger = _find_output(given), name_ledger(given)
    if output is not None and ledger is not None and not is_stream(output):
        yield _FileSink(make_row_file(output, ledger, documents, extras), model)
        return
    with open_row_stream(output, stdout, documents) as stream:
        stream.check_reader()
        yield _StreamSink(stream, ledger, model, extras)


def name_ledger(given: argparse.Namespace) -> str | None:
    """The file of the ledger: what --ledger names, else the one beside the file of -o; None for none."""
    output = _find_output(given)
    beside = None if output is None or is_stream(output) else f"{output}.db"
    return given.ledger or beside


def _find_output(given: argparse.Namespace) -> str | None:
    """The path of -o; None for stdout."""
    return None if given.output == "-" else given.output


def _print_rows(outcomes: Iterable[Outcome], model: str) -> None:
    """Print rows that have been paid for and could not be written on stderr."""
    for outcome in outcomes:
        print(format_row(build_outcome_row(outcome, model, ()), ascii_only=True), file=sys.stderr, flush=True)
