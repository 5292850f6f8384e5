"""EvalRequest: what the arguments of `typesight eval` ask for, checked before anything is paid for."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typesight.cli.evaluations.accuracy_floors import AccuracyFloor, check_fields, parse_floors
from typesight.cli.evaluations.sweep_values import parse_sweeps
from typesight.cli.exit_codes import CommandError
from typesight.cli.inputs import choose_part
from typesight.cli.schemas.python_schemas import load_from_file
from typesight.cli.schemas.schema_source import load_given_target
from typesight.cli.settings.option_values import collect_options
from typesight.cli.stderr import format_error, say
from typesight.client.connect import from_provider
from typesight.errors import MissingExtra
from typesight.evaluation.evaluation import Evaluation
from typesight.evaluation.labels.label_fields import find_record_schema, match_labels
from typesight.evaluation.labels.label_files import read_labelled_folder
from typesight.evaluation.labels.labelled_document import LabelledDocument
from typesight.evaluation.runs.evaluation_store import STORE_NAME
from typesight.evaluation.runs.setting_run import DETAIL
from typesight.evaluation.tables.spelled_numbers import spell_count
from typesight.models.endpoint_rows import LOCAL_ENDPOINT

__all__ = ["EvalRequest", "read_request"]


@dataclass(frozen=True, slots=True)
class EvalRequest:
    """What is to be evaluated; `arguments` are those of `typesight.evaluate`, beside the documents and the schema.

    `before` is the evaluation to compare with, `floors` what `--fail-under` gave.
    """

    documents: Sequence[LabelledDocument]
    schema: Any
    arguments: Mapping[str, Any]
    floors: Sequence[AccuracyFloor]
    before: Evaluation | None


def read_request(given: argparse.Namespace) -> EvalRequest:
    """Read and check the arguments, after `apply_settings`. Raises CommandError and LabelError."""
    floors = parse_floors(given)
    sweep = parse_sweeps(given)
    options = collect_options(given)
    answers = dict(_read_answers(given))
    models = _read_models(given, has_answers=bool(answers))
    target = load_given_target(given) if models or given.schema else None
    documents: Sequence[LabelledDocument] = _choose_documents(given)
    if target is not None:
        documents = match_labels(documents, find_record_schema(target), target.name)
    check_fields(floors, list(dict.fromkeys(field for each in documents for field in _list_fields(each.label))))
    _check_output(given.output)
    arguments = {
        "models": models,
        "answers": answers,
        "sweep": sweep,
        "store": given.store or Path(given.folder, STORE_NAME),
        "match": given.match,
        "scorers": dict(_load_scorers(given)),
        **({DETAIL: given.detail} if given.detail else {}),
        **options.of_client,
        **options.of_extract,
    }
    return EvalRequest(documents, None if target is None else target.kind, arguments, floors, _load_before(given))


def _list_fields(label: Any, field: str = "") -> Iterator[str]:
    """The fields of a label, as a summary names them: `items.*.price`."""
    if isinstance(label, Mapping) and label:
        for name, each in label.items():
            yield from _list_fields(each, f"{field}.{name}" if field else str(name))
    elif isinstance(label, list) and label:
        for each in label:
            yield from _list_fields(each, f"{field}.*" if field else "*")
    else:
        yield field


def _read_answers(given: argparse.Namespace) -> Iterator[tuple[str, str]]:
    names = set()
    for text in given.answers or ():
        name, _, path = text.partition("=")
        if not name or not path:
            given.verb.error(f"argument --answers: {text} is no NAME=PATH, such as other=answers.jsonl")
        if name in names:
            given.verb.error(f"argument --answers: {name} is given twice")
        names.add(name)
        yield name, path


def _read_models(given: argparse.Namespace, *, has_answers: bool) -> list[Any]:
    """The models to ask: names, or a client for a given address; the local reader, if nothing else is scored."""
    models = [given.model] if isinstance(given.model, str) else list(given.model or ())
    if not models and not has_answers:
        if given.base_url:
            raise CommandError("--base-url is the address of a model: give its name with --model")
        say("no --model given: reading on this machine, with the local reader")
        models = [LOCAL_ENDPOINT.name]
    if not given.base_url:
        return models
    if len(models) != 1:
        raise CommandError("--base-url is the address of one model: give --model once")
    try:
        return [from_provider(models[0], base_url=given.base_url)]
    except MissingExtra:
        raise
    except Exception as error:  # ours, or the SDK's for a missing key
        raise CommandError(format_error(error)) from error


def _choose_documents(given: argparse.Namespace) -> list[LabelledDocument]:
    """The labelled documents: all, the first of them, or some by chance, the same ones each time."""
    if "" in {given.folder, given.labels}:  # an unset variable of a script; as a Path it would be the current folder
        raise CommandError("FOLDER or --labels is empty: give the folder of the documents")
    try:
        found = read_labelled_folder(given.folder, given.labels)
    except OSError as error:
        raise CommandError(f"cannot read {error.filename or given.folder}: {error.strerror}") from error
    if found.unlabelled:
        count = spell_count(len(found.unlabelled), "document")
        say(f"{count} without a label, not read: {', '.join(found.unlabelled[:3])}")
    return choose_part(found.documents, sample=given.sample, limit=given.limit)


def _load_scorers(given: argparse.Namespace) -> Iterator[tuple[str, Callable[[Any, Any], float]]]:
    for text in given.scorer or ():
        file, _, name = text.rpartition(":")
        if not file.endswith(".py") or not name:
            given.verb.error(f"argument --scorer: {text} is no FILE.py:FUNCTION")
        function = load_from_file(text, f"--scorer {text}")
        if not callable(function):
            raise CommandError(f"--scorer {text}: {name} is no function, but {type(function).__name__}")
        yield name, function


def _load_before(given: argparse.Namespace) -> Evaluation | None:
    if given.compare is None:
        return None
    try:
        return Evaluation.load(given.compare)
    except OSError as error:
        raise CommandError(f"--compare: cannot read {given.compare}: {error.strerror}") from error
    except ValueError as error:
        raise CommandError(f"--compare: {format_error(error)}") from error


def _check_output(name: str | None) -> None:
    """Raise CommandError for an output that cannot be written, or that holds something else than an evaluation."""
    if name is None:
        return
    if name in {"", "-"}:
        raise CommandError("-o takes a file: the JSON is printed on stdout with --format json")
    path = Path(name)
    if path.is_dir():
        raise CommandError(f"-o {name} is a folder: give a file")
    if not path.parent.is_dir():
        raise CommandError(f"-o {name}: there is no folder {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CommandError(f"-o {name} cannot be written: give another file")
    if path.is_file() and path.stat().st_size:
        try:
            Evaluation.load(path)
        except (OSError, ValueError) as error:
            raise CommandError(f"-o {name} holds something else than an evaluation: give another file") from error
