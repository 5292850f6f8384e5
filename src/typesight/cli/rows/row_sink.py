"""RowSink: where the rows of a run go, a stream row by row or a file at its end."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
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

__all__ = ["Outcome", "RowSink", "open_row_sink", "print_lost_row"]

Outcome = Extraction[Any] | Failure


class RowSink(Protocol):
    """Where the rows of a run go. `ledger` is the file of the run's ledger, None for none."""

    @property
    def ledger(self) -> str | None: ...  # noqa: D102

    def take(self, outcome: Outcome) -> bool:
        """Take an outcome; False if no more should be paid for."""
        ...

    def finish(self) -> bool:
        """Write what is left at the end of a run; whether every row is written. Raises OutputLost."""
        ...


@dataclass
class _StreamSink:
    """Writes each row at once; if that fails, it prints the rows on stderr. Has state because it may fail."""

    stream: RowStream
    ledger: str | None
    model: str
    extras: tuple[str, ...]
    is_lost: bool = False

    def take(self, outcome: Outcome) -> bool:
        if self.is_lost:
            print_lost_row(outcome, self.model)
            return False
        try:
            self.stream.write_row(build_outcome_row(outcome, self.model, self.extras))
            self.stream.check_reader()
        except OutputLost as error:
            self.is_lost = True
            say_error(str(error))
            if error.row is not None:  # it has been paid for
                print_lost_row(outcome, self.model)
        return not self.is_lost

    def finish(self) -> bool:
        return not self.is_lost


@dataclass(frozen=True, slots=True)
class _FileSink:
    """Writes the file at the end of the run, from its ledger."""

    file: RowFile

    @property
    def ledger(self) -> str:
        return str(self.file.ledger)

    def take(self, outcome: Outcome) -> bool:
        del outcome
        return True

    def finish(self) -> bool:
        self.file.write()
        return True


@contextmanager
def open_row_sink(
    given: argparse.Namespace, model: str, documents: Sequence[InputDocument], stdout: TextIO | None
) -> Iterator[RowSink]:
    """Open the output that -o names, else stdout. Raises CommandError or OutputLost if nothing can go there."""
    extras = tuple(name for name in EXTRAS if getattr(given, name))
    output = None if given.output == "-" else given.output
    if output is not None and not is_stream(output):
        yield _FileSink(make_row_file(output, given.ledger, documents, extras))
        return
    with open_row_stream(output, stdout, documents) as stream:
        stream.check_reader()
        yield _StreamSink(stream, given.ledger, model, extras)


def print_lost_row(outcome: Outcome, model: str) -> None:
    """Print the row of an outcome that has been paid for and could not be written on stderr."""
    print(format_row(build_outcome_row(outcome, model, ()), ascii_only=True), file=sys.stderr, flush=True)
