"""The work of `typesight extract`: read documents one after the other, and write a row for each."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from typesight.cli.exit_codes import CommandError, ExitCode
from typesight.cli.inputs import InputDocument, find_documents
from typesight.cli.json_rows import OutputRow, build_failed_row, build_ok_row, hash_document
from typesight.cli.output import Output, open_output
from typesight.cli.progress import show_progress
from typesight.cli.schemas.schema_source import load_given_target
from typesight.cli.settings.config_file import apply_settings
from typesight.cli.settings.option_values import collect_options
from typesight.cli.stderr import format_error, say
from typesight.client.client import Client
from typesight.client.connect import from_provider
from typesight.endpoints.refused_connections import is_connection_refused
from typesight.endpoints.transport_errors import is_exhausted, is_resendable
from typesight.errors import MissingExtra, SchemaError, TypesightError
from typesight.models.endpoint_rows import LOCAL_ENDPOINT
from typesight.schema.target import Target

__all__ = ["run"]

# Extras that one document may need and the next may not.
_FORMAT_EXTRAS = frozenset({"pdf", "heif"})
# HTTP statuses after which no document can succeed: a redirect elsewhere, a bad key, an empty account, no permission.
_FATAL_STATUSES = frozenset({301, 302, 303, 307, 308, 401, 402, 403})


@dataclass(frozen=True, slots=True)
class _Reader:
    """The client, the response model and the options of a run; `question` identifies the schema and the prompt."""

    client: Client[Any]
    model: str
    response_model: Any
    options: dict[str, Any]
    question: str


@dataclass(slots=True)
class _Tally:
    """How many documents are read and failed so far. Has state because it counts."""

    total: int
    earlier: int = 0
    read: int = 0
    failed: int = 0

    def __str__(self) -> str:
        left = self.total - self.earlier - self.read - self.failed
        return "".join((
            f"{self.earlier + self.read} of {self.total} documents read",
            f" ({self.earlier} in an earlier run)" if self.earlier else "",
            f", {self.failed} failed" if self.failed else "",
            f", {left} without a row" if left else "",
        ))  # fmt: skip


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Read the documents that the arguments name, write their rows, and return the exit code."""
    apply_settings(given)
    options = collect_options(given)
    target = load_given_target(given)
    documents = find_documents(given.paths)
    if not documents:
        raise CommandError(f"no pictures or PDFs in {', '.join(given.paths)}")
    client, model = _make_client(given.model, given.base_url, options.of_client)
    reader = _Reader(client, model, target.kind, options.of_extract, _hash_question(target, options.of_extract))
    tally = _Tally(len(documents))
    alone = given.output not in {None, "-"} or not (stdout and stdout.isatty())
    with show_progress(len(documents), alone=alone) as step, open_output(given.output, stdout, documents) as output:
        try:
            for found in documents:
                step(found.source, _read_document(reader, found, output, tally))
        finally:
            say(str(tally))
    return ExitCode.SOME_FAILED if tally.failed else ExitCode.DONE


def _hash_question(target: Target[Any], options: Mapping[str, Any]) -> str:
    """A digest of what is asked of each document: the schema, the prompt and the system prompt."""
    system = [options["system"]] if options.get("system") else []
    asked = json.dumps([target.name, target.schema, options.get("prompt"), *system], sort_keys=True, default=str)
    return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()


def _read_document(reader: _Reader, found: InputDocument, output: Output, tally: _Tally) -> str:
    """Read one document and write its row, unless it has one; returns a message for the progress display, or ""."""
    digest = hash_document(found, reader.question)
    if output.finished.has_record(found, reader.model, digest):
        tally.earlier += 1
        return "done in an earlier run"
    output.check_reader()
    begun = {"source": found.source, "status": "", "record": None, "model": reader.model, "digest": digest}
    row, end = _make_row(reader, found, begun)
    if end is None or "usage" in row:  # an error that ends the run has a row if it cost something
        output.write_row(row)
    if end is not None:
        raise end
    if row["status"] == "ok":
        tally.read += 1
        return ""
    tally.failed += 1
    return f"{row['error']}: {' '.join(row['message'].split())}"


def _make_row(reader: _Reader, found: InputDocument, begun: OutputRow) -> tuple[OutputRow, CommandError | None]:
    """One document's row, and an error that ends the run if every other document would fail in the same way."""
    if found.error:
        return build_failed_row(begun, found.error, f"cannot read {found.path}: {found.error.strerror}"), None
    try:
        return build_ok_row(
            begun, reader.client.extract(reader.response_model, found.path, **reader.options).to_dict()
        ), None
    except SchemaError:
        raise
    except TypesightError as error:
        if isinstance(error, MissingExtra) and error.extra not in _FORMAT_EXTRAS:
            raise  # what every document needs is missing, not what this one needs
        return build_failed_row(begun, error), None
    except Exception as error:  # from the SDK, or from a validator in the user's schema
        end = _find_end(error)
        return build_failed_row(begun, error), CommandError(f"{reader.model} {end}") if end else None


def _find_end(error: Exception) -> str | None:
    """Say why no other document can succeed either; None for an error of one document."""
    if is_resendable(error) and is_connection_refused(error):  # a validator may have a server of its own
        return f"cannot be reached: {'; '.join(getattr(error, '__notes__', ())) or format_error(error)}"
    if getattr(error, "status_code", None) in _FATAL_STATUSES or is_exhausted(error):
        return f"refuses every request: {format_error(error)}"
    return None


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
